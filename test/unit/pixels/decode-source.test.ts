import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDuplicates } from '../../../src/engine/duplicates/near-duplicates.ts';
import { ImageDecoder } from '../../../src/engine/pixels/decode-image.ts';
import { decodeSource } from '../../../src/engine/pixels/decode-source.ts';
import { finishPixels } from '../../../src/engine/pixels/finish-pixels.ts';
import { readHeader } from '../../../src/engine/pixels/image-header.ts';
import { loadPixels } from '../../../src/engine/pixels/pixel-cache.ts';
import { decodeWithSharp } from '../../../src/engine/pixels/sharp-decode.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';

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
const all = { size: null, color: null, limit: null } as const;

describe('the decode graph and sharp agree within 2 grey levels on average', () => {
  it('on photographs with a colour profile', async () => {
    for (let i = 0; i < 8; i += 1) {
      const bytes = hand(i);
      expect(readHeader(bytes)?.plain).toBe(true);
      expect(meanDifference((await decodeOne(bytes)).pixels, (await decodeWithSharp(bytes, 64)).pixels)).toBeLessThan(2);
    }
  });

  it('on a wide-gamut profile', async () => {
    const bytes = await sharp(hand(1)).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
    expect(meanDifference((await decodeOne(bytes)).pixels, (await decodeWithSharp(bytes, 64)).pixels)).toBeLessThan(2);
  });

  it('on each EXIF orientation', async () => {
    const base = await sharp(hand(2)).resize(100, 80, { fit: 'fill' }).jpeg().toBuffer();
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const bytes = await sharp(base).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
      const [ours, theirs] = [await decodeOne(bytes), await decodeWithSharp(bytes, 64)];
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
      expect(meanDifference((await decodeOne(bytes)).pixels, (await decodeWithSharp(bytes, 64)).pixels)).toBeLessThan(2);
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

    const { data, ...shape } = await loadPixels(study);
    expect(shape).toEqual({ count: usable, size: 64, channels: 3 });
    expect(Buffer.compare(data, pixels.data)).toBe(0);
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

it('a cancelled decoding stops within 200 ms and leaves no file', async () => {
  const study = fresh('cancelled');
  const stop = new AbortController();
  let asked = 0;
  const source = await openSource(HANDS);
  const onProgress = (done: number) => {
    if (done < 100 || asked > 0) return;
    asked = performance.now();
    stop.abort();
  };
  await expect(decodeSource(source, { ...all, folder: study, signal: stop.signal, onProgress })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(performance.now() - asked).toBeLessThan(200);
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
