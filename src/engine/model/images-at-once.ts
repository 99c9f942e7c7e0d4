const MOST = 128;
const LEAST = 32;
/** Pixels (with channels) of an image up to which a whole 128 of them take some 40 ms a training step on two cores. */
const SMALL = 3072;

/**
 * How many images a native call takes at once: 128 up to 32 x 32 x 3, then a power of two that falls with the pixels, to 32.
 * A call is not interrupted, so its length is what a slider or a cancel waits for; below 32 images the cores idle.
 */
export function imagesAtOnce(pixels: number): number {
  const most = (MOST * SMALL) / Math.max(pixels, SMALL);
  return Math.max(LEAST, 2 ** Math.floor(Math.log2(most)));
}
