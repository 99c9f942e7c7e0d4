import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DisplayWindow } from '../../../src/contract/study.ts';
import { lookAt } from '../../../src/engine/pixels/look.ts';
import { rawPixels } from '../../../src/engine/pixels/raw-image.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';
import type { PixelArray, Source } from '../../../src/engine/source/source.ts';
import { rawZip } from './raw-zip.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sonde-arrays-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const put = (name: string, bytes: Uint8Array): string => {
  files += 1;
  const file = path.join(folder, `${files}-${name}`);
  writeFileSync(file, bytes);
  return file;
};
const open = (name: string, bytes: Uint8Array, array: string | null = null): Promise<Source> => openSource(put(name, bytes), {}, array);
const pixelsOf = (source: Source): number[][] => source.images.map((_, i) => [...(source.array?.read(i) ?? [])]);
/** As the study sees them, and through which windows; `settled`: those of a study that they are held against. */
async function seen(source: Source, settled: DisplayWindow[] | null = null): Promise<{ levels: number[][]; windows: DisplayWindow[] }> {
  const { windows } = await lookAt(source, { size: null, color: null, window: null, windows: settled });
  return { levels: source.images.map((_, i) => [...rawPixels(source.array as PixelArray, i, windows)]), windows };
}

const writers: Record<string, [bytes: number, write: (view: DataView, at: number, value: number) => void]> = {
  '|b1': [1, (view, at, value) => view.setUint8(at, value)],
  '|u1': [1, (view, at, value) => view.setUint8(at, value)],
  '<u8': [8, (view, at, value) => view.setBigUint64(at, BigInt(value), true)],
  '|i1': [1, (view, at, value) => view.setInt8(at, value)],
  '<u2': [2, (view, at, value) => view.setUint16(at, value, true)],
  '>u2': [2, (view, at, value) => view.setUint16(at, value, false)],
  '<i2': [2, (view, at, value) => view.setInt16(at, value, true)],
  '<i4': [4, (view, at, value) => view.setInt32(at, value, true)],
  '<i8': [8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)],
  '<f4': [4, (view, at, value) => view.setFloat32(at, value, true)],
  '>f4': [4, (view, at, value) => view.setFloat32(at, value, false)],
  '<f8': [8, (view, at, value) => view.setFloat64(at, value, true)],
};
function numbers(descr: string, values: readonly number[]): Buffer {
  const [bytes, write] = writers[descr] as (typeof writers)[string];
  const buffer = Buffer.alloc(values.length * bytes);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  for (const [i, value] of values.entries()) write(view, i * bytes, value);
  return buffer;
}
function npy(shape: readonly number[], values: readonly number[], descr = '|u1', fortran = false, data = numbers(descr, values)): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const header = `${text.padEnd(117)}\n`;
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([header.length, 0]), Buffer.from(header), data]);
}
const range = (length: number, step = 1) => Array.from({ length }, (_, i) => (i * step) % 256);
const refusal = (reason: RegExp) => ({ code: 'source-unsupported', message: expect.stringMatching(reason) });

describe('IDX', () => {
  const idx = (type: number, shape: readonly number[], data: Uint8Array) =>
    Buffer.concat([
      Buffer.from([0, 0, type, shape.length]),
      ...shape.map((edge) => Buffer.from(new Uint32Array([edge]).buffer).swap32()),
      data,
    ]);

  it('of bytes is read, gzipped or not; of other numbers too', async () => {
    const bytes = idx(8, [2, 3, 5], Uint8Array.from(range(30, 7)));
    for (const [name, file] of [
      ['x-images-idx3-ubyte', bytes],
      ['x-images-idx3-ubyte.gz', gzipSync(bytes)],
    ] as const) {
      const source = await open(name, file);
      expect(source.images.map((image) => image.path)).toEqual(['#000000', '#000001']);
      expect(source.array).toMatchObject({ height: 3, width: 5, channels: 1 });
      expect(pixelsOf(source).flat()).toEqual(range(30, 7));
      expect(source.notes).toEqual([]);
    }
    const floats = await open(
      'y-idx3-float',
      idx(
        13,
        [1, 3, 5],
        numbers(
          '>f4',
          range(15).map((value) => value / 14),
        ),
      ),
    );
    const { levels, windows } = await seen(floats);
    expect(levels[0]?.slice(0, 3)).toEqual([0, 18, 36]);
    expect(windows).toEqual([{ samples: 'float', low: 0, high: 1, basis: 'unit' }]);
  });

  it('of labels is told from images; cut or foreign files are refused', async () => {
    await expect(open('t10k-labels-idx1-ubyte', idx(8, [100], new Uint8Array(100)))).rejects.toMatchObject(
      refusal(/100 labels and no images.*idx3/),
    );
    await expect(open('x-images-idx3-ubyte', idx(8, [9, 3, 5], new Uint8Array(30)))).rejects.toMatchObject(
      refusal(/cut short: 30 of 135 bytes/),
    );
    const cut = gzipSync(idx(8, [9, 3, 5], new Uint8Array(30)));
    await expect(open('x-images-idx3-ubyte.gz', cut)).rejects.toMatchObject(refusal(/cut short: 30 of 135 bytes/));
    await expect(open('x-images-idx3-ubyte.gz', cut.subarray(0, 25))).rejects.toMatchObject({ code: 'source-unsupported' });
    await expect(open('x-images-idx3-ubyte', Buffer.from('hello'))).rejects.toMatchObject(refusal(/not what its name says/));
  });
});

describe('an .npy', () => {
  it('is read channels last, channels first, and in Fortran order alike', async () => {
    const [n, h, w, c] = [2, 5, 6, 3] as const;
    const value = (i: number, y: number, x: number, k: number) => i * 90 + y * 18 + x * 3 + k;
    const listed = (order: (push: (value: number) => void) => void) => {
      const out: number[] = [];
      order((one) => out.push(one));
      return out;
    };
    const last = range(n * h * w * c);
    const first = listed((push) => {
      for (let i = 0; i < n; i += 1)
        for (let k = 0; k < c; k += 1) for (let y = 0; y < h; y += 1) for (let x = 0; x < w; x += 1) push(value(i, y, x, k));
    });
    const fortran = listed((push) => {
      for (let k = 0; k < c; k += 1)
        for (let x = 0; x < w; x += 1) for (let y = 0; y < h; y += 1) for (let i = 0; i < n; i += 1) push(value(i, y, x, k));
    });
    for (const bytes of [npy([n, h, w, c], last), npy([n, c, h, w], first), npy([n, h, w, c], fortran, '|u1', true)]) {
      const source = await open('a.npy', bytes);
      expect(source.array).toMatchObject({ height: h, width: w, channels: c });
      expect(pixelsOf(source).flat()).toEqual(last);
    }
  });

  it.each([
    ['|b1', [0, 1], [0, 255], null],
    ['|u1', [0, 1], [0, 255], [0, 1]],
    ['|u1', [0, 2], [0, 2], null],
    ['<i8', [0, 255], [0, 255], [0, 255]],
    ['<u8', [0, 3000], [0, 187], [0, 4095]],
    ['<f4', [0, 1], [0, 255], [0, 1]],
    ['>f4', [0, 0.5], [0, 128], [0, 1]],
    ['<f8', [-1, 0.6], [0, 204], [-1, 1]],
    ['<f4', [0, 200.4], [0, 200], [0, 255]],
    ['<f4', [-3, 7], [0, 255], [-3, 7]],
    ['<u2', [0, 4095], [0, 255], [0, 4095]],
    ['>u2', [0, 4095], [0, 255], [0, 4095]],
    ['<u2', [0, 40_000], [0, 156], [0, 65_535]],
    ['<i2', [-1000, 3000], [0, 255], [-1000, 3000]],
    ['|i1', [-128, 127], [0, 255], [-128, 127]],
    ['<i4', [100, 1000], [26, 255], [0, 1000]],
    ['<i4', [900, 1000], [0, 255], [900, 1000]],
  ])('of %s from %j is seen as %j', async (descr, ends, levels, told) => {
    const source = await open(
      'a.npy',
      npy(
        [1, 5, 5],
        Array.from({ length: 25 }, (_, i) => ends[i % 2] as number),
        descr,
      ),
    );
    const found = await seen(source);
    expect(found.levels[0]?.slice(0, 2)).toEqual(levels);
    expect(found.windows.map(({ low, high }) => [low, high])).toEqual(told ? [told] : []);
  });

  it.each<[what: string, bytes: Buffer, reason: RegExp]>([
    ['objects', npy([60], [], '|O', false, Buffer.from('pickled')), /pickle.*never loaded.*np\.stack/],
    ['complex numbers', npy([1, 5, 5], [], '<c8', false, Buffer.alloc(200)), /complex.*np\.abs/],
    ['text', npy([5], [], '<U3', false, Buffer.alloc(60)), /text/],
    ['labels', npy([60], range(60)), /60: one number for each image/],
    ['flat rows', npy([60, 784], range(60 * 784)), /a\.reshape\(-1, 28, 28\)/],
    ['one image', npy([60, 70, 3], range(60 * 70 * 3)), /single image/],
    ['images along the last axis', npy([8, 8, 60], range(8 * 8 * 60)), /np\.moveaxis\(a, -1, 0\)/],
    ['four channels', npy([5, 8, 8, 4], range(5 * 8 * 8 * 4)), /a\[\.\.\., :3\]/],
    ['volumes', npy([2, 5, 8, 8, 1], range(640)), /5 axes/],
    ['no images', npy([0, 8, 8], []), /holds nothing/],
    ['numbers that are none', npy([1, 5, 5], [...range(24), Number.NaN], '<f4'), /1 of its 25 numbers are not finite.*nan_to_num/],
    ['fewer numbers than it says', npy([9, 8, 8], range(64)), /cut short: 64 of 576 bytes/],
  ])('of %s is refused with the reason and what mends it', async (_, bytes, reason) => {
    await expect(open('a.npy', bytes)).rejects.toMatchObject(refusal(reason));
    await expect(open('a.npz', zipSync({ 'a.npy': bytes }))).rejects.toMatchObject(refusal(reason));
  });
});

describe('an .npz', () => {
  const images = (count: number, fill: number, edge = 6) => npy([count, edge, edge], Array(count * edge * edge).fill(fill));
  const names = ({ images: found }: Source) => [...new Set(found.map(({ label }) => label))];

  it('of MedMNIST or Keras is all its splits, as folders, and says so', async () => {
    const medical = {
      'val_images.npy': images(2, 20),
      'test_images.npy': images(3, 30),
      'train_images.npy': images(4, 10),
      'train_labels.npy': npy([4, 1], [0, 1, 2, 3]),
    };
    const source = await open('m.npz', zipSync(medical));
    expect([source.images.length, names(source)]).toEqual([9, ['train_images', 'val_images', 'test_images']]);
    expect(source.images[4]?.path).toBe('val_images/#000000');
    expect(pixelsOf(source).map(([first]) => first)).toEqual([10, 10, 10, 10, 20, 20, 30, 30, 30]);
    expect(source.notes).toEqual([
      { code: 'array-chosen', params: { read: 'train_images, val_images, test_images', others: 'train_labels' } },
    ]);
    const keras = await open(
      'k.npz',
      zipSync({ 'x_test.npy': images(1, 5), 'x_train.npy': images(2, 6), 'y_test.npy': npy([1], [0]), 'y_train.npy': npy([2], [0, 0]) }),
    );
    expect(names(keras)).toEqual(['x_train', 'x_test']);
  });

  it('does not join what is of another size, nor masks with images', async () => {
    const source = await open(
      'm.npz',
      zipSync({ 'masks_train.npy': images(9, 1), 'x_test.npy': images(2, 5, 8), 'x_train.npy': images(3, 6) }),
    );
    expect([source.images.length, names(source)]).toEqual([3, ['']]);
    expect(source.notes[0]?.params).toEqual({ read: 'x_train', others: 'masks_train, x_test' });
  });

  it('of masks and images is the images; the one that is asked for is read', async () => {
    const both = zipSync({ 'masks.npy': images(5, 1), 'images.npy': images(5, 99) });
    expect(pixelsOf(await open('m.npz', both))[0]?.[0]).toBe(99);
    const asked = await open('m.npz', both, 'masks');
    expect(pixelsOf(asked)[0]?.[0]).toBe(1);
    expect(asked.notes[0]?.params).toEqual({ read: 'masks', others: 'images' });
    await expect(open('m.npz', both, 'faces')).rejects.toMatchObject(refusal(/no array named faces; it holds masks, images/));
    await expect(open('m.npy', images(5, 1), 'faces')).rejects.toMatchObject(refusal(/only for \.npz/));
  });

  it('joined is seen through one window', async () => {
    const part = (white: number) => npy([1, 5, 5], [white, ...Array(24).fill(0)], '<u2');
    const source = await open('w.npz', zipSync({ 'x_train.npy': part(1000), 'x_test.npy': part(2000) }));
    expect((await seen(source)).levels.map(([first]) => first)).toEqual([125, 249]);
  });

  it('held against a study is seen through the window of the study', async () => {
    const part = (white: number) => npy([1, 5, 5], [white, ...Array(24).fill(0)], '<u2');
    const { windows } = await seen(await open('study.npy', part(2000)));
    const field = await seen(await open('field.npy', part(1000)), windows);
    expect([field.levels[0]?.[0], field.windows]).toEqual([125, windows]);
  });

  it('one hot pixel darkens nothing, as in files', async () => {
    const pixels = Array.from({ length: 60 * 50 }, (_, i) => (i % 50) * 80);
    pixels[7] = 65_535;
    const { windows } = await seen(await open('hot.npy', npy([60, 5, 10], pixels, '<u2')));
    expect(windows).toEqual([{ samples: 'uint16', low: 0, high: 4095, basis: 'bits' }]);
  });

  it('stored or deflated gives the same; a damaged one is refused', async () => {
    const array = npy([4, 6, 6], range(144));
    for (const method of [0, 8]) {
      const entry = { name: 'x.npy', data: array, method };
      expect(pixelsOf(await open('s.npz', rawZip([entry]))).flat()).toEqual(range(144));
      await expect(open('s.npz', rawZip([{ ...entry, crc: 1 }]))).rejects.toMatchObject(refusal(/checksum/));
    }
    await expect(open('s.npz', rawZip([{ name: 'x.npy', data: array, flags: 1 }]))).rejects.toMatchObject(refusal(/encrypted/));
    await expect(open('s.npz', rawZip([{ name: 'x.txt', data: array }]))).rejects.toMatchObject(refusal(/no arrays/));
  });
});

describe('CIFAR', () => {
  it("'s planes become pixels, of ten kinds or a hundred", async () => {
    for (const labels of [1, 2]) {
      const record = new Uint8Array(labels + 3072);
      record[labels] = 10;
      record[labels + 1024] = 20;
      record[labels + 2048] = 30;
      const source = await open('data_batch_1.bin', Buffer.concat([record, record]));
      expect(pixelsOf(source)[1]?.slice(0, 3)).toEqual([10, 20, 30]);
    }
    await expect(open('other.bin', Buffer.alloc(3073, 200))).rejects.toMatchObject(refusal(/no CIFAR batch/));
    await expect(open('empty.bin', Buffer.alloc(0))).rejects.toMatchObject(refusal(/no CIFAR batch/));
  });
});

describe('a few megabytes that unpack to gigabytes', () => {
  // One deflated piece of zeros after another, as a stream may hold them: 3 GB in 3 MB.
  const [count, edge] = [3000, 1024];
  it('are refused before they are unpacked', async () => {
    const before = process.resourceUsage().maxRSS;
    const head = Buffer.concat([
      Buffer.from([0, 0, 8, 3]),
      ...[count, edge, edge].map((value) => Buffer.from(new Uint32Array([value]).buffer).swap32()),
    ]);
    await expect(open('x-images-idx3-ubyte.gz', gzipSync(Buffer.concat([head, Buffer.alloc(3_000_000)])))).rejects.toMatchObject(
      refusal(/unpacks to 2\.9 GB, \d+ times its size/),
    );
    const array = npy([count, edge, edge], [], '|u1', false, Buffer.alloc(3_000_000));
    const entry = { name: 'x.npy', data: array, method: 8, size: 128 + count * edge * edge };
    await expect(open('x.npz', rawZip([entry], { zip64: true }))).rejects.toMatchObject(refusal(/unpacks to 2\.9 GB/));
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(200 * 1024);
  });
});
