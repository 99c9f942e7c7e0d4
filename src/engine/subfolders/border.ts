import { lumaOfImage } from '../damage/light.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';

/** Width of the outermost frame, as a share of the edge. */
const WIDTH = 1 / 16;

/** Mean luma of each image's outermost frame and its standard deviation, 0..1: what a subject in the middle does not decide. */
export function borders(pixels: PixelSet): { mean: Float32Array; spread: Float32Array } {
  const { count, size } = pixels;
  const width = Math.max(1, Math.round(WIDTH * size));
  const outer: number[] = [];
  for (let at = 0; at < size * size; at += 1) {
    const [x, y] = [at % size, Math.floor(at / size)];
    if (Math.min(x, y, size - 1 - x, size - 1 - y) < width) outer.push(at);
  }
  const [mean, spread] = [new Float32Array(count), new Float32Array(count)];
  const luma = new Float32Array(size * size);
  for (let image = 0; image < count; image += 1) {
    lumaOfImage(pixels, image, luma);
    let [sum, squares] = [0, 0];
    for (const at of outer) {
      sum += luma[at] as number;
      squares += (luma[at] as number) ** 2;
    }
    mean[image] = sum / outer.length / 255;
    spread[image] = Math.sqrt(Math.max(0, squares / outer.length - (sum / outer.length) ** 2)) / 255;
  }
  return { mean, spread };
}
