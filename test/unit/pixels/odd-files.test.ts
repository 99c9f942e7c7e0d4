import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImageDecoder } from '../../../src/engine/pixels/decode-image.ts';
import { bmp } from './bmp.ts';
import { decodeOne, hand, largestDifference } from './decoding.ts';

const SIZE = 28;
const LENGTH = SIZE * SIZE * 3;
const decoder = new ImageDecoder(SIZE);
const reasons = async (files: Uint8Array[]) =>
  (await decoder.decode(files, new Uint8Array(files.length * LENGTH))).map((one) => (one.ok ? 'read' : one.reason));

let png: Buffer;
let formats: Record<string, Buffer>;
beforeAll(async () => {
  const small = sharp(await sharp(hand(0)).resize(24, 20, { fit: 'fill' }).png().toBuffer());
  png = await small.clone().png().toBuffer();
  const folder = path.join(import.meta.dirname, '../../fixtures/formats');
  const others = readdirSync(folder).filter((name) => /\.(jp2|ppm|png)$|rgb-(none|lzw|zstd|alpha)\.tif$/.test(name));
  formats = {
    png,
    'png with alpha': await small.clone().ensureAlpha(0.5).png().toBuffer(),
    jpeg: await small.clone().withIccProfile('p3').jpeg().toBuffer(),
    gif: await small.clone().gif().toBuffer(),
    bmp: bmp({ bits: 8 }),
    webp: await small.clone().webp().toBuffer(),
    avif: await small.clone().avif().toBuffer(),
    ...Object.fromEntries(others.map((name) => [name, readFileSync(path.join(folder, name))])),
  };
});

describe('no file leaves its place', () => {
  it('12 to 23 bytes of a PNG, and a JPEG whose colour profile has a curve of one entry that is not there', async () => {
    const jpeg = await sharp(hand(1)).withIccProfile('p3').jpeg().toBuffer();
    const curve = jpeg.indexOf('para');
    expect(curve).toBeGreaterThan(0);
    // The red curve's tag, at the profile's beginning, gets a length of 12 bytes, and its type becomes a table of one.
    const tag = jpeg.indexOf('rTRC');
    jpeg.writeUInt32BE(12, tag + 8);
    jpeg.write('curv', curve, 'latin1');
    jpeg.writeUInt32BE(1, curve + 8);
    const cut = Array.from({ length: 12 }, (_, i) => Buffer.from(png.subarray(0, 12 + i)));
    const answers = await reasons([hand(0), ...cut, jpeg, hand(2)]);
    expect(answers).toEqual(['read', ...cut.map(() => 'truncated'), 'read', 'read']);
  });

  it('cut at, and damaged in, every part of every format, beside good files that stay what they are', async () => {
    const good = [hand(0), png];
    const wanted = await Promise.all(good.map((bytes) => decodeOne(bytes, SIZE)));
    for (const [name, bytes] of Object.entries(formats)) {
      const places = [
        ...new Set([...Array(16).keys(), ...Array.from({ length: 16 }, (_, i) => Math.floor(((i + 0.5) * bytes.length) / 16))]),
      ];
      const odd = places.flatMap((at) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
        const filled = Buffer.from(bytes).fill(0xff, at, at + 4);
        return [Buffer.from(bytes.subarray(0, at)), flipped, filled];
      });
      const files = [good[0] as Buffer, ...odd, good[1] as Buffer];
      const pixels = new Uint8Array(files.length * LENGTH);
      const answers = await decoder.decode(files, pixels);
      expect(
        answers.map((one) => typeof one.ok),
        name,
      ).toEqual(files.map(() => 'boolean'));
      for (const [i, at] of [0, files.length - 1].entries()) {
        const answer = answers[at];
        expect(answer?.ok, name).toBe(true);
        if (i === 1) expect(largestDifference(pixels.subarray(at * LENGTH), (wanted[i] as { pixels: Uint8Array }).pixels), name).toBe(0);
      }
    }
  }, 60_000);
});

it('a cut PNG, WebP, GIF, AVIF or JPEG is called truncated', async () => {
  const large = sharp(hand(3));
  const files = [large.clone().png(), large.clone().ensureAlpha().png(), large.clone().webp(), large.clone().gif(), large.clone().avif()];
  const cut = await Promise.all(
    files.map(async (file) => file.toBuffer().then((bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.6)))),
  );
  expect(await reasons([...cut, hand(3).subarray(0, 2000)])).toEqual(new Array(6).fill('truncated'));
});

describe('files that declare more than they hold cost nothing', () => {
  it('a PNG of 57 bytes and 16,000 x 16,000 pixels, and a GIF of as many with a frame of one', async () => {
    const tiny = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    tiny.writeUInt32BE(16_000, 16);
    tiny.writeUInt32BE(16_000, 20);
    tiny.writeUInt32BE(crc32(tiny.subarray(12, 29)), 29);
    const gif = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
      .gif()
      .toBuffer();
    gif.writeUInt16LE(16_000, 6);
    gif.writeUInt16LE(16_000, 8);
    const began = process.cpuUsage();
    expect(await reasons([tiny, gif])).toEqual(['truncated', 'too-large']);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(500);
  });
});

it('the ground beside a small GIF frame is white, whatever colour the palette begins with', async () => {
  const gif = await sharp({ create: { width: 14, height: 14, channels: 3, background: '#c81e28' } })
    .gif()
    .toBuffer();
  gif.writeUInt16LE(28, 6);
  gif.writeUInt16LE(28, 8);
  const control = gif.indexOf(Buffer.from([0x21, 0xf9, 0x04]));
  if (control >= 0) gif[control + 3] = (gif[control + 3] as number) & 0xfe;
  const { pixels } = await decodeOne(gif, SIZE);
  expect([...pixels.subarray(0, 3)]).toEqual([200, 30, 40]);
  expect([...pixels.subarray(-3)]).toEqual([255, 255, 255]);
});

describe('EXIF orientation, a SHORT or a LONG, in either byte order', () => {
  const tiff = (order: 'II' | 'MM', long: boolean): Buffer => {
    const bytes = Buffer.alloc(26);
    const [u16, u32] =
      order === 'II'
        ? [(v: number, at: number) => bytes.writeUInt16LE(v, at), (v: number, at: number) => bytes.writeUInt32LE(v, at)]
        : [(v: number, at: number) => bytes.writeUInt16BE(v, at), (v: number, at: number) => bytes.writeUInt32BE(v, at)];
    bytes.write(order, 'latin1');
    u16(42, 2);
    u32(8, 4);
    u16(1, 8);
    u16(0x112, 10);
    u16(long ? 4 : 3, 12);
    u32(1, 14);
    if (long) u32(6, 18);
    else u16(6, 18);
    return bytes;
  };
  const inJpeg = (jpeg: Buffer, exif: Buffer) => {
    const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif]);
    return Buffer.concat([jpeg.subarray(0, 2), Buffer.of(0xff, 0xe1, 0, body.length + 2), body, jpeg.subarray(2)]);
  };
  const inPng = (bytes: Buffer, exif: Buffer) => {
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from('eXIf', 'latin1'), exif, Buffer.alloc(4)]);
    chunk.writeUInt32BE(exif.length, 0);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
    return Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)]);
  };
  const inWebp = (bytes: Buffer, exif: Buffer, width: number, height: number) => {
    const chunk = (name: string, body: Buffer) => {
      const head = Buffer.alloc(8);
      head.write(name, 'latin1');
      head.writeUInt32LE(body.length, 4);
      return Buffer.concat([head, body]);
    };
    const extended = Buffer.alloc(10);
    extended[0] = 0x08;
    extended.writeUIntLE(width - 1, 4, 3);
    extended.writeUIntLE(height - 1, 7, 3);
    const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), chunk('VP8X', extended), bytes.subarray(12), chunk('EXIF', exif)]);
    return chunk('RIFF', body);
  };

  it.each([
    ['II', false],
    ['II', true],
    ['MM', false],
    ['MM', true],
  ] as const)('%s, LONG: %s', async (order, long) => {
    const [width, height] = [40, 30];
    const image = sharp(await sharp(hand(2)).resize(width, height, { fit: 'fill' }).png().toBuffer());
    const wanted = await decodeOne(await image.clone().rotate(90).png().toBuffer(), SIZE);
    const exif = tiff(order, long);
    const files = {
      png: inPng(await image.clone().png().toBuffer(), exif),
      'png with alpha': inPng(await image.clone().ensureAlpha().png().toBuffer(), exif),
      webp: inWebp(await image.clone().webp({ lossless: true }).toBuffer(), exif, width, height),
      jpeg: inJpeg(await image.clone().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(), exif),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const decoded = await decodeOne(bytes, SIZE);
      expect([decoded.width, decoded.height], name).toEqual([height, width]);
      expect(largestDifference(decoded.pixels, wanted.pixels), name).toBeLessThanOrEqual(name === 'jpeg' ? 8 : 1);
    }
  });
});
