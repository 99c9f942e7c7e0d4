import type { PixelBatch } from '../../../contract/calls.ts';

/** Draws one image of a batch at its own size; the style sheet enlarges it without blur. */
export function paintPixels(canvas: HTMLCanvasElement, batch: PixelBatch, image: number): void {
  const { size, channels } = batch;
  const pixels = size * size;
  const rgba = new Uint8ClampedArray(pixels * 4);
  const from = image * pixels * channels;
  for (let i = 0; i < pixels; i += 1) {
    const at = from + i * channels;
    rgba[i * 4] = batch.data[at] as number;
    rgba[i * 4 + 1] = batch.data[channels === 3 ? at + 1 : at] as number;
    rgba[i * 4 + 2] = batch.data[channels === 3 ? at + 2 : at] as number;
    rgba[i * 4 + 3] = 255;
  }
  if (canvas.width !== size) canvas.width = size;
  if (canvas.height !== size) canvas.height = size;
  canvas.getContext('2d')?.putImageData(new ImageData(rgba, size, size), 0, 0);
}
