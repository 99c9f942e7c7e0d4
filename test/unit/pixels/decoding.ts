/** What the tests of decoding share: one file by way of the decoder, and photographs of any size. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import { type Attributes, attributesOf, lumaOf } from '../../../src/engine/pixels/attributes.ts';
import { ImageDecoder } from '../../../src/engine/pixels/decode-image.ts';
import { finishPixels } from '../../../src/engine/pixels/finish-pixels.ts';

export const HANDS = path.join(import.meta.dirname, '../../fixtures/hands');

/** The i-th photograph, a JPEG of 100 x 100. */
export const hand = (i: number): Buffer => {
  const files = readdirSync(path.join(HANDS, '3')).sort();
  return readFileSync(path.join(HANDS, '3', files[i % files.length] as string));
};

export interface Decoded {
  pixels: Uint8Array;
  width: number;
  height: number;
}

export async function decodeOne(bytes: Uint8Array, size = 64): Promise<Decoded> {
  const pixels = new Uint8Array(size * size * 3);
  const [answer] = await new ImageDecoder(size).decode([bytes], pixels);
  if (!answer?.ok) throw new Error(answer?.detail);
  const { width, height, unfinished } = answer.image;
  return { width, height, pixels: finishPixels(pixels, size, unfinished) };
}

export const attributes = (pixels: Uint8Array, size = 64): Attributes =>
  attributesOf(pixels, lumaOf(pixels, new Uint8Array(size * size)), size);

export const largestDifference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

/** Photographs side by side, with the strong edges between them: width x height x 3. */
export async function mosaic(width: number, height: number, tile: number): Promise<Buffer> {
  const tiles: OverlayOptions[] = [];
  let i = 0;
  for (let top = 0; top < height; top += tile) {
    for (let left = 0; left < width; left += tile, i += 1) {
      const [across, down] = [Math.min(tile, width - left), Math.min(tile, height - top)];
      const input = await sharp(hand(i)).resize(tile, tile).extract({ left: 0, top: 0, width: across, height: down }).png().toBuffer();
      tiles.push({ input, left, top });
    }
  }
  return sharp({ create: { width, height, channels: 3, background: '#808080' } })
    .composite(tiles)
    .raw()
    .toBuffer();
}
