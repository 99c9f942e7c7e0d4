import { describe, expect, test } from 'vitest';
import { areaUnderCurve, averagePrecision } from '../../../bench/ranking.ts';
import { scoreInPlace } from '../../../src/engine/density/outliers.ts';
import { fitPixelPca, projectPixelPca } from '../../../src/engine/linear/pca.ts';
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

describe('JHG', async () => {
  const { pixels, positive } = planted();
  const z = await projectPixelPca(await fitPixelPca(pixels, 8), pixels);
  const found = await scoreInPlace(pixels, z, { seed: 0 });

  test('ranks planted images of another shape first', () => {
    expect(areaUnderCurve(found.score, positive)).toBeGreaterThan(0.97);
    expect(averagePrecision(found.score, positive)).toBeGreaterThan(0.7);
    expect([...found.rank].sort((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, i) => i + 1));
    expect(found.score[found.rank.indexOf(1)]).toBe(Math.max(...found.score));
  });

  test('the score is the mean of the three shares that its reasons give, the strongest first', () => {
    for (const index of [0, 100, COUNT - 1]) {
      const reasons = found.reasons(index);
      expect(reasons.map(({ component }) => component).sort()).toEqual(['G', 'H', 'J']);
      expect((reasons[0]?.percentile ?? 0) >= (reasons[2]?.percentile ?? 100)).toBe(true);
      expect(reasons.reduce((sum, { percentile }) => sum + percentile, 0) / 300).toBeCloseTo(found.score[index] as number, 5);
    }
  });

  test('gives the same scores for the same seed', async () => {
    expect((await scoreInPlace(pixels, z, { seed: 0 })).score).toEqual(found.score);
  });

  test('says how many a Gaussian threshold would name, beside how many it should', () => {
    expect(found.nullControl).toMatchObject({ quantile: 0.999, images: COUNT });
    expect(found.nullControl.expected).toBeCloseTo(0.6, 10);
    expect(Number.isInteger(found.nullControl.beyond)).toBe(true);
  });

  test('refuses fewer than 50 images, and stops when it is called off', async () => {
    const few = { ...pixels, count: 49, data: pixels.data.subarray(0, 49 * SIZE * SIZE) };
    await expect(scoreInPlace(few, { ...z, rows: 49 }, { seed: 0 })).rejects.toMatchObject({ code: 'too-few-images' });
    await expect(scoreInPlace(pixels, z, { seed: 0, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
