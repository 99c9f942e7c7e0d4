import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FeatureExtractor } from '../../../src/engine/features/extractor.ts';
import { loadExtractor, saveExtractor } from '../../../src/engine/features/extractor-file.ts';
import { arePhotographs } from '../../../src/engine/features/photographs.ts';
import { unitRows } from '../../../src/engine/features/space.ts';
import { exactNeighbours } from '../../../src/engine/latent/neighbours.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { type DecodedSource, decodeSource } from '../../../src/engine/pixels/decode-source.ts';
import type { PixelSet } from '../../../src/engine/pixels/pixel-set.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';
import { decodeNpy, encodeNpy } from '../../../src/study/npy.ts';

const HANDS = fileURLToPath(new URL('../../fixtures/hands', import.meta.url));
/** Nothing here depends on the clock; a busy machine takes its time. */
const PATIENCE = 300_000;
const PLAIN = { color: null, folder: null };
let hands: DecodedSource;
let features: Matrix;
let extractor: FeatureExtractor;

beforeAll(async () => {
  hands = await decodeSource(await openSource(HANDS, {}), { ...PLAIN, size: 64, limit: null });
  ({ features, extractor } = await FeatureExtractor.fit({ pixels: hands.pixels, reader: null }, 0));
}, PATIENCE);
afterAll(() => extractor?.dispose());

const first = (pixels: PixelSet, count: number): PixelSet => ({
  ...pixels,
  count,
  data: pixels.data.subarray(0, count * pixels.size ** 2 * pixels.channels),
});

/** Share of images of which the label is the most frequent among their k nearest others. */
async function leaveOneOut(points: Matrix, labels: readonly string[], k: number): Promise<number> {
  const { indices } = await exactNeighbours(unitRows(points), k);
  let right = 0;
  labels.forEach((label, i) => {
    const votes = new Map<string, number>();
    for (const j of indices.subarray(i * k, (i + 1) * k)) votes.set(labels[j] as string, (votes.get(labels[j] as string) ?? 0) + 1);
    if ([...votes].sort((a, b) => b[1] - a[1])[0]?.[0] === label) right += 1;
  });
  return right / labels.length;
}

test('tells ten gestures of 299 photographs apart that no label was given of', async () => {
  expect(await leaveOneOut(features, hands.facts.label, 5)).toBeGreaterThan(0.6);
});

test(
  'the same images and seed give the same features',
  async () => {
    const some = { pixels: first(hands.pixels, 60), reader: null };
    const [a, b] = [await FeatureExtractor.fit(some, 3), await FeatureExtractor.fit(some, 3)];
    for (const one of [a, b]) one.extractor.dispose();
    expect(a.features.data).toEqual(b.features.data);
  },
  PATIENCE,
);

test(
  'a saved extractor gives other images the features that it gave its own',
  async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-features-'));
    try {
      await saveExtractor(extractor, folder);
      const loaded = await loadExtractor(folder);
      const again = await loaded.transform({ pixels: first(hands.pixels, 20), reader: null });
      loaded.dispose();
      expect(loaded.names).toEqual(extractor.names);
      again.features.data.forEach((value, i) => {
        expect(Math.abs(value - (features.data[i] as number))).toBeLessThan(1e-4);
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  PATIENCE,
);

test('each block has mean square 1 and its components the variance of half whitening', () => {
  const { rows, columns, data } = features;
  const from = extractor.names.indexOf('patches_00');
  const to = extractor.names.length;
  let square = 0;
  for (let i = 0; i < rows; i += 1) for (let j = from; j < to; j += 1) square += (data[i * columns + j] as number) ** 2;
  expect(square / (rows * (to - from))).toBeCloseTo(1, 1);
  const variance = (j: number): number => {
    let sum = 0;
    for (let i = 0; i < rows; i += 1) sum += (data[i * columns + from + j] as number) ** 2;
    return sum / rows;
  };
  const deviation = extractor.blocks.patches?.pca.variance.map(Math.sqrt) as Float32Array;
  expect(variance(0) / variance(9)).toBeCloseTo((deviation[0] as number) / (deviation[9] as number), 1);
});

const degenerate: Record<string, (i: number) => number> = {
  'all black': () => 0,
  'all alike': (i) => (i % 28) * 9,
  'two different pictures': (i) => (Math.floor(i / 28 ** 2) % 2 === 0 ? 10 : (i % 28) * 9),
};
for (const [name, value] of Object.entries(degenerate))
  test(
    `a folder of images ${name} gives finite features`,
    async () => {
      const data = Uint8Array.from({ length: 50 * 28 * 28 }, (_, i) => value(i));
      const fitted = await FeatureExtractor.fit({ pixels: { count: 50, size: 28, channels: 1, data }, reader: null }, 0);
      fitted.extractor.dispose();
      expect(fitted.features.data.every(Number.isFinite)).toBe(true);
    },
    PATIENCE,
  );

test(
  'images of two constant channels and of 96 pixels give finite features',
  async () => {
    const data = Uint8Array.from({ length: 50 * 96 * 96 * 3 }, (_, i) => (i % 3 === 0 ? (i * 7919) % 251 : 40));
    const fitted = await FeatureExtractor.fit({ pixels: { count: 50, size: 96, channels: 3, data }, reader: null }, 0);
    fitted.extractor.dispose();
    expect(fitted.features.data.every(Number.isFinite)).toBe(true);
  },
  PATIENCE,
);

test('photographs are taken for photographs, clothes cut out before black are not', async () => {
  expect(arePhotographs(hands.pixels, hands.facts)).toBe(true);
  const clothes = await decodeSource(await openSource('sample', {}), { ...PLAIN, size: 28, limit: 200 });
  expect(arePhotographs(clothes.pixels, clothes.facts)).toBe(false);
});

test('a matrix comes back from .npy as it was', () => {
  const matrix = { rows: 3, columns: 2, data: Float32Array.of(1, -2, 3.5, 0, 1e-9, 7) };
  const file = encodeNpy(matrix);
  expect(decodeNpy(file)).toEqual(matrix);
  // What numpy.save writes before the values of such an array: version 1.0, a header padded to a multiple of 64 that ends a line.
  expect((file.byteLength - 24) % 64).toBe(0);
  expect(Buffer.from(file).toString('latin1', 1, 6)).toBe('NUMPY');
});
