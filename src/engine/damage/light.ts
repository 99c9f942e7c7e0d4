import { breathe, type Hooks } from '../hooks.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';

/** What is measured on each image of the study's size, higher for worse. */
export interface LightMeasures {
  /** -log of the luma that all but a twentieth of the pixels stay under: how dark even the bright parts are. */
  darkness: Float32Array;
  /** -log of the luma's standard deviation. */
  flatness: Float32Array;
  /** -log of the mean change over one pixel's diagonal, over that over three pixels': what is left of the finest detail. */
  blur: Float32Array;
  /** Minus the difference of the largest and the least channel that all but a twentieth of the pixels stay under; null for gray studies. */
  grayness: Float32Array | null;
}

const BRIGHT_SHARE = 0.05;
/** Levels that noise and rounding make of nothing. */
const DETAIL_FLOOR = 0.3;
const IMAGES_A_BREATH = 64;

/** Luma of Rec. 601 of one image, in levels. */
export function lumaOfImage({ size, channels, data }: PixelSet, image: number, into: Float32Array): Float32Array {
  const from = image * size * size * channels;
  for (let i = 0; i < size * size; i += 1) {
    const at = from + i * channels;
    into[i] =
      channels === 1
        ? (data[at] as number)
        : 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
  }
  return into;
}

export async function measureLight(pixels: PixelSet, { signal }: Hooks = {}): Promise<LightMeasures> {
  const { count, size, channels, data } = pixels;
  const area = size * size;
  const [darkness, flatness, blur] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  const grayness = channels === 3 ? new Float32Array(count) : null;
  const luma = new Float32Array(area);
  const levels = new Uint32Array(256);
  for (let image = 0; image < count; image += 1) {
    if (image % IMAGES_A_BREATH === 0) await breathe(signal);
    lumaOfImage(pixels, image, luma);
    levels.fill(0);
    let [sum, squares] = [0, 0];
    for (let i = 0; i < area; i += 1) {
      const value = luma[i] as number;
      const level = Math.round(value);
      levels[level] = (levels[level] as number) + 1;
      sum += value;
      squares += value * value;
    }
    darkness[image] = -Math.log(levelUnder(levels, area) + 1);
    flatness[image] = -Math.log(Math.sqrt(Math.max(0, squares / area - (sum / area) ** 2)) + 1);
    blur[image] = -Math.log((diagonal(luma, size, 1) + DETAIL_FLOOR) / (coarseDiagonal(luma, size) + DETAIL_FLOOR));
    if (grayness) {
      levels.fill(0);
      for (let i = 0, at = image * area * 3; i < area; i += 1, at += 3) {
        const [r, g, b] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
        const chroma = Math.max(r, g, b) - Math.min(r, g, b);
        levels[chroma] = (levels[chroma] as number) + 1;
      }
      grayness[image] = -levelUnder(levels, area);
    }
  }
  return { darkness, flatness, blur, grayness };
}

/** The level that all but a twentieth of the pixels stay at or under. */
function levelUnder(levels: Uint32Array, area: number): number {
  let above = 0;
  for (let level = 255; level > 0; level -= 1) {
    above += levels[level] as number;
    if (above > BRIGHT_SHARE * area) return level;
  }
  return 0;
}

/** Mean of |a + d - b - c| over the corners a, b, c, d of squares of `step` pixels: detail in both directions at once. */
function diagonal(values: Float32Array, size: number, step: number): number {
  let sum = 0;
  for (let y = 0; y + step < size; y += 1)
    for (let x = 0, at = y * size; x + step < size; x += 1, at += 1)
      sum += Math.abs(
        (values[at] as number) +
          (values[at + step * size + step] as number) -
          (values[at + step] as number) -
          (values[at + step * size] as number),
      );
  return sum / (size - step) ** 2;
}

/** The same over squares of two pixels, of means over 2 x 2. */
function coarseDiagonal(luma: Float32Array, size: number): number {
  const edge = size - 1;
  const means = new Float32Array(edge * edge);
  for (let y = 0; y < edge; y += 1)
    for (let x = 0, at = y * size; x < edge; x += 1, at += 1)
      means[y * edge + x] =
        ((luma[at] as number) + (luma[at + 1] as number) + (luma[at + size] as number) + (luma[at + size + 1] as number)) / 4;
  return diagonal(means, edge, 2);
}
