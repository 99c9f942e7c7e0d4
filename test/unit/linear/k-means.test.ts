import { expect, test } from 'vitest';
import { kMeans } from '../../../src/engine/linear/k-means.ts';
import { Random } from '../../../src/engine/random.ts';
import { blobs } from '../blobs.ts';

test('k-means finds blobs far apart, and the same ones for the same seed', async () => {
  const points = blobs([100, 100, 100]);
  const found = await kMeans(points, 3, new Random(0));
  for (let blob = 0; blob < 3; blob += 1) expect(new Set(found.assignment.slice(100 * blob, 100 * blob + 100)).size).toBe(1);
  expect(await kMeans(points, 3, new Random(0))).toEqual(found);
});

/** Seven overlapping clouds in five dimensions that any language can make: a linear congruential generator, sums of three uniforms. */
function clouds(offset: number) {
  let state = 7;
  const uniform = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const data = Float32Array.from({ length: 5 * 2100 }, (_, at) => {
    const [i, j] = [Math.floor(at / 5), at % 5];
    return offset + ((i * (j + 2)) % 7) + 1.2 * (uniform() + uniform() + uniform() - 1.5);
  });
  return { rows: 2100, columns: 5, data };
}

/** scikit-learn 1.9.1, KMeans(7, n_init=50, tol=0).inertia_ over clouds(0). */
const SCIKIT_INERTIA = 3715.5705;

test('reaches the sum of squares that scikit-learn’s best of fifty starts reaches', async () => {
  const sums = await Promise.all(
    [0, 1, 2, 3].map(async (seed) => (await kMeans(clouds(0), 7, new Random(seed))).own.reduce((sum, square) => sum + square, 0)),
  );
  expect(Math.min(...sums)).toBeGreaterThan(0.99999 * SCIKIT_INERTIA);
  expect(Math.min(...sums)).toBeLessThan(1.001 * SCIKIT_INERTIA);
});

test('every point lies with its nearest centre, also far from 0, where 32 bits have few digits left', async () => {
  for (const offset of [0, 3000]) {
    const points = clouds(offset);
    const { centres, assignment, own } = await kMeans(points, 7, new Random(0));
    const square = (i: number, centre: number) => {
      let sum = 0;
      for (let c = 0; c < 5; c += 1) sum += ((points.data[5 * i + c] as number) - (centres.data[5 * centre + c] as number)) ** 2;
      return sum;
    };
    for (let i = 0; i < points.rows; i += 1) {
      const squares = Array.from({ length: 7 }, (_, centre) => square(i, centre));
      expect(own[i]).toBeCloseTo(squares[assignment[i] as number] as number, 4);
      expect((own[i] as number) - Math.min(...squares)).toBeLessThan(2e-3);
    }
  }
});

test('more points than the subsample holds end in the same clusters', async () => {
  const points = blobs([100, 100, 100]);
  const found = await kMeans(points, 3, new Random(0), { subsample: 60 });
  for (let blob = 0; blob < 3; blob += 1) expect(new Set(found.assignment.slice(100 * blob, 100 * blob + 100)).size).toBe(1);
});

test('fewer points than clusters are each their own; a run that was called off stops', async () => {
  const few = blobs([1, 1]);
  expect([...(await kMeans(few, 5, new Random(0))).own]).toEqual([0, 0]);
  await expect(kMeans(few, 2, new Random(0), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
});
