import { expect, test } from 'vitest';
import { fitGaussian } from '../../../src/engine/density/gaussian.ts';
import { trimmedGaussian } from '../../../src/engine/density/trimmed-gaussian.ts';
import { Random } from '../../../src/engine/random.ts';
import { blobs } from '../blobs.ts';

test('a tenth of the points far away moves the mean of all, not that of the trimmed Gaussian', async () => {
  const random = new Random(7);
  const [good, wrong, columns] = [900, 100, 3];
  const data = Float32Array.from({ length: (good + wrong) * columns }, (_, i) => random.normal() + (i < good * columns ? 0 : 8));
  const points = { rows: good + wrong, columns, data };
  const { gaussian, squares, kept } = await trimmedGaussian(points);
  expect((await fitGaussian(points, null, () => 0)).mean[0]).toBeGreaterThan(0.6);
  for (const value of gaussian.mean) expect(Math.abs(value)).toBeLessThan(0.1);
  expect(kept).toHaveLength(750);
  expect(Math.min(...squares.subarray(good))).toBeGreaterThan(Math.max(...squares.subarray(0, good)));
});

test('the robust distance is not bent by a tenth of strangers', async () => {
  const distances = (await trimmedGaussian(blobs([900, 100], 1))).squares.map(Math.sqrt);
  const bulk = distances.slice(0, 900).sort();
  // Median of a chi distribution with two degrees of freedom is 1.18; the bulk's covariance is of its nearer part, so a little more.
  expect(bulk[450]).toBeGreaterThan(1.1);
  expect(bulk[450]).toBeLessThan(2);
  const strangers = distances.slice(900).sort();
  expect(strangers[50]).toBeGreaterThan(bulk[855] as number);
});

test('where four fifths of the points are the same one, the others are ranked by their distance to it', async () => {
  const data = Float32Array.from({ length: 200 }, (_, i) => (i < 160 ? 5 : 5 + Math.floor(i / 2)));
  const { squares } = await trimmedGaussian({ rows: 100, columns: 2, data });
  expect(squares.every(Number.isFinite)).toBe(true);
  expect(squares[0]).toBe(0);
  for (let i = 81; i < 100; i += 1) expect(squares[i]).toBeGreaterThan(squares[i - 1] as number);
});
