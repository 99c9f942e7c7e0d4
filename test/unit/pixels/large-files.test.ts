import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeSource } from '../../../src/engine/pixels/decode-source.ts';
import { sizeFor } from '../../../src/engine/pixels/image-shape.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';
import { HANDS, hand } from './decoding.ts';

const GIGABYTE = 1024 ** 3;
let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'sonde-large-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

it('of a large file a head is read; only an image is read whole, and only one that is not too large', async () => {
  const folder = path.join(scratch, 'videos');
  cpSync(HANDS, folder, { recursive: true });
  const sparse = (name: string, head: Buffer, bytes: number) => {
    const file = path.join(folder, name);
    writeFileSync(file, head);
    truncateSync(file, bytes);
  };
  sparse('a.mp4', Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), 3 * GIGABYTE);
  sparse('b.mov', Buffer.from('\0\0\0\x14ftypqt  ', 'latin1'), 1.5 * GIGABYTE);
  sparse('large.bmp', await bmpHead(), 2 * GIGABYTE);
  const source = await openSource(folder);
  let returned = 0;
  let most = 0;
  const watched = {
    ...source,
    read: async (...asked: Parameters<typeof source.read>) => {
      const files = await source.read(...asked);
      const bytes = files.reduce((sum, file) => sum + (file.status === 'fulfilled' ? file.value.length : 0), 0);
      returned += bytes;
      most = Math.max(most, bytes);
      return files;
    },
  };
  const { skipped, pixels } = await decodeSource(watched, { size: null, color: null, limit: null, folder: null });
  expect(skipped.map(({ path: name, reason }) => [name, reason])).toEqual([
    ['a.mp4', 'not-an-image'],
    ['b.mov', 'not-an-image'],
    ['large.bmp', 'too-large'],
  ]);
  expect(pixels.count).toBe(source.images.length - 3);
  expect(most).toBeLessThan(64 * 1024 ** 2);
  expect(returned).toBeLessThan(100 * 1024 ** 2);
});

/** The header of a BMP of 24 bits and 64 x 64. */
async function bmpHead(): Promise<Buffer> {
  const head = Buffer.alloc(54);
  head.write('BM', 'latin1');
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(64, 18);
  head.writeInt32LE(64, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  return head;
}

it('the size is chosen alike, whatever the format', async () => {
  const image = sharp(await sharp(hand(0)).resize(36, 40, { fit: 'fill' }).png().toBuffer());
  for (const [name, copy] of [
    ['png', image.clone().png()],
    ['webp', image.clone().webp()],
    ['webp-lossless', image.clone().webp({ lossless: true })],
    ['webp-alpha', image.clone().ensureAlpha(0.5).webp()],
    ['avif', image.clone().avif()],
    ['tif', image.clone().tiff()],
  ] as const) {
    const folder = mkdtempSync(path.join(scratch, 'size-'));
    const bytes = await copy.toBuffer();
    for (let i = 0; i < 3; i += 1) writeFileSync(path.join(folder, `${i}.${name}`), bytes);
    const { pixels } = await decodeSource(await openSource(folder), { size: null, color: null, limit: null, folder: null, minimum: 3 });
    expect(pixels.size, name).toBe(sizeFor([36]));
  }
});

it('of a zip heads are read for the look too', async () => {
  const file = path.join(scratch, 'large.zip');
  const noise = Buffer.alloc(8 * 1024 ** 2, 'abcdefgh0123');
  const entries = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.jpg`, new Uint8Array(hand(i))]));
  writeFileSync(file, zipSync({ ...entries, 'a.mov': [noise, { level: 0 }], 'b.mov': [noise, { level: 1 }] }));
  const source = await openSource(file);
  const heads = await source.read(source.images, 65_536);
  const lengths = heads.map((head) => (head.status === 'fulfilled' ? head.value.length : -1));
  expect(Math.max(...lengths)).toBe(65_536);
  expect(heads.map((head) => head.status === 'fulfilled' && head.value[0])).not.toContain(false);
  const { pixels, skipped } = await decodeSource(source, { size: null, color: null, limit: null, folder: null });
  expect([pixels.count, skipped.map((one) => one.path)]).toEqual([60, ['a.mov', 'b.mov']]);
});
