import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findDuplicates } from '../../../src/engine/duplicates/near-duplicates.ts';
import { attributesOf, lumaOf } from '../../../src/engine/pixels/attributes.ts';
import { ImageDecoder } from '../../../src/engine/pixels/decode-image.ts';
import { decodeSource } from '../../../src/engine/pixels/decode-source.ts';
import { finishPixels } from '../../../src/engine/pixels/finish-pixels.ts';
import { readHeader } from '../../../src/engine/pixels/image-header.ts';
import { decodeWithSharp } from '../../../src/engine/pixels/sharp-decode.ts';
import { makeSmall } from '../../../src/engine/pixels/small-image.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';
import { type BmpKind, bmp, COLOURS } from './bmp.ts';

const HANDS = path.join(import.meta.dirname, '../../fixtures/hands');
let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'sonde-pixels-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));
const fresh = (name: string): string => {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  return folder;
};
const hand = (i: number): Buffer => {
  const files = readdirSync(path.join(HANDS, '3')).sort();
  return readFileSync(path.join(HANDS, '3', files[i] as string));
};
const meanDifference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length;
async function decodeOne(bytes: Uint8Array, size = 64) {
  const decoder = new ImageDecoder(size);
  const pixels = new Uint8Array(size * size * 3);
  const [answer] = await decoder.decode([bytes], pixels);
  if (!answer?.ok) throw new Error(answer?.detail);
  const { unfinished, ...rest } = answer.image;
  return { ...rest, pixels: finishPixels(pixels, size, unfinished) };
}
/** By way of sharp, which also reads what the decode graph does. */
async function decodeWhole(bytes: Uint8Array, size = 64) {
  const pixels = new Uint8Array(size * size * 3);
  const header = readHeader(bytes);
  if (!header) throw new Error('no header');
  const { unfinished, ...rest } = await makeSmall(await decodeWithSharp(bytes, header), size, pixels);
  return { ...rest, pixels: finishPixels(pixels, size, unfinished) };
}
const all = { size: null, color: null, limit: null } as const;

describe('the decode graph and sharp agree within 2 grey levels on average', () => {
  it('on photographs with a colour profile', async () => {
    for (let i = 0; i < 8; i += 1) {
      const bytes = hand(i);
      expect(readHeader(bytes)?.plain).toBe(true);
      expect(meanDifference((await decodeOne(bytes)).pixels, (await decodeWhole(bytes)).pixels)).toBeLessThan(2);
    }
  });

  it('on a wide-gamut profile', async () => {
    const bytes = await sharp(hand(1)).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
    expect(meanDifference((await decodeOne(bytes)).pixels, (await decodeWhole(bytes)).pixels)).toBeLessThan(2);
  });

  it('on each EXIF orientation', async () => {
    const base = await sharp(hand(2)).resize(100, 80, { fit: 'fill' }).jpeg().toBuffer();
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const bytes = await sharp(base).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
      const [ours, theirs] = [await decodeOne(bytes), await decodeWhole(bytes)];
      expect(meanDifference(ours.pixels, theirs.pixels)).toBeLessThan(2);
      expect([ours.width, ours.height]).toEqual(orientation >= 5 ? [80, 100] : [100, 80]);
    }
  });

  it('on gray, PNG, GIF and a large JPEG', async () => {
    const large = sharp(hand(3)).resize(700, 500, { fit: 'fill' });
    for (const bytes of [
      await sharp(hand(3)).grayscale().jpeg().toBuffer(),
      await sharp(hand(3)).png().toBuffer(),
      await sharp(hand(3)).gif().toBuffer(),
      await large.jpeg().toBuffer(),
    ])
      expect(meanDifference((await decodeOne(bytes)).pixels, (await decodeWhole(bytes)).pixels)).toBeLessThan(2);
  });
});

describe('kinds of BMP', () => {
  const corners = async (bytes: Uint8Array) => {
    const { pixels } = await decodeOne(bytes, 32);
    const at = (x: number, y: number) => [...pixels.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)];
    return [at(4, 16), at(28, 4), at(28, 28)];
  };
  const [left, right] = COLOURS;

  it.each([
    ['24 bits', { bits: 24 }],
    ['24 bits, from the top down', { bits: 24, topDown: true }],
    ['32 bits whose fourth byte means nothing', { bits: 32 }],
    ['a palette of 256', { bits: 8 }],
    ['a palette of 256, from the top down', { bits: 8, topDown: true }],
    ['a palette of 16', { bits: 4 }],
    ['32 bits with an alpha that is zero everywhere', { bits: 32, masks: [0xff0000, 0xff00, 0xff, 0xff000000] }],
  ] as [string, BmpKind][])('%s', async (_, kind) => {
    expect(await corners(bmp(kind))).toEqual(COLOURS);
  });

  it('a palette of two, five and six bits a channel, alpha over white, and two bytes too many', async () => {
    expect(await corners(bmp({ bits: 1 }))).toEqual([left, right, right]);
    for (const kind of [{ bits: 16 }, { bits: 16, masks: [0xf800, 0x7e0, 0x1f, 0] }] as BmpKind[])
      for (const [i, colour] of (await corners(bmp(kind))).entries())
        for (const [c, level] of colour.entries()) expect(Math.abs(level - (COLOURS[i]?.[c] as number))).toBeLessThanOrEqual(8);
    const half = await corners(bmp({ bits: 32, masks: [0xff0000, 0xff00, 0xff, 0xff000000], alpha: 51 }));
    expect(await corners(Buffer.concat([bmp({ bits: 24 }), Buffer.alloc(2)]))).toEqual(COLOURS);
    expect(half).toEqual(COLOURS.map((colour) => colour.map((level) => Math.round(level * 0.2 + 255 * 0.8))));
  });

  it('what is cut short or compressed is refused with its reason', async () => {
    const decoder = new ImageDecoder(32);
    const files = [bmp({ bits: 8 }).subarray(0, 1100), bmp({ bits: 8, compression: 4 }), bmp({ bits: 24 }).subarray(0, 150)];
    const answers = await decoder.decode(files, new Uint8Array(3 * 32 * 32 * 3));
    expect(answers.map((one) => (one.ok ? 'read' : one.reason))).toEqual(['truncated', 'unsupported', 'truncated']);
  });
});

it('a GIF whose first frame is smaller than its screen keeps its place on it', async () => {
  const gif = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#c81e28' } })
    .gif()
    .toBuffer();
  gif.writeUInt16LE(64, 6);
  gif.writeUInt16LE(64, 8);
  const opaque = Buffer.from(gif);
  const control = opaque.indexOf(Buffer.from([0x21, 0xf9, 0x04]));
  opaque[control + 3] = (opaque[control + 3] as number) & 0xfe;
  for (const bytes of [gif, opaque]) {
    const { pixels } = await decodeOne(bytes);
    expect([...pixels.subarray(0, 3)]).toEqual([200, 30, 40]);
    expect([...pixels.subarray(-3)]).not.toEqual([200, 30, 40]);
  }
});

describe('attributes have their closed forms', () => {
  const size = 16;
  const of = (colour: (x: number, y: number) => readonly [number, number, number]) => {
    const rgb = Uint8Array.from(
      { length: size * size * 3 },
      (_, i) => colour(Math.floor(i / 3) % size, Math.floor(i / 3 / size))[i % 3] as number,
    );
    return attributesOf(rgb, lumaOf(rgb, new Uint8Array(size * size)), size);
  };
  const gray = (level: number) => [level, level, level] as const;

  it('of one colour', () => {
    const red = of(() => [255, 0, 0]);
    expect(red.brightness).toBeCloseTo(76 / 255, 6);
    expect([red.contrast, red.saturation, red.sharpness]).toEqual([0, 1, 0]);
    expect(of(() => [200, 150, 100]).saturation).toBeCloseTo(0.5, 6);
    expect(of(() => gray(0))).toEqual({ brightness: 0, contrast: 0, saturation: 0, sharpness: 0 });
  });

  it('of a checkerboard: half the light, the most contrast, and a Laplacian of plus and minus four', () => {
    const { brightness, contrast, saturation, sharpness } = of((x, y) => gray((x + y) % 2 === 0 ? 255 : 0));
    expect([brightness, contrast, saturation, sharpness]).toEqual([0.5, 0.5, 0, 4]);
  });

  it('of a ramp: the deviation of an even spread, and no second derivative', () => {
    const { brightness, contrast, sharpness } = of((x) => gray(10 * x));
    expect(brightness).toBeCloseTo(75 / 255, 6);
    expect(contrast).toBeCloseTo((10 * Math.sqrt((size ** 2 - 1) / 12)) / 255, 6);
    expect(sharpness).toBe(0);
  });
});

describe('formats that sharp takes', () => {
  it('WebP, AVIF, TIFF, 16 bits and CMYK look like the original', async () => {
    const base = sharp(await sharp(hand(4)).png().toBuffer());
    const want = (await decodeOne(await base.clone().png().toBuffer())).pixels;
    const copies = {
      webp: await base.clone().webp({ quality: 95 }).toBuffer(),
      avif: await base.clone().avif({ quality: 90 }).toBuffer(),
      tiff: await base.clone().tiff({ compression: 'lzw' }).toBuffer(),
      deep: await base.clone().toColourspace('rgb16').png().toBuffer(),
      cmyk: await base.clone().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    };
    for (const [name, bytes] of Object.entries(copies))
      expect(meanDifference((await decodeOne(bytes)).pixels, want), name).toBeLessThan(name === 'cmyk' ? 12 : 4);
  });

  it('floating-point pixels are read through the window of their set, and refused without one', async () => {
    const floats = await sharp(hand(4)).toColourspace('scrgb').tiff({ compression: 'none' }).toBuffer();
    expect((await sharp(floats).metadata()).depth).toBe('float');
    const pixels = new Uint8Array(64 * 64 * 3);
    const [refused] = await new ImageDecoder(64).decode([floats], pixels);
    expect(refused).toMatchObject({ ok: false, reason: 'unsupported', detail: expect.stringContaining('--window') });
    const [answer] = await new ImageDecoder(64, [{ samples: 'float', low: 0, high: 1, basis: 'unit' }]).decode([floats], pixels);
    expect(answer).toMatchObject({ ok: true });
    expect(Math.max(...pixels)).toBeGreaterThan(64);
  });

  it('transparency lies over white', async () => {
    const clear = await sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer();
    expect(Math.min(...(await decodeOne(clear)).pixels)).toBe(255);
  });
});

describe('a folder with broken files', () => {
  it('is decoded without them; each is listed with its reason, and nothing is written into the folder', async () => {
    const [photos, study] = [fresh('photos'), fresh('study')];
    cpSync(HANDS, photos, { recursive: true });
    writeFileSync(path.join(photos, '3/aaa-cut.jpg'), hand(0).subarray(0, 5000));
    writeFileSync(path.join(photos, '3/notes.jpg'), 'these are notes, not a picture');
    const bomb = Buffer.from(await sharp(hand(0)).png().toBuffer());
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    writeFileSync(path.join(photos, 'bomb.png'), bomb);
    const before = readdirSync(photos, { recursive: true }).length;
    const source = await openSource(photos);
    const progress: number[] = [];
    const { pixels, facts, skipped } = await decodeSource(source, { ...all, folder: study, onProgress: (done) => progress.push(done) });
    const usable = source.images.length - 3;
    expect([pixels.count, pixels.size, pixels.channels]).toEqual([usable, 64, 3]);
    expect(skipped.map(({ path: name, reason }) => [name, reason])).toEqual([
      ['3/aaa-cut.jpg', 'truncated'],
      ['3/notes.jpg', 'not-an-image'],
      ['bomb.png', 'too-large'],
    ]);
    expect(progress.at(-1)).toBe(source.images.length);
    expect(readdirSync(photos, { recursive: true })).toHaveLength(before);
    expect(new Set(facts.label).size).toBe(10);

    expect(pixels.data).toHaveLength(usable * 64 * 64 * 3);
    expect(readdirSync(study)).toEqual(['thumbnails.bin']);
    const file = readFileSync(path.join(study, 'thumbnails.bin'));
    expect([file.toString('latin1', 0, 4), file.readUInt32LE(8)]).toEqual(['SNDT', usable]);
    const offset = (i: number) => Number(file.readBigUInt64LE(16 + 8 * i));
    expect(offset(usable)).toBe(file.length);
    const { width, height, format } = await sharp(file.subarray(offset(7), offset(8))).metadata();
    expect([width, height, format]).toEqual([100, 100, 'jpeg']);
  });

  it('of fewer than 50 usable images is refused with the counts', async () => {
    const folder = fresh('few');
    for (let i = 0; i < 3; i += 1) writeFileSync(path.join(folder, `${i}.jpg`), hand(i));
    await expect(decodeSource(await openSource(folder), { ...all, folder: null })).rejects.toMatchObject({
      code: 'too-few-images',
      params: { count: 3, minimum: 50 },
    });
  });
});

it('a cancelled decoding decodes no further block and leaves no file', async () => {
  const study = fresh('cancelled');
  const stop = new AbortController();
  const source = await openSource(HANDS);
  const done: number[] = [];
  const decode = vi.spyOn(ImageDecoder.prototype, 'decode');
  let begun = 0;
  const onProgress = (count: number) => {
    done.push(count);
    begun = decode.mock.calls.length;
    stop.abort();
  };
  await expect(decodeSource(source, { ...all, folder: study, signal: stop.signal, onProgress })).rejects.toMatchObject({
    code: 'cancelled',
  });
  // One block was whole; of the next at most the batch is decoded in which the news arrives.
  expect(done).toEqual([64]);
  expect(decode.mock.calls.length - begun).toBeLessThanOrEqual(1);
  expect(source.images.length).toBeGreaterThan(3 * 64);
  decode.mockRestore();
  expect(existsSync(study) && readdirSync(study)).toEqual([]);
});

it('copies are found: the same bytes, encoded anew, made smaller, cropped', async () => {
  const folder = fresh('copies');
  cpSync(HANDS, folder, { recursive: true });
  writeFileSync(path.join(folder, '3/zz-same.jpg'), hand(0));
  writeFileSync(path.join(folder, '3/zz-anew.jpg'), await sharp(hand(1)).keepIccProfile().jpeg({ quality: 60 }).toBuffer());
  writeFileSync(path.join(folder, '3/zz-small.jpg'), await sharp(hand(2)).keepIccProfile().resize(70, 70).jpeg({ quality: 90 }).toBuffer());
  const cropped = sharp(hand(4)).keepIccProfile().extract({ left: 5, top: 0, width: 95, height: 95 });
  writeFileSync(path.join(folder, '3/zz-cropped.jpg'), await cropped.jpeg({ quality: 90 }).toBuffer());
  const { pixels, facts } = await decodeSource(await openSource(folder), { ...all, folder: null });
  const { duplicateOf, exact, near } = await findDuplicates(facts, pixels);
  expect([exact, near]).toEqual([1, 3]);
  for (const name of ['same', 'anew', 'small', 'cropped'])
    expect(duplicateOf[facts.path.indexOf(`3/zz-${name}.jpg`)], name).toBeGreaterThanOrEqual(0);
});

describe('kinds of samples that the look at some images misses', () => {
  const few = 300;
  async function folderWith(name: string, odd: Record<string, Buffer>): Promise<string> {
    const folder = fresh(name);
    const raw = { raw: { width: 8, height: 8, channels: 1 } } as const;
    for (let i = 0; i < few; i += 1) {
      const gray = await sharp(
        Uint8Array.from({ length: 64 }, (_, at) => (at * 3 + i) % 256),
        raw,
      )
        .png()
        .toBuffer();
      writeFileSync(path.join(folder, `${String(i).padStart(3, '0')}.png`), gray);
    }
    for (const [file, bytes] of Object.entries(odd)) writeFileSync(path.join(folder, file), bytes);
    return folder;
  }
  /** A ramp from 0 to `white` as a deep PNG. */
  const deep = (white: number): Promise<Buffer> =>
    sharp(
      Uint16Array.from({ length: 64 }, (_, at) => Math.round((at * white) / 63)),
      { raw: { width: 8, height: 8, channels: 1 } },
    )
      .toColourspace('grey16')
      .png()
      .toBuffer();

  it('one file of 12 bits among eight-bit ones is seen through its own window, and that is told', async () => {
    // Neither the first nor any that is spaced evenly is looked at.
    const folder = await folderWith('one-deep', { '000b.png': await deep(4095), '150b.png': await deep(2000) });
    const decoded = await decodeSource(await openSource(folder), { ...all, size: 8, folder: null });
    expect(decoded.skipped).toEqual([]);
    expect(decoded.windows).toEqual([{ samples: 'uint16', low: 0, high: 4095, basis: 'bits' }]);
    expect(decoded.notes.map(({ code }) => code)).toContain('window-bits');
    const at = decoded.facts.path.indexOf('000b.png');
    const pixels = decoded.pixels.data.subarray(at * 64 * decoded.pixels.channels, (at + 1) * 64 * decoded.pixels.channels);
    expect(Math.max(...pixels)).toBeGreaterThan(250);
  });

  it('a window that a person chose holds for them too', async () => {
    const folder = await folderWith('chosen', { '000b.png': await deep(4095) });
    const decoded = await decodeSource(await openSource(folder), { ...all, size: 8, folder: null, window: { low: 0, high: 8000 } });
    expect(decoded.windows).toEqual([{ samples: 'uint16', low: 0, high: 8000, basis: 'chosen' }]);
  });
});
