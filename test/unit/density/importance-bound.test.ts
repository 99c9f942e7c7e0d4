import { expect, test } from 'vitest';
import { gaussianLogDensity } from '../../../src/engine/density/gaussian.ts';
import { importanceBound } from '../../../src/engine/density/importance-bound.ts';
import { Random } from '../../../src/engine/random.ts';

/** x = W z + noise, z of two dimensions, x of four: log p(x) has a closed form. */
const W = [
  [1, 0.5],
  [-0.3, 0.8],
  [0.2, -1.1],
  [0.7, 0.1],
] as const;
const NOISE = 0.6;
const LOG_2PI = Math.log(2 * Math.PI);
const normalLog = (x: number, deviation: number) => -0.5 * (x / deviation) ** 2 - Math.log(deviation) - 0.5 * LOG_2PI;
const expected = (z: readonly number[], row: readonly [number, number]) => row[0] * (z[0] as number) + row[1] * (z[1] as number);

function logWeights(images: number[][], draws: number, random: Random): Float32Array {
  // Precision of z given x: I + W'W / noise^2. The proposal is centred on the posterior's mean, axis by axis, 1.2 times as wide.
  const p = [0, 1].map((i) =>
    [0, 1].map((j) => (i === j ? 1 : 0) + W.reduce((sum, row) => sum + row[i as 0] * row[j as 0], 0) / NOISE ** 2),
  );
  const [[a, b], [, d]] = p as [[number, number], [number, number]];
  const determinant = a * d - b * b;
  const deviations = [1.2 * Math.sqrt(d / determinant), 1.2 * Math.sqrt(a / determinant)] as const;
  return Float32Array.from(
    images.flatMap((x) => {
      const h = [0, 1].map((i) => W.reduce((sum, row, j) => sum + row[i as 0] * (x[j] as number), 0) / NOISE ** 2) as [number, number];
      const centre = [(d * h[0] - b * h[1]) / determinant, (a * h[1] - b * h[0]) / determinant] as const;
      return Array.from({ length: draws }, () => {
        const e = [random.normal(), random.normal()] as const;
        const z = [centre[0] + deviations[0] * e[0], centre[1] + deviations[1] * e[1]];
        const joint =
          z.reduce((sum, value) => sum + normalLog(value, 1), 0) +
          W.reduce((sum, row, j) => sum + normalLog((x[j] as number) - expected(z, row), NOISE), 0);
        const proposal = [0, 1].reduce((sum, i) => sum + normalLog(deviations[i as 0] * e[i as 0], deviations[i as 0]), 0);
        return joint - proposal;
      });
    }),
  );
}

const random = new Random(11);
const images = Array.from({ length: 20 }, () => {
  const z = [random.normal(), random.normal()];
  return W.map((row) => expected(z, row) + NOISE * random.normal());
});

async function exact(): Promise<Float64Array> {
  const covariance = Float64Array.from(
    W.flatMap((one, i) => W.map((other, j) => one[0] * other[0] + one[1] * other[1] + (i === j ? NOISE ** 2 : 0))),
  );
  const points = { rows: images.length, columns: 4, data: Float32Array.from(images.flat()) };
  return gaussianLogDensity({ columns: 4, mean: new Float64Array(4), covariance }, points);
}

test('is the log-likelihood of a linear-Gaussian model within .05 nats at 5,000 draws', async () => {
  const truth = await exact();
  const { bound, draws } = importanceBound(logWeights(images, 5000, random), 5000);
  expect(draws).toBe(5000);
  bound.forEach((value, i) => {
    expect(Math.abs(value - (truth[i] as number))).toBeLessThan(0.05);
  });
});

test('grows with the draws, and stays below the log-likelihood', async () => {
  const truth = (await exact()).reduce((sum, value) => sum + value, 0) / images.length;
  const [one, many] = [1, 100].map((draws) => {
    const runs = Array.from({ length: 40 }, () => importanceBound(logWeights(images, draws, random), draws).mean);
    return runs.reduce((sum, value) => sum + value, 0) / runs.length;
  }) as [number, number];
  expect(one).toBeLessThan(many - 0.02);
  expect(many).toBeLessThan(truth + 0.01);
});

test('weights that would overflow do not', () => {
  expect(importanceBound(Float32Array.of(2000, 2000), 2).mean).toBeCloseTo(2000, 3);
  expect(importanceBound(Float32Array.of(-2000, -2000 + Math.log(3)), 2).mean).toBeCloseTo(-2000 + Math.log(2), 2);
});
