import { breathe } from '../hooks.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';

const IMAGES_A_BLOCK = 500;
const MOST_IMAGES = 20_000;

/**
 * Mean squared error a pixel (pixels in 0..1) of answering every image with the mean image: what a model that learnt nothing reaches.
 * Over evenly spaced images where there are more than 20,000.
 */
export async function meanImageError(pixels: PixelSet, signal?: AbortSignal): Promise<number> {
  const length = pixels.size * pixels.size * pixels.channels;
  const used = Math.min(pixels.count, MOST_IMAGES);
  const sums = new Float64Array(length);
  const squares = new Float64Array(length);
  for (let i = 0; i < used; i += 1) {
    const from = Math.floor((i * pixels.count) / used) * length;
    for (let j = 0; j < length; j += 1) {
      const value = pixels.data[from + j] as number;
      sums[j] = (sums[j] as number) + value;
      squares[j] = (squares[j] as number) + value * value;
    }
    if (i % IMAGES_A_BLOCK === 0) await breathe(signal);
  }
  let variance = 0;
  for (let j = 0; j < length; j += 1) variance += (squares[j] as number) / used - ((sums[j] as number) / used) ** 2;
  return variance / length / (255 * 255);
}
