import type { AnalysisOptions } from '../../contract/analysis.ts';
import { breathe } from '../hooks.ts';
import { fitPixelPca } from '../linear/pca.ts';
import { type PixelSet, takeImages } from '../pixels/pixel-set.ts';
import { HeldOut } from './held-out.ts';
import { activeLatents } from './live-encoder.ts';
import { meanImageError } from './mean-image.ts';
import type { Model } from './model.ts';
import { PcaModel } from './pca-model.ts';
import { splitImages } from './split.ts';
import { latentsOf, type TrainingHooks, type TrainingSummary } from './training-hooks.ts';

const MEASURED_IMAGES = 2000;
const IMAGES_A_BLOCK = 100;

/**
 * Principal components of the pixels: no steps, one solution. As for every model a tenth of the images is held out: they are the references
 * of new images' scores, which an image that the components were fitted on would flatter.
 */
export async function trainPca(
  pixels: PixelSet,
  options: AnalysisOptions,
  { signal, onModel, onProgress, liveMap }: TrainingHooks,
): Promise<{ model: Model; summary: TrainingSummary }> {
  const started = performance.now();
  const length = pixels.size * pixels.size * pixels.channels;
  const { trained, held } = splitImages(pixels.count, options.seed);
  const latent = Math.min(latentsOf(options, pixels.channels), trained.length - 1, length);
  const meanImage = await meanImageError(pixels, signal);
  const { mean, axes, variance } = await fitPixelPca(pixels, latent, { signal }, trained);
  const model = new PcaModel({ size: pixels.size, channels: pixels.channels, latent }, mean, axes.data, variance);
  onModel?.(model);
  const { error, active } = await measure(model, pixels, trained, signal);
  const unseen = new HeldOut(pixels, held, options.seed);
  const heldOutError = (await unseen.take(model, signal)).error;
  const heldOut = {
    images: unseen.count,
    meanSquaredError: heldOutError,
    pcaMeanSquaredError: heldOutError,
    meanImageSquaredError: unseen.errorOf(mean),
    codeSize: latent,
  };
  const z = liveMap && model.encode(takeImages(pixels, liveMap.indices).data, liveMap.indices.length).mean;
  if (z) liveMap.onMap({ rows: liveMap.indices.length, columns: latent, data: z }, (codes) => model.decode(codes));
  const seconds = (performance.now() - started) / 1000;
  const summary: TrainingSummary = {
    steps: 1,
    epochs: 1,
    seconds,
    imagesPerSecond: pixels.count / seconds,
    loss: error,
    meanSquaredError: error,
    meanImageSquaredError: meanImage,
    latent,
    activeLatents: active,
    heldOut,
    ended: 'steps',
    plannedSteps: 1,
    bestStep: 1,
    augmentations: [],
  };
  onProgress?.({
    step: 1,
    totalSteps: 1,
    epoch: 1,
    loss: error,
    reconstruction: error,
    kl: 0,
    klWeight: 0,
    learningRate: 0,
    meanSquaredError: error,
    meanImageSquaredError: meanImage,
    imagesPerSecond: summary.imagesPerSecond,
    activeLatents: active.length,
    heldOutLoss: heldOutError,
    heldOut,
    paused: false,
  });
  return { model, summary };
}

/** Over some of the images that were fitted on, in the order of chance that a split has: the squared error a pixel, and the latents that vary. */
async function measure(
  model: PcaModel,
  pixels: PixelSet,
  trained: Uint32Array,
  signal: AbortSignal | undefined,
): Promise<{ error: number; active: number[] }> {
  const images = trained.slice(0, MEASURED_IMAGES);
  const used = images.length;
  const z = new Float32Array(used * model.latent);
  let sum = 0;
  for (let from = 0; from < used; from += IMAGES_A_BLOCK) {
    const block = images.subarray(from, from + IMAGES_A_BLOCK);
    const bytes = takeImages(pixels, block).data;
    const { mean, reconstructionError } = model.perImage(bytes, block.length);
    z.set(mean, from * model.latent);
    sum += reconstructionError.reduce((total, value) => total + value, 0);
    await breathe(signal);
  }
  return { error: sum / used, active: activeLatents({ rows: used, columns: model.latent, data: z }, false) };
}
