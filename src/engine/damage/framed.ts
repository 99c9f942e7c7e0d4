import { breathe, type Hooks } from '../hooks.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { lumaOfImage } from './light.ts';

/** A frame's width at most, as a share of the edge. */
const DEEPEST = 0.2;
/** Levels that a pixel of a frame may differ from its side's mean: JPEG's noise. */
const SAME = 10;
const IMAGES_A_BREATH = 64;

/**
 * How clearly each image has a frame, or bars on two opposite sides: -1..1. Of each side the share of pixels that differ from its outermost
 * line's mean is near 0 within a frame and jumps behind it; a background goes over gradually, where what is shown begins. The least clear
 * of the four sides, or of two opposite ones, counts.
 */
export async function framesOf(pixels: PixelSet, { signal }: Hooks = {}): Promise<Float32Array> {
  const { count, size } = pixels;
  const luma = new Float32Array(size * size);
  const deepest = Math.max(3, Math.floor(DEEPEST * size));
  const found = new Float32Array(count);
  for (let image = 0; image < count; image += 1) {
    if (image % IMAGES_A_BREATH === 0) await breathe(signal);
    lumaOfImage(pixels, image, luma);
    // By line and place along it: top, bottom, left, right.
    const sides = [
      (line: number, along: number) => luma[line * size + along] as number,
      (line: number, along: number) => luma[(size - 1 - line) * size + along] as number,
      (line: number, along: number) => luma[along * size + line] as number,
      (line: number, along: number) => luma[along * size + size - 1 - line] as number,
    ].map((at) => jump(at, size, deepest)) as [number, number, number, number];
    found[image] = Math.max(Math.min(sides[0], sides[1]), Math.min(sides[2], sides[3]));
  }
  return found;
}

/** The greatest rise of the share of different pixels from all lines before a depth to the two behind it; one mixed line is passed over. */
function jump(at: (line: number, along: number) => number, size: number, deepest: number): number {
  let mean = 0;
  for (let along = 0; along < size; along += 1) mean += at(0, along) / size;
  // Corners belong to two sides.
  const margin = Math.floor(size / 8);
  const share = (line: number): number => {
    let different = 0;
    for (let along = margin; along < size - margin; along += 1) if (Math.abs(at(line, along) - mean) > SAME) different += 1;
    return different / (size - 2 * margin);
  };
  const shares = Array.from({ length: deepest + 3 }, (_, line) => share(line));
  let best = -1;
  let before = 0;
  for (let depth = 1; depth <= deepest; depth += 1) {
    before = Math.max(before, shares[depth - 1] as number);
    best = Math.max(best, Math.min(shares[depth + 1] as number, shares[depth + 2] as number) - 2 * before);
  }
  return best;
}
