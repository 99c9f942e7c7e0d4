import sharp from 'sharp';
import type { PixelBatch } from '../../contract/calls.ts';
import { writeAtomically } from '../../study/atomic-write.ts';

const GAP = 2;
const PAPER = 255;

/** Writes the images as one PNG, row by row in a near-square grid, unscaled. */
export async function writeContactSheet({ n, size, channels, data }: PixelBatch, file: string): Promise<void> {
  const columns = Math.ceil(Math.sqrt(n));
  const rows = Math.ceil(n / columns);
  const width = columns * (size + GAP) + GAP;
  const height = rows * (size + GAP) + GAP;
  const sheet = new Uint8Array(width * height * channels).fill(PAPER);
  for (let image = 0; image < n; image += 1) {
    const left = GAP + (image % columns) * (size + GAP);
    const top = GAP + Math.floor(image / columns) * (size + GAP);
    for (let row = 0; row < size; row += 1) {
      const from = (image * size + row) * size * channels;
      sheet.set(data.subarray(from, from + size * channels), ((top + row) * width + left) * channels);
    }
  }
  await writeAtomically(file, await sharp(sheet, { raw: { width, height, channels } }).png().toBuffer());
}
