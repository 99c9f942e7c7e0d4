import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSource } from '../../../src/engine/source/open-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sonde-source-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const put = (name: string, bytes: Uint8Array | string): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
};

describe('a folder', () => {
  it('is listed in natural order with its subfolders as labels, system files left out', async () => {
    for (const name of ['b/img10.png', 'b/img2.png', 'a/x.png', 'top.png', '.DS_Store', 'b/Thumbs.db', '.hidden/y.png']) put(name, 'x');
    put('b/nothing.png', '');
    const source = await openSource(folder);
    expect(source.images.map(({ path: name, label }) => [name, label])).toEqual([
      ['a/x.png', 'a'],
      ['b/img2.png', 'b'],
      ['b/img10.png', 'b'],
      ['top.png', ''],
    ]);
    expect(source.skipped).toMatchObject([{ path: 'b/nothing.png', reason: 'empty' }]);
  });

  it('that links back to itself ends, and says where', async () => {
    put('a/x.png', 'x');
    symlinkSync(folder, path.join(folder, 'a/again'));
    symlinkSync('round', path.join(folder, 'round'));
    const source = await openSource(folder);
    expect(source.images).toHaveLength(1);
    expect(source.skipped.map(({ path: name, reason }) => [name, reason])).toEqual([
      ['a/again', 'link-loop'],
      ['round', 'link-loop'],
    ]);
  });

  it('has a listing hash of paths and sizes that standard tools give too', async () => {
    put('a.png', 'xx');
    put('b.png', 'xyz');
    const expected = execFileSync('sha256sum', { input: 'a.png\t2\nb.png\t3\n', encoding: 'utf8' }).slice(0, 64);
    expect((await openSource(folder)).listingSha256).toBe(expected);
  });

  it('that is not there is named in the refusal', async () => {
    await expect(openSource(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'source-missing' });
    await expect(openSource(put('notes.txt', 'x'))).rejects.toMatchObject({ code: 'source-unsupported' });
  });
});

describe('arrays', () => {
  const pixels = Uint8Array.from({ length: 2 * 3 * 4 }, (_, i) => i);
  const npy = (shape: string, data: Uint8Array, descr = '|u1') => {
    const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
    const header = `${text.padEnd(117)}\n`;
    return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([header.length, 0]), Buffer.from(header), data]);
  };

  it('IDX, gzipped or not', async () => {
    const head = Buffer.alloc(16);
    [0x803, 2, 3, 4].forEach((value, i) => {
      head.writeUInt32BE(value, 4 * i);
    });
    const bytes = Buffer.concat([head, pixels]);
    for (const file of [put('x-images-idx3-ubyte', bytes), put('x-images-idx3-ubyte.gz', gzipSync(bytes))]) {
      const { images, array } = await openSource(file);
      expect(images.map(({ path: name }) => name)).toEqual(['#000000', '#000001']);
      expect(array).toMatchObject({ height: 3, width: 4, channels: 1 });
      expect([...(array?.read(1) ?? [])]).toEqual([...pixels.subarray(12)]);
    }
    await expect(openSource(put('cut-images-idx3-ubyte', bytes.subarray(0, 30)))).rejects.toMatchObject({ code: 'source-unsupported' });
  });

  it('NPY and NPZ of uint8, and a clear refusal of others', async () => {
    for (const file of [put('a.npy', npy('2, 3, 4', pixels)), put('a.npz', zipSync({ 'x.npy': npy('2, 3, 4', pixels) }))]) {
      const { array, images } = await openSource(file);
      expect(images).toHaveLength(2);
      expect([...(array?.read(1) ?? [])]).toEqual([...pixels.subarray(12)]);
    }
    await expect(openSource(put('f.npy', npy('2, 3, 4', pixels, '<f4')))).rejects.toThrow(/<f4, not uint8/);
  });

  it("CIFAR's planes become pixels", async () => {
    const record = new Uint8Array(3073);
    record[1] = 10;
    record[1 + 1024] = 20;
    record[1 + 2048] = 30;
    const { array } = await openSource(put('data_batch_1.bin', Buffer.concat([record, record])));
    expect([...(array?.read(1).subarray(0, 3) ?? [])]).toEqual([10, 20, 30]);
  });

  it('the sample holds 10,000 images', async () => {
    const { images, kind } = await openSource('sample');
    expect([images.length, kind]).toEqual([10_000, 'sample']);
  });
});

it('nothing is written into the folder that is read', async () => {
  put('a/x.png', 'x');
  await openSource(folder);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['a', 'a/x.png']);
});
