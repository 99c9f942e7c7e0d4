import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { imagesAtOnce } from './images-at-once.ts';
import type { Model } from './model.ts';

export interface Encoded {
  /** Posterior means, n x latent. */
  mean: Matrix;
  logVariance: Matrix | null;
  /** Mean KL to the prior by latent in nats; null where there is no prior. */
  kl: Float32Array | null;
  reconstructionError: Float32Array;
  elbo: Float32Array | null;
  bitsPerDimension: Float32Array | null;
}

/** Encodes every image and takes its figures, in blocks that let calls be answered. */
export async function encodeAll(model: Model, pixels: PixelSet, seed: number, { signal, onProgress }: Hooks = {}): Promise<Encoded> {
  const { count } = pixels;
  const { latent } = model;
  const length = pixels.size * pixels.size * pixels.channels;
  const variational = model.kind === 'vae';
  const mean: Matrix = { rows: count, columns: latent, data: new Float32Array(count * latent) };
  const logVariance: Matrix | null = variational ? { rows: count, columns: latent, data: new Float32Array(count * latent) } : null;
  const reconstructionError = new Float32Array(count);
  let elbo: Float32Array | null = null;
  let bitsPerDimension: Float32Array | null = null;
  const kl = variational ? new Float64Array(latent) : null;
  const most = imagesAtOnce(length);
  for (let from = 0; from < count; from += most) {
    const n = Math.min(most, count - from);
    const block = pixels.data.subarray(from * length, (from + n) * length);
    const figures = model.perImage(block, n, (seed + from) | 0);
    mean.data.set(figures.mean, from * latent);
    if (figures.logVariance) logVariance?.data.set(figures.logVariance, from * latent);
    reconstructionError.set(figures.reconstructionError, from);
    if (figures.elbo) {
      elbo ??= new Float32Array(count);
      elbo.set(figures.elbo, from);
    }
    if (figures.bitsPerDimension) {
      bitsPerDimension ??= new Float32Array(count);
      bitsPerDimension.set(figures.bitsPerDimension, from);
    }
    if (kl && figures.kl)
      for (let i = 0; i < figures.kl.length; i += 1) kl[i % latent] = (kl[i % latent] as number) + (figures.kl[i] as number) / count;
    onProgress?.(from + n, count);
    await breathe(signal);
  }
  return { mean, logVariance, kl: kl && Float32Array.from(kl), reconstructionError, elbo, bitsPerDimension };
}
