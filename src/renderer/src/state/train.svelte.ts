/** How far the analysis of a study has come, and what its training did. */
import { type LiveMap, type Phase, phases } from '../../../contract/analysis.ts';
import { endedWords } from '../../../words/words.ts';
import { Asked } from './asked.svelte.ts';
import type { Columns } from './columns.ts';
import type { Study } from './study.svelte.ts';
import { type Figure, ofKept, ofProgress } from './training-figures.ts';

/** As many as the engine streams. */
const MOST_POINTS = 2000;

export interface PhaseRow {
  phase: Phase;
  state: 'done' | 'now' | 'waiting';
  seconds: number | null;
  /** Of the longest phase. */
  share: number;
}

/** Where images came to rest, of so many as a live map shows; null where the study has no positions. Throws CallError. */
async function settledMap(columns: Columns): Promise<LiveMap | null> {
  const [x, y] = await Promise.all([columns.numbers('x'), columns.numbers('y')]);
  if (!x || !y) return null;
  const stride = Math.max(1, Math.ceil(x.length / MOST_POINTS));
  const indices = Uint32Array.from({ length: Math.floor(x.length / stride) }, (_, i) => i * stride);
  const positions = new Float32Array(indices.length * 2);
  indices.forEach((image, i) => {
    positions[i * 2] = x[image] as number;
    positions[i * 2 + 1] = y[image] as number;
  });
  return { indices, positions };
}

export class TrainState {
  readonly #study: Study;
  readonly #settled = new Asked(() => {
    const { columns, run } = this.#study;
    return columns && !run.liveMap ? settledMap(columns) : null;
  });

  /** What is streamed; of a study that is opened again, where its images came to rest. */
  readonly map: LiveMap | null = $derived.by(() => this.#study.run.liveMap ?? this.#settled.answer);
  readonly figures: Figure[] = $derived.by(() => {
    const { run, manifest } = this.#study;
    const kept = manifest?.training;
    return run.training ? ofProgress(run.training, kept?.latent) : kept ? ofKept(kept) : [];
  });
  /** Why a training that is over ended, in words. */
  readonly ended = $derived.by(() => {
    const { run, manifest } = this.#study;
    return !run.training && manifest?.training ? endedWords(manifest.training) : null;
  });
  /** Whether there is anything to draw along the steps. */
  readonly hasCurves = $derived.by(() => this.#study.run.history.version > 0 && this.#study.run.history.steps.length > 0);
  readonly phases: PhaseRow[] = $derived.by(() => {
    const { run, manifest } = this.#study;
    const timings = manifest?.timings ?? {};
    const here = run.going && run.frame ? phases.indexOf(run.frame.phase) : -1;
    const longest = Math.max(1e-9, ...Object.values(timings));
    return phases.map((phase, i) => {
      const seconds = timings[phase] ?? null;
      const past = seconds !== null || manifest?.state === 'done';
      const state = here >= 0 ? (i < here ? 'done' : i === here ? 'now' : 'waiting') : past ? 'done' : 'waiting';
      return { phase, state, seconds, share: (seconds ?? 0) / longest };
    });
  });

  constructor(study: Study) {
    this.#study = study;
  }

  /** For as long as the view that begins here is shown. */
  follow(): void {
    this.#settled.follow();
  }
}
