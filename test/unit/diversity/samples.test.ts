import { describe, expect, it } from 'vitest';
import { copyCheck } from '../../../bench/latent/copy-check.ts';
import { prdc } from '../../../src/engine/diversity/sample-quality.ts';
import { unseenMass, unseenShares } from '../../../src/engine/diversity/unseen-mass.ts';
import { vendiScore } from '../../../src/engine/diversity/vendi.ts';
import { exactNeighbours, nearestTo } from '../../../src/engine/latent/neighbours.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { Random } from '../../../src/engine/random.ts';
import { wilson } from '../../../src/engine/statistics/intervals.ts';

function normal(rows: number, columns: number, seed: number, shift = 0): Matrix {
  const random = new Random(seed);
  return { rows, columns, data: Float32Array.from({ length: rows * columns }, () => random.normal() + shift) };
}

const at = ({ data, columns }: Matrix, i: number, other: Matrix, j: number) => {
  let square = 0;
  for (let c = 0; c < columns; c += 1) square += ((data[i * columns + c] as number) - (other.data[j * columns + c] as number)) ** 2;
  return Math.sqrt(square);
};

/** The paper's definitions, one pair at a time. */
function direct(real: Matrix, fake: Matrix, k: number) {
  const radius = (points: Matrix) =>
    Array.from({ length: points.rows }, (_, i) => {
      const all = Array.from({ length: points.rows }, (_, j) => at(points, i, points, j)).sort((a, b) => a - b);
      return all[k] as number;
    });
  const [mine, theirs] = [radius(real), radius(fake)];
  let [precision, density, recall, coverage] = [0, 0, 0, 0];
  for (let f = 0; f < fake.rows; f += 1) {
    let around = 0;
    for (let r = 0; r < real.rows; r += 1) if (at(fake, f, real, r) < (mine[r] as number)) around += 1;
    density += around;
    if (around > 0) precision += 1;
  }
  for (let r = 0; r < real.rows; r += 1) {
    let [recalled, covered] = [false, false];
    for (let f = 0; f < fake.rows; f += 1) {
      const distance = at(fake, f, real, r);
      recalled ||= distance < (theirs[f] as number);
      covered ||= distance < (mine[r] as number);
    }
    recall += Number(recalled);
    coverage += Number(covered);
  }
  return {
    precision: precision / fake.rows,
    recall: recall / real.rows,
    density: density / (k * fake.rows),
    coverage: coverage / real.rows,
  };
}

describe('precision, recall, density, coverage', () => {
  it('are those of a direct count', async () => {
    const [real, fake] = [normal(300, 6, 1, 3), normal(200, 6, 2, 3.4)];
    const found = await prdc(real, fake, 5);
    for (const [name, value] of Object.entries(direct(real, fake, 5))) expect(found[name as keyof typeof found]).toBeCloseTo(value, 2);
  });

  it('are nothing where samples and data lie far apart', async () => {
    expect(await prdc(normal(300, 6, 1), normal(300, 6, 2, 100), 5)).toEqual({ precision: 0, recall: 0, density: 0, coverage: 0 });
  });
});

describe('the Vendi score', () => {
  const points: Matrix = { rows: 6, columns: 1, data: Float32Array.of(0, 0, 10, 10, 20, 20) };

  it('of three pairs is three', () => {
    expect(vendiScore(points, { kernel: 'laplacian', bandwidth: 1 })).toBeCloseTo(2.9999, 3);
    expect(vendiScore(points, { kernel: 'rbf', bandwidth: 2 })).toBeCloseTo(2.9999, 3);
  });

  it('counts directions under the cosine and is 1 where all are alike', () => {
    const axes: Matrix = { rows: 3, columns: 3, data: Float32Array.of(2, 0, 0, 0, 5, 0, 0, 0, 1) };
    expect(vendiScore(axes, { kernel: 'cosine' })).toBeCloseTo(3, 5);
    expect(vendiScore({ rows: 4, columns: 2, data: Float32Array.of(1, 2, 1, 2, 1, 2, 1, 2) }, { kernel: 'rbf', bandwidth: 1 })).toBeCloseTo(
      1,
      5,
    );
  });
});

describe('the unseen mass', () => {
  it('is the share of images alone within each radius, and its interval holds the choice of the radius', async () => {
    // Nearest at .45, .45, 1.2, 5 and 5 typical distances of 1.
    const points: Matrix = { rows: 5, columns: 1, data: Float32Array.of(0, 0.45, 1.65, 10, 15) };
    const shares = unseenShares(await exactNeighbours(points, 1), 1);
    expect(shares.map(({ radius, share }) => [radius, share.value])).toEqual([
      [0.4, 1],
      [0.5, 0.6],
      [0.6, 0.6],
    ]);
    const { value, low, high } = unseenMass(shares);
    expect([value, low, high]).toEqual([0.6, wilson(3, 5).low, wilson(5, 5).high]);
  });

  it('at each radius is what further draws of the same law turn out to be, in about 95 of 100', async () => {
    // Even on a line of length one: of n images and one more, the new one lies alone with probability about exp(-2 n r) .
    let held = 0;
    const RUNS = 60;
    for (let seed = 0; seed < RUNS; seed += 1) {
      const random = new Random(seed);
      const line = (rows: number): Matrix => ({ rows, columns: 1, data: Float32Array.from({ length: rows }, () => random.uniform()) });
      const points = line(400);
      const [first] = unseenShares(await exactNeighbours(points, 1), 0.004);
      const further = await nearestTo(points, line(2000), 1);
      const truth = further.distances.reduce((sum, distance) => sum + (distance > 0.4 * 0.004 ? 1 : 0), 0) / 2000;
      if (first && first.share.low <= truth && truth <= first.share.high) held += 1;
    }
    expect(held / RUNS).toBeGreaterThan(0.85);
  });
});

describe('the copy check', () => {
  it('flags copies, and about one in a hundred fresh samples', async () => {
    const real = normal(3000, 8, 7);
    const fresh = await copyCheck(real, normal(3000, 8, 8));
    expect(fresh.share).toBeLessThan(0.025);
    expect(fresh.nearerThanData).toBeCloseTo(0.5, 1);
    const copies: Matrix = { rows: 50, columns: 8, data: real.data.slice(0, 400).map((value) => value + 1e-3) };
    const copied = await copyCheck(real, copies);
    expect(copied.share).toBe(1);
    expect([...copied.nearest.slice(0, 3)]).toEqual([0, 1, 2]);
    expect(copied.nearerThanData).toBeGreaterThan(0.99);
  });
});
