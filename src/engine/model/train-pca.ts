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
  const error = await meanError(model, pixels, signal);
  const z = liveMap && encodeImages(model, pixels, liveMap.indices);
  if (z) liveMap.onMap({ rows: liveMap.indices.length, columns: latent, data: z });
  const seconds = (performance.now() - started) / 1000;
  const active = activeLatents({ rows: pixels.count, columns: latent, data: model.encode(pixels.data, pixels.count).mean }, false);
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
    paused: false,
  });
  return { model, summary };
}

/** Squared error a pixel over evenly spaced images. */
async function meanError(model: PcaModel, pixels: PixelSet, signal: AbortSignal | undefined): Promise<number> {
  const length = pixels.size * pixels.size * pixels.channels;
  const used = Math.min(pixels.count, MEASURED_IMAGES);
  let sum = 0;
  for (let i = 0; i < used; i += 1) {
    const image = Math.floor((i * pixels.count) / used);
    sum += model.perImage(pixels.data.subarray(image * length, (image + 1) * length), 1).reconstructionError[0] as number;
    if (i % IMAGES_A_BLOCK === 0) await breathe(signal);
  }
  return sum / used;
}

function encodeImages(model: PcaModel, pixels: PixelSet, images: Uint32Array): Float32Array {
  const length = pixels.size * pixels.size * pixels.channels;
  const z = new Float32Array(images.length * model.latent);
  images.forEach((image, i) => {
    z.set(model.encode(pixels.data.subarray(image * length, (image + 1) * length), 1).mean, i * model.latent);
  });
  return z;
}
