/** What the engine answers: one run at a time, and any study that lies on disk. */

import type { EngineApi } from '../contract/calls.ts';
import type { StudyPlace } from '../contract/endpoint.ts';
import type { EngineMessage } from '../contract/events.ts';
import { SondeError } from '../errors/sonde-error.ts';
import { isLocked } from '../study/lock.ts';
import { presentManifest } from '../study/manifest.ts';
import { readTrainingCurve } from '../study/training-log.ts';
import { sweepStudy } from '../study/unfinished.ts';
import { CurrentComparison } from './analysis/current-comparison.ts';
import { CurrentRun } from './analysis/current-run.ts';
import { drawFromMixture, drawFromPrior } from './analysis/draw-latents.ts';
import { exportReport } from './analysis/export-report.ts';
import { exportSplit } from './analysis/export-split.ts';
import { exportWeights } from './analysis/export-weights.ts';
import { toColumnData } from './analysis/images-table.ts';
import { nameFactor } from './analysis/name-factor.ts';
import { decodeWith, OpenedStudy } from './analysis/opened-study.ts';
import { stateExpectations } from './analysis/state-expectations.ts';
import { densityContours } from './latent/contours.ts';
import { nearestTo } from './latent/neighbours.ts';
import type { Matrix } from './linear/matrix.ts';
import type { PixelSet } from './pixels/pixel-set.ts';

const OPEN_STUDIES = 2;

export function createEngineApi(emit: (message: EngineMessage) => void): EngineApi {
  let run: CurrentRun | null = null;
  const comparison = new CurrentComparison();
  /** By folder, the last used at the end. */
  const opened = new Map<string, OpenedStudy>();

  /** What was read of a study before it changed is not what it holds now. */
  function close(folder: string): void {
    const one = opened.get(folder);
    opened.delete(folder);
    one?.close().catch((error: unknown) => process.emitWarning(error as Error));
  }

  function open(folder: string): OpenedStudy {
    sweepStudy(folder).catch((error: unknown) => process.emitWarning(error as Error));
    return new OpenedStudy(folder);
  }

  function study({ folder }: StudyPlace): OpenedStudy {
    const known = opened.get(folder) ?? open(folder);
    opened.delete(folder);
    opened.set(folder, known);
    for (const oldest of [...opened.keys()].slice(0, -OPEN_STUDIES)) close(oldest);
    return known;
  }

  function begin(place: StudyPlace, what: ConstructorParameters<typeof CurrentRun>[2]) {
    if (run) throw new SondeError('bad-request', { call: 'startAnalysis' }, 'a run is going on: cancel it or wait for its end');
    const started = new CurrentRun(place.studyId, place.folder, what, (message) => {
      // The terminal message says that the study is free for what follows it.
      if (message.kind === 'terminal') {
        if (run === started) run = null;
        close(place.folder);
      }
      emit(message);
    });
    run = started;
    return Promise.resolve({ runId: started.runId, studyId: place.studyId });
  }

  function theRun(runId: string): CurrentRun {
    if (run?.runId === runId) return run;
    throw new SondeError('bad-request', { runId }, `no run ${runId} is going on`);
  }

  const steer =
    (how: (one: CurrentRun) => void) =>
    async ({ runId }: { runId: string }): Promise<null> => {
      how(theRun(runId));
      return null;
    };

  /** The run, where it works on this study and its model can be asked. */
  const learning = ({ folder }: StudyPlace) => (run?.folder === folder && run.model ? { run, model: run.model } : null);

  async function nearestImages(place: StudyPlace, z: Float32Array, k: number) {
    const live = run?.folder === place.folder ? run.live : null;
    const points = live ? live.z : await study(place).latents();
    if (z.length !== points.columns)
      throw new SondeError('size-mismatch', { expected: points.columns, actual: z.length }, 'z is one latent vector');
    const query: Matrix = { rows: 1, columns: points.columns, data: z };
    const { indices, distances } = await nearestTo(points, query, Math.min(k, points.rows), {});
    return { indices: live ? indices.map((i) => live.indices[i] as number) : indices, distances };
  }

  const api: EngineApi = {
    startAnalysis: async ({ source, options, ...place }) => begin(place, { begin: { source, options, ...place } }),
    resumeAnalysis: async (place) => begin(place, { resume: place.folder }),
    pause: steer((one) => one.control.pause()),
    unpause: steer((one) => one.control.unpause()),
    finishTraining: steer((one) => one.control.finish()),
    cancel: steer((one) => one.cancel()),
    manifest: ({ folder }) => presentManifest(folder, isLocked),
    skipped: (place) => study(place).skipped(),
    columns: async ({ names, ...place }) => {
      const table = await study(place).columns(names);
      return Object.fromEntries([...table].map(([name, column]) => [name, toColumnData(column)]));
    },
    trainingCurve: ({ folder }) => readTrainingCurve(folder),
    report: (place) => study(place).report(),
    decode: async ({ z, ...place }) => {
      const now = learning(place);
      return now ? decodeWith(now.model, z) : study(place).decode(z);
    },
    encode: async ({ image, ...place }) => {
      const now = learning(place);
      if (now?.run.pixels) {
        const { pixels } = now.run;
        return { z: now.model.encode(pixelsOf(pixels, image), 1).mean };
      }
      const z = await study(place).latents();
      if (image >= z.rows) throw new SondeError('bad-request', { image }, `the study has ${z.rows} images`);
      return { z: z.data.slice(image * z.columns, (image + 1) * z.columns) };
    },
    nearest: ({ z, k, ...place }) => nearestImages(place, z, k),
    draw: async ({ from, n, seed, ...place }) => {
      if (from === 'mixture') return { z: drawFromMixture(await study(place).mixture(), n, seed) };
      const model = learning(place)?.model ?? (await study(place).model());
      return { z: drawFromPrior(model.latent, n, seed) };
    },
    contours: async ({ layout, ...place }) => {
      const table = await study(place).table();
      const [x, y] = layout === 'pca' ? [table.get('x'), table.get('y')] : [table.get('umap_x'), table.get('umap_y')];
      if (!x || !y) throw new SondeError('study-incomplete', { path: place.folder }, `images.parquet has no ${layout} layout yet`);
      return densityContours(interleave(x as Float32Array, y as Float32Array));
    },
    exportReport: async ({ target, format, locale, ...place }) => {
      await exportReport(study(place), target, format, locale);
      return null;
    },
    testExpectations: ({ statements, ...place }) => stateExpectations(study(place), statements),
    nameFactor: ({ factor, name, ...place }) => nameFactor(study(place), factor, name),
    exportWeights: async ({ target, ...place }) => {
      await exportWeights(study(place), target);
      return null;
    },
    exportSplit: async ({ target, ...place }) => {
      await exportSplit(study(place), target);
      return null;
    },
    compare: ({ folder, source, seed }) => comparison.run(folder, source, seed),
    comparisonProgress: async ({ folder }) => comparison.progress(folder),
    exportComparison: async ({ folder, target }) => {
      await comparison.save(folder, target);
      return null;
    },
    cancelComparison: async ({ folder }) => {
      comparison.cancel(folder);
      return null;
    },
  };
  return api;
}

/** @throws SondeError bad-request */
function pixelsOf({ data, count, size, channels }: PixelSet, image: number): Uint8Array {
  if (image >= count) throw new SondeError('bad-request', { image }, `the study has ${count} images`);
  const length = size * size * channels;
  return data.subarray(image * length, (image + 1) * length);
}

function interleave(x: Float32Array, y: Float32Array): Float32Array {
  return Float32Array.from({ length: 2 * x.length }, (_, i) => (i % 2 === 0 ? x : y)[i >> 1] as number);
}
