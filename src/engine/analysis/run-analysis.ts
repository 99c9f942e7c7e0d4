/** The whole way from a folder of images to a report, in the order data takes. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { StudyManifest } from '../../contract/study.ts';
import { errorData, SondeError } from '../../errors/sonde-error.ts';
import { CHECKPOINT_FOLDER, FILES_READ_AGAIN, MODEL_FOLDER } from '../../study/files.ts';
import { lockStudy } from '../../study/lock.ts';
import { writeManifest } from '../../study/manifest.ts';
import { TrainingLog } from '../../study/training-log.ts';
import { sweepStudy, takeBack } from '../../study/unfinished.ts';
import { hashFiles } from '../../study/whole-files.ts';
import { LiveProjection } from '../latent/live-projection.ts';
import { visibleAtMean } from '../latent/visible-latents.ts';
import { trainModel } from '../model/train.ts';
import { resamplingWeights } from '../weights/resampling-weights.ts';
import { liveSubsample } from './live-subsample.ts';
import { measure } from './measure.ts';
import { type AnalysisRequest, claimFolder, earlierRequest, isUnread, type Prepared, prepare } from './prepare.ts';
import type { RunHooks } from './run-hooks.ts';

const CHECKPOINT_SECONDS = 20;

/**
 * Analyses a source into a new study, or goes on with an interrupted one from its checkpoint.
 * When it is called off or fails, what was reached stays on disk, marked interrupted.
 * @throws SondeError
 */
export async function runAnalysis(what: { begin: AnalysisRequest } | { resume: string }, hooks: RunHooks): Promise<StudyManifest> {
  const found = 'resume' in what ? await earlierRequest(what.resume) : null;
  const request = found ? found.request : (what as { begin: AnalysisRequest }).begin;
  if (found?.manifest.state === 'done') return found.manifest;
  // One whose images were never read is begun anew: there is nothing to go on with.
  const earlier = found && !isUnread(found.manifest) ? found : null;
  const made = found ? null : await claimFolder(request.folder);
  const release = await lockStudy(request.folder);
  let unmade = false;
  let manifest: StudyManifest | null = earlier?.manifest ?? null;
  try {
    await sweepStudy(request.folder, 0);
    const prepared = await prepare(request, hooks.reporter, hooks.signal, earlier?.manifest ?? null);
    manifest = prepared.manifest;
    hooks.onPrepared?.(prepared);
    const model = await train(request, prepared, hooks, earlier !== null);
    try {
      manifest = { ...manifest, training: model.summary };
      await model.model.save(path.join(request.folder, MODEL_FOLDER));
      const done = await measure({ ...prepared, manifest, training: model.summary, folder: request.folder, model: model.model }, hooks);
      hooks.reporter.finish();
      manifest = { ...done, state: 'done', timings: hooks.reporter.timings, files: await hashFiles(request.folder, FILES_READ_AGAIN) };
      await writeManifest(request.folder, manifest);
      await rm(path.join(request.folder, CHECKPOINT_FOLDER), { recursive: true, force: true });
      return manifest;
    } finally {
      model.model.dispose();
    }
  } catch (error) {
    unmade = manifest === null && found === null;
    if (manifest) await markInterrupted(request.folder, manifest, error);
    throw manifest && isDiskFull(error) ? new SondeError('disk-full-kept', {}, String(error), { cause: error }) : error;
  } finally {
    await release();
    if (unmade) await takeBack(request.folder, made);
  }
}

async function train(
  request: AnalysisRequest,
  { pixels }: Prepared,
  { signal, control, reporter, onModel, onLatents }: RunHooks,
  resume: boolean,
): ReturnType<typeof trainModel> {
  reporter.begin('train');
  const indices = liveSubsample(pixels.count, request.options.seed);
  const projection = new LiveProjection();
  const log = resume ? await TrainingLog.resume(request.folder) : TrainingLog.begin(request.folder);
  const trained = trainModel(pixels, request.options, {
    signal,
    control,
    resume,
    onProgress: (progress) => {
      reporter.training(progress);
      log.add(progress, CHECKPOINT_SECONDS);
    },
    ...(onModel ? { onModel } : {}),
    // DB-VAE's product variant, of the latents that vary; see docs/method/weights.md.
    drawWeights: (means, active) => Float32Array.from(resamplingWeights(means, { variant: 'product', latents: active })),
    checkpoint: { folder: path.join(request.folder, CHECKPOINT_FOLDER), everySeconds: CHECKPOINT_SECONDS },
    liveMap: {
      indices,
      onMap: (z, decode) => {
        onLatents?.(indices, z);
        reporter.map({ indices, positions: projection.next(visibleAtMean(z, decode)) });
      },
    },
  });
  // Also of a training that was called off or failed.
  await trained.catch(() => undefined);
  await log.save();
  return trained;
}

/** Keeps the first error: one while marking joins it as its cause's neighbour rather than hiding it. */
const isDiskFull = (error: unknown): boolean => errorData(error).code === 'disk-full';

async function markInterrupted(folder: string, manifest: StudyManifest, error: unknown): Promise<void> {
  try {
    await writeManifest(folder, { ...manifest, state: 'interrupted' });
  } catch (second) {
    // The manifest that says "running" stays, and is taken for what it is: nobody holds the study any more.
    if (isDiskFull(error) && isDiskFull(second)) return;
    throw new AggregateError([error, second], 'the analysis failed, and its study could not be marked as interrupted');
  }
}

/** Whether an error only says that a person called the run off. */
export const isCancelled = (error: unknown): boolean => error instanceof SondeError && error.code === 'cancelled';
