import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../../src/engine/pixels/attributes.ts';
import { resizeRaw } from '../../../src/engine/pixels/raw-image.ts';
import { shrink, shrinkTwice } from '../../../src/engine/pixels/shrink.ts';
import { thumbnailDetour } from '../../../src/engine/pixels/thumbnail-size.ts';
import { attributes, decodeOne, largestDifference, mosaic } from './decoding.ts';

const SIZE = 64;
const GREY_LEVELS = 2;
const SHARE = 0.01;
/** Of an attribute that is all but 0, as a gray image's saturation is: a quarter of a grey level. */
const LEAST = 0.001;

/** The definition, weight by weight: means over areas where an edge is longer than wanted, linear between centres where it is shorter. */
function weights(edge: number, wanted: number): number[][] {
  return Array.from({ length: wanted }, (_, i) => {
    const row = new Array<number>(edge).fill(0);
    if (edge >= wanted) {
      const [from, to] = [(i * edge) / wanted, ((i + 1) * edge) / wanted];
      for (let k = 0; k < edge; k += 1) row[k] = (Math.max(0, Math.min(k + 1, to) - Math.max(k, from)) * wanted) / edge;
    } else {
      const at = ((i + 0.5) * edge) / wanted - 0.5;
      for (let k = 0; k < edge; k += 1) row[k] = Math.max(0, 1 - Math.abs(Math.min(edge - 1, Math.max(0, at)) - k));
    }
    return row;
  });
}

function reference(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const [across, down] = [weights(width, SIZE), weights(height, SIZE)];
  const rows = new Float64Array(height * SIZE * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < SIZE; x += 1)
      for (let c = 0; c < 3; c += 1)
        rows[(y * SIZE + x) * 3 + c] = (across[x] as number[]).reduce(
          (sum, w, k) => (w === 0 ? sum : sum + w * (rgb[(y * width + k) * 3 + c] as number)),
          0,
        );
  return Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    const row = down[Math.floor(i / 3 / SIZE)] as number[];
    return Math.round(row.reduce((sum, w, k) => (w === 0 ? sum : sum + w * (rows[k * SIZE * 3 + (i % (SIZE * 3))] as number)), 0));
  });
}

function expectAlike(ours: Uint8Array, wanted: Uint8Array, name: string, size = SIZE): void {
  expect(largestDifference(ours, wanted), name).toBeLessThanOrEqual(GREY_LEVELS);
  const [a, b] = [attributes(ours, size), attributes(wanted, size)];
  for (const key of Object.keys(a) as (keyof Attributes)[])
    expect(Math.abs(a[key] - b[key]), `${name}: ${key}`).toBeLessThanOrEqual(Math.max(SHARE * b[key], LEAST));
}

describe('the same pixels are the same image, whatever the format', () => {
  it.each([
    [300, 200, 50],
    [64, 64, 32],
    [97, 130, 40],
    [40, 30, 20],
    [20, 150, 30],
    [5, 5, 3],
  ])('%i x %i', async (width, height, tile) => {
    const rgb = await mosaic(width, height, tile);
    const wanted = reference(rgb, width, height);
    const image = () => sharp(rgb, { raw: { width, height, channels: 3 } });
    const copies = {
      png: image().png(),
      'png with an opaque alpha': image().ensureAlpha().png(),
      'png of 16 bits': image().toColourspace('rgb16').png(),
      'webp, lossless': image().webp({ lossless: true }),
      'webp with an opaque alpha': image().ensureAlpha().webp({ lossless: true, exact: true }),
      'tiff, uncompressed': image().tiff({ compression: 'none' }),
      'tiff, lzw': image().tiff({ compression: 'lzw' }),
      'tiff with an opaque alpha': image().ensureAlpha().tiff({ compression: 'deflate' }),
    };
    for (const [name, copy] of Object.entries(copies)) expectAlike((await decodeOne(await copy.toBuffer(), SIZE)).pixels, wanted, name);
    expectAlike(resizeRaw(rgb, width, height, 3, SIZE), wanted, 'raw pixels');
  });

  it('gray, in files and in arrays', async () => {
    const [width, height] = [150, 90];
    const gray = await sharp(await mosaic(width, height, 40), { raw: { width, height, channels: 3 } })
      .toColourspace('b-w')
      .raw()
      .toBuffer();
    const image = () => sharp(gray, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
    const wanted = resizeRaw(gray, width, height, 1, SIZE);
    for (const copy of [image().png(), image().webp({ lossless: true }), image().tiff({ compression: 'lzw' }), image().ensureAlpha().png()])
      expect(largestDifference((await decodeOne(await copy.toBuffer(), SIZE)).pixels, wanted)).toBeLessThanOrEqual(GREY_LEVELS);
  });

  it('a transparency is composed on white before the image is shrunk', async () => {
    const [width, height] = [200, 140];
    const rgb = await mosaic(width, height, 50);
    const rgba = Buffer.alloc(width * height * 4);
    const composed = Buffer.alloc(width * height * 3);
    for (let i = 0; i < width * height; i += 1) {
      const alpha = (i * 7) % 256;
      rgba[4 * i + 3] = alpha;
      for (let c = 0; c < 3; c += 1) {
        const value = rgb[3 * i + c] as number;
        rgba[4 * i + c] = value;
        composed[3 * i + c] = Math.round((value * alpha + 255 * (255 - alpha)) / 255);
      }
    }
    const wanted = reference(composed, width, height);
    const image = () => sharp(rgba, { raw: { width, height, channels: 4 } });
    for (const [name, copy] of [
      ['png', image().png()],
      ['webp', image().webp({ lossless: true, exact: true })],
      ['tiff', image().tiff({ compression: 'lzw' })],
    ] as const)
      expectAlike((await decodeOne(await copy.toBuffer(), SIZE)).pixels, wanted, name);
  });
});

describe('a JPEG is the same image as its lossless copy', () => {
  it.each([
    [256, 192, 50, 64],
    [400, 300, 60, 64],
    [448, 336, 64, 28],
    [512, 384, 64, 64],
    [639, 427, 100, 64],
    [1024, 768, 100, 64],
    [1000, 680, 120, 28],
  ])('%i x %i, of tiles of %i, at %i', async (width, height, tile, size) => {
    const image = sharp(await mosaic(width, height, tile), { raw: { width, height, channels: 3 } });
    for (const quality of [100, 85]) {
      const jpeg = await image
        .clone()
        .jpeg({ quality, chromaSubsampling: quality === 100 ? '4:4:4' : '4:2:0' })
        .toBuffer();
      const png = await sharp(jpeg).png({ compressionLevel: 1 }).toBuffer();
      expectAlike((await decodeOne(jpeg, size)).pixels, (await decodeOne(png, size)).pixels, `quality ${quality}`, size);
    }
  });
});

it('by way of the thumbnail’s size or not, the small image is the same', async () => {
  for (const [width, height, channels, size] of [
    [200, 150, 3, 64],
    [131, 128, 1, 64],
    [301, 97, 3, 28],
  ] as const) {
    const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7919 + (i >> 5)) % 256);
    const times = thumbnailDetour(width, height, size);
    const { coarse, fine } = shrinkTwice(pixels, width, height, channels, size, Math.max(1, times));
    expect(largestDifference(fine, shrink(pixels, width, height, channels, size, size))).toBeLessThanOrEqual(1);
    expect(coarse).toHaveLength((size * times) ** 2 * channels);
  }
  expect([thumbnailDetour(200, 150, 64), thumbnailDetour(200, 127, 64), thumbnailDetour(4000, 112, 28)]).toEqual([2, 1, 4]);
});
