import { fitPixelPcaSoon, type Pca } from '../linear/pca.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import type { Split } from './split.ts';

/** More images than this add nothing to principal components that a net goes on from. */
const MOST_IMAGES = 10_000;
/** Of large images as many as 128 MB of floats hold, but at least the second. */
const MOST_FLOATS = 2 ** 25;
const LEAST_IMAGES = 2000;

/** Principal components of the images that are trained on, by chance up to 10,000 of them: what a net begins at, and what it must beat. */
export function firstComponents(pixels: PixelSet, { trained }: Split, latent: number, signal?: AbortSignal): Promise<Pca> {
  const length = pixels.size * pixels.size * pixels.channels;
  // The order of a split is chance: the first of it are a sample.
  const images = trained.slice(0, Math.min(MOST_IMAGES, Math.max(LEAST_IMAGES, Math.floor(MOST_FLOATS / length))));
  return fitPixelPcaSoon(pixels, Math.min(latent, images.length - 1, length), { signal }, images);
}
