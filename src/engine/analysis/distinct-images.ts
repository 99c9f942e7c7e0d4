import { hash } from 'node:crypto';
import type { PixelSet } from '../pixels/pixel-set.ts';

/**
 * The first image of each that are the same to the last pixel. Their latents are not the same to the last bit, for the sums of a matrix
 * product are rounded by the place in its batch: asked of the latents, copies would pass for very near neighbours.
 */
export function distinctImages({ count, size, channels, data }: PixelSet): Uint32Array {
  const length = size * size * channels;
  const seen = new Set<string>();
  return Uint32Array.from({ length: count }, (_, i) => i).filter((i) => {
    const before = seen.size;
    seen.add(hash('sha1', data.subarray(i * length, (i + 1) * length), 'base64'));
    return seen.size > before;
  });
}
