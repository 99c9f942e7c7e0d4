import { describe, expect, test } from 'vitest';
import { withoutFiles } from '../../../bench/outliers/ours.ts';
import { areaUnderCurve, averagePrecision } from '../../../bench/ranking.ts';
import { attributeLogs } from '../../../src/engine/density/attribute-distance.ts';
import { scoreInPlace } from '../../../src/engine/density/outliers.ts';
import { FeatureExtractor } from '../../../src/engine/features/extractor.ts';
import type { PixelSet } from '../../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../../src/engine/random.ts';

const [SIZE, COUNT, WRONG] = [28, 600, 30];

/** Soft discs that differ in place and width; the last ones are crosses. */
function planted(): { pixels: PixelSet; positive: Uint8Array } {
  const random = new Random(21);
  const data = new Uint8Array(COUNT * SIZE * SIZE);
  for (let i = 0; i < COUNT; i += 1) {
    const [cx, cy, radius] = [14 + 2 * random.normal(), 14 + 2 * random.normal(), 6 + random.normal()];
    for (let y = 0; y < SIZE; y += 1)
      for (let x = 0; x < SIZE; x += 1) {
        const [dx, dy] = [Math.abs(x - cx), Math.abs(y - cy)];
        const distance = i < COUNT - WRONG ? Math.hypot(dx, dy) - radius : Math.max(Math.min(dx, dy) - 2, Math.max(dx, dy) - radius - 2);
        data[(i * SIZE + y) * SIZE + x] = Math.max(0, Math.min(255, Math.round(220 / (1 + Math.exp(distance)) + 6 * random.normal())));
      }
  }
  return {
    pixels: { count: COUNT, size: SIZE, channels: 1, data },
    positive: Uint8Array.from({ length: COUNT }, (_, i) => (i < COUNT - WRONG ? 0 : 1)),
  };
}

describe('outliers in place', async () => {
  const { pixels, positive } = planted();
  const { extractor, features } = await FeatureExtractor.fit({ pixels, reader: null }, 0);
  const { names } = extractor;
  extractor.dispose();
  const space = { points: features, names };
  const { attributes } = withoutFiles(pixels);
  const logs = attributeLogs(attributes);
  const found = await scoreInPlace(space, null, logs, { seed: 0 });

  test('ranks planted images of another shape first', () => {
    expect(areaUnderCurve(found.score, positive)).toBeGreaterThan(0.97);
    expect(averagePrecision(found.score, positive)).toBeGreaterThan(0.7);
    expect([...found.rank].sort((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, i) => i + 1));
    expect(found.score[found.rank.indexOf(1)]).toBe(Math.max(...found.score));
  });

  test('images of another kind that are all alike do not vouch for each other', async () => {
    const random = new Random(8);
    const points = { rows: 400, columns: 12, data: Float32Array.from({ length: 400 * 12 }, () => random.normal()) };
    for (let i = 380; i < 400; i += 1) for (let j = 0; j < 12; j += 1) points.data[i * 12 + j] = 3 * (j % 2) + 0.01 * random.normal();
    const shapes = Array.from({ length: 12 }, (_, j) => `shape_${j}`);
    const light = { rows: 400, columns: 4, data: Float32Array.from({ length: 1600 }, () => random.normal()) };
    const { score } = await scoreInPlace({ points, names: shapes }, null, light, { seed: 0 });
    const clump = Uint8Array.from({ length: 400 }, (_, i) => (i < 380 ? 0 : 1));
    expect(areaUnderCurve(score, clump)).toBeGreaterThan(0.97);
  });

  test('a dark or flat image is not among the most typical', async () => {
    const worse = { ...logs, data: logs.data.slice() };
    for (let j = 0; j < 4; j += 1) worse.data[j] = (worse.data[j] as number) - 3;
    const { components, rank } = await scoreInPlace(space, null, worse, { seed: 0 });
    expect(components.attributes?.[0]).toBe(Math.max(...(components.attributes ?? [])));
    expect(rank[0]).toBeLessThan(found.rank[0] as number);
  });

  test('the reasons are the shares of its components, the strongest first', () => {
    expect(Object.keys(found.components)).toEqual(['shape', 'features', 'bulk', 'attributes']);
    for (const index of [0, 100, COUNT - 1]) {
      const reasons = found.reasons(index);
      expect(reasons.map(({ component }) => component).sort()).toEqual(['attributes', 'bulk', 'features', 'shape']);
      expect(reasons.map(({ percentile }) => percentile)).toEqual(reasons.map(({ percentile }) => percentile).sort((a, b) => b - a));
    }
  });

  test('gives the same scores for the same seed', async () => {
    expect((await scoreInPlace(space, null, logs, { seed: 0 })).score).toEqual(found.score);
  });

  test('says how many a Gaussian threshold would name, beside how many it should', () => {
    expect(found.nullControl).toMatchObject({ quantile: 0.999, images: COUNT });
    expect(found.nullControl.expected).toBeCloseTo(0.6, 10);
    expect(Number.isInteger(found.nullControl.beyond)).toBe(true);
  });

  test('refuses fewer than 50 images, and stops when it is called off', async () => {
    const few = { points: { ...features, rows: 49 }, names };
    await expect(scoreInPlace(few, null, logs, { seed: 0 })).rejects.toMatchObject({ code: 'too-few-images' });
    await expect(scoreInPlace(space, null, logs, { seed: 0, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
