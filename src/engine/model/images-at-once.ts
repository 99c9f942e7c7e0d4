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

const LEAST_TRAINED = 16;

/**
 * Images of a training step: 32 up to 32 x 32 x 3, then 16. In the few hundred steps that a folder of some thousands gets, more steps teach
 * more than larger ones of as many images in all; below 16 the cores idle.
 */
export const imagesAStep = (pixels: number): number => Math.max(LEAST_TRAINED, imagesAtOnce(pixels) / 4);
