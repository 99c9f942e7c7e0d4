import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { decodeSource } from '../../../src/engine/pixels/decode-source.ts';
import { readPnm } from '../../../src/engine/pixels/pnm.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';
import { hand } from './decoding.ts';

// The real reader, counted.
vi.mock('../../../src/engine/pixels/pnm.ts', async (real) => {
  const own = await real<typeof import('../../../src/engine/pixels/pnm.ts')>();
  return { ...own, readPnm: vi.fn(own.readPnm) };
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sonde-look-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('what a look has decoded is not decoded again, and looks the same', async () => {
  const COUNT = 60;
  for (let i = 0; i < COUNT; i += 1) {
    const data = await sharp(hand(i)).resize(40, 40).greyscale().raw().toBuffer();
    const deep = i % 2 === 1;
    const values = deep ? Buffer.from(Uint16Array.from(data, (value) => value * 16).buffer).swap16() : data;
    const file = Buffer.concat([Buffer.from(`P5 40 40 ${deep ? 65_535 : 255}\n`), values]);
    writeFileSync(path.join(folder, `${String(i).padStart(2, '0')}.pgm`), file);
  }
  const source = await openSource(folder);
  const options = { size: null, folder: null, minimum: 1 } as const;
  const { pixels, windows } = await decodeSource(source, { ...options, color: null, limit: null });
  expect([pixels.count, pixels.channels, windows.map(({ samples }) => samples)]).toEqual([COUNT, 1, ['uint16']]);
  expect(vi.mocked(readPnm)).toHaveBeenCalledTimes(COUNT);
  // Alone each is seen by the look of no other; through the same window it is the same.
  const last = { ...source, images: source.images.slice(-1) };
  const alone = await decodeSource(last, { ...options, color: 'gray', limit: null, windows });
  expect(alone.pixels.data).toEqual(pixels.data.subarray(-alone.pixels.data.length));
});
