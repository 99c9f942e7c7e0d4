/** The common size and colour of a study's images. */

const SMALLEST = 28;
const LARGEST = 64;
/** Mean distance of the channels, in grey levels, up to which an image counts as gray: above what JPEG does to a gray one. */
const GRAY_LEVELS = 3;

export interface ImageShape {
  size: number;
  channels: 1 | 3;
}

/** Up to `most` of them, evenly spaced. */
export function spaced<T>(values: readonly T[], most: number): T[] {
  const step = Math.max(1, values.length / most);
  return Array.from({ length: Math.min(values.length, most) }, (_, i) => values[Math.floor(i * step)] as T);
}

/** The median of the images' shorter edges, down to a multiple of 4, from 28 to 64. */
export function sizeFor(edges: readonly number[]): number {
  const sorted = [...edges].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? LARGEST;
  return Math.min(LARGEST, Math.max(SMALLEST, Math.floor(median / 4) * 4));
}

/** Whether the red, green and blue of a pixel are, on average, the same. rgb: pixels x 3. */
export function isGray(rgb: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const [r, g, b] = [rgb[i] as number, rgb[i + 1] as number, rgb[i + 2] as number];
    sum += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return sum / (rgb.length / 3) <= GRAY_LEVELS;
}
