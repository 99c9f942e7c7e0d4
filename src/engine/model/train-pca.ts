import type { AnalysisOptions } from '../../contract/analysis.ts';
import { breathe } from '../hooks.ts';
import { fitPixelPca } from '../linear/pca.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { activeLatents } from './live-encoder.ts';
import { meanImageError } from './mean-image.ts';
import type { Model } from './model.ts';
import { PcaModel } from './pca-model.ts';
import { latentsOf, type TrainingHooks, type TrainingSummary } from './training-hooks.ts';

const MEASURED_IMAGES = 2000;
const IMAGES_A_BLOCK = 100;

/** Principal components of the pixels: no steps, one solution. */
export async function trainPca(
  pixels: PixelSet,
  options: AnalysisOptions,
  { signal, onModel, onProgress, liveMap }: TrainingHooks,
): Promise<{ model: Model; summary: TrainingSummary }> {
  const started = performance.now();
  const length = pixels.size * pixels.size * pixels.channels;
  const latent = Math.min(latentsOf(options, pixels.channels), pixels.count - 1, length);
  const meanImage = await meanImageError(pixels, signal);
  const { mean, axes, variance } = await fitPixelPca(pixels, latent, { signal });
  const model = new PcaModel({ size: pixels.size, channels: pixels.channels, latent }, mean, axes.data, variance);
  onModel?.(model);
  const { error, active } = await measure(model, pixels, signal);
  const z = liveMap && model.encode(gathered(pixels, liveMap.indices), liveMap.indices.length).mean;
  if (z) liveMap.onMap({ rows: liveMap.indices.length, columns: latent, data: z });
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
    heldOut: null,
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
    heldOutLoss: null,
    heldOut: null,
    paused: false,
  });
  return { model, summary };
}

/** Pixels of the images, one after the other. */
function gathered(pixels: PixelSet, images: Uint32Array): Uint8Array {
  const length = pixels.size * pixels.size * pixels.channels;
  const bytes = new Uint8Array(images.length * length);
  images.forEach((image, i) => {
    bytes.set(pixels.data.subarray(image * length, (image + 1) * length), i * length);
  });
  return bytes;
}

/** Over evenly spaced images: the squared error a pixel, and the latents that vary. */
async function measure(model: PcaModel, pixels: PixelSet, signal: AbortSignal | undefined): Promise<{ error: number; active: number[] }> {
  const used = Math.min(pixels.count, MEASURED_IMAGES);
  const images = Uint32Array.from({ length: used }, (_, i) => Math.floor((i * pixels.count) / used));
  const z = new Float32Array(used * model.latent);
  let sum = 0;
  for (let from = 0; from < used; from += IMAGES_A_BLOCK) {
    const block = images.subarray(from, from + IMAGES_A_BLOCK);
    const bytes = gathered(pixels, block);
    const { mean, reconstructionError } = model.perImage(bytes, block.length);
    z.set(mean, from * model.latent);
    sum += reconstructionError.reduce((total, value) => total + value, 0);
    await breathe(signal);
  }
  return { error: sum / used, active: activeLatents({ rows: used, columns: model.latent, data: z }, false) };
}
