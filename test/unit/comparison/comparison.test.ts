import { describe, expect, it } from 'vitest';
import { type Comparison, comparison as schema, verdictOf } from '../../../src/contract/comparison.ts';
import { compareFolders } from '../../../src/engine/comparison/compare-folders.ts';
import { energyTest } from '../../../src/engine/comparison/energy-test.ts';
import { shiftOf } from '../../../src/engine/comparison/shift.ts';
import { supportOf } from '../../../src/engine/comparison/support.ts';
import { exactNeighbours, nearestTo } from '../../../src/engine/latent/neighbours.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { Random } from '../../../src/engine/random.ts';
import { normalTail } from '../../../src/engine/statistics/distributions.ts';
import { fisherExact } from '../../../src/engine/statistics/fisher-exact.ts';
import { wilson } from '../../../src/engine/statistics/intervals.ts';
import { verdictWords } from '../../../src/words/comparison.ts';

function normal(rows: number, columns: number, random: Random, shift = 0): Matrix {
  return {
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, (_, i) => random.normal() + (i % columns === 0 ? shift : 0)),
  };
}

/** Largest gap between the sample's distribution and the uniform's, and its asymptotic p-value (Kolmogorov 1933). */
function uniformity(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const gap = Math.max(...sorted.map((value, i) => Math.max((i + 1) / n - value, value - i / n)));
  const t = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * gap;
  let sum = 0;
  for (let j = 1; j <= 100; j += 1) sum += 2 * (-1) ** (j - 1) * Math.exp(-2 * j * j * t * t);
  return Math.min(1, Math.max(0, sum));
}

const attributesOf = (rows: number, random: Random, shift = 0) =>
  new Map([
    ['brightness', Float32Array.from({ length: rows }, () => random.normal() + shift)],
    ['contrast', Float32Array.from({ length: rows }, () => random.normal())],
  ]);

describe('the overall test', () => {
  it('gives uniform p-values where both sets are drawn alike', async () => {
    const random = new Random(11);
    const pValues: number[] = [];
    for (let run = 0; run < 200; run += 1)
      pValues.push((await energyTest(normal(60, 5, random), normal(40, 5, random), random, {}, 199)).pValue);
    expect(uniformity(pValues)).toBeGreaterThan(0.01);
  });

  it('sees half a standard deviation in one of five columns', async () => {
    const random = new Random(12);
    const { pValue, coefficient, nullQuantile } = await energyTest(normal(300, 5, random), normal(300, 5, random, 0.5), random);
    expect(pValue).toBeLessThan(0.01);
    expect(coefficient).toBeGreaterThan(nullQuantile);
  });

  it('computes the energy coefficient of its definition', async () => {
    // |0-3| and so on: between (3 + 4 + 2 + 3) / 4 = 3, within a 2 * 1 / 4, within b 2 * 1 / 4.
    const a: Matrix = { rows: 2, columns: 1, data: Float32Array.of(0, 1) };
    const b: Matrix = { rows: 2, columns: 1, data: Float32Array.of(3, 4) };
    expect((await energyTest(a, b, new Random(0), {}, 19)).coefficient).toBeCloseTo((2 * 3 - 0.5 - 0.5) / 6, 5);
  });
});

describe('a shift', () => {
  it('has Cliff’s delta and the Mann-Whitney p-value of a case worked by hand', () => {
    const shift = shiftOf(Float32Array.of(1, 2, 3, 4), Float32Array.of(3, 4, 5, 6));
    // Of 16 pairs b is above in 13, below in 1, equal in 2.
    expect(shift.cliffsDelta.value).toBeCloseTo(12 / 16, 10);
    expect(shift.medianA).toBe(2.5);
    // scipy.stats.mannwhitneyu([1,2,3,4],[3,4,5,6], method='asymptotic') by its formula: U = 2, ties 3 and 4 twice.
    const spread = Math.sqrt((16 / 12) * (9 - 12 / 56));
    expect(shift.pValue).toBeCloseTo(2 * normalTail((6 - 0.5) / spread), 8);
  });

  it('has intervals that hold the truth in about 95 of 100 repetitions', () => {
    // P(b > a) for normals d apart is Phi(d / sqrt 2).
    const random = new Random(13);
    const truth = 2 * (1 - normalTail(0.4 / Math.SQRT2)) - 1;
    let [delta, standardised] = [0, 0];
    for (let run = 0; run < 300; run += 1) {
      const { cliffsDelta, standardisedDifference } = shiftOf(normal(80, 1, random).data, normal(120, 1, random, 0.4).data);
      if (cliffsDelta.low <= truth && truth <= cliffsDelta.high) delta += 1;
      if (standardisedDifference.low <= 0.4 && 0.4 <= standardisedDifference.high) standardised += 1;
    }
    for (const held of [delta, standardised]) expect(Math.abs(held / 300 - 0.95)).toBeLessThan(0.035);
  });

  it('of identical constants is none', () => {
    const shift = shiftOf(new Float32Array(10).fill(1), new Float32Array(12).fill(1));
    expect(shift.pValue).toBe(1);
    expect(shift.cliffsDelta).toEqual({ value: 0, low: 0, high: 0 });
  });
});

describe('reference figures', () => {
  it('of Fisher’s exact test: the tea taster and a table of R’s', () => {
    expect(fisherExact(3, 4, 1, 4)).toBeCloseTo(0.4857, 4);
    // R: fisher.test(matrix(c(2, 10, 15, 3), 2))
    expect(fisherExact(2, 12, 15, 18)).toBeCloseTo(0.0005367, 6);
    expect(fisherExact(0, 60_000, 12, 10_000)).toBeCloseTo((1 / 7) ** 12, 11);
  });

  it('of the normal tail', () => {
    expect(normalTail(0)).toBeCloseTo(0.5, 7);
    expect(normalTail(1.959963984540054)).toBeCloseTo(0.025, 8);
  });
});

describe('the coverage of one set by another', () => {
  it('has an interval that holds the truth of 19 in 20 sets drawn alike, where the threshold and the references are drawn too', async () => {
    const random = new Random(21);
    const RUNS = 200;
    let [held, plain] = [0, 0];
    for (let run = 0; run < RUNS; run += 1) {
      const [a, b] = [normal(120, 5, random), normal(240, 5, random)];
      const { covered, expected } = supportOf(await exactNeighbours(a, 5), await nearestTo(a, b, 5), 5);
      const known = wilson(Math.round(covered.value * 240), 240);
      if (covered.low <= expected && expected <= covered.high) held += 1;
      if (known.low <= expected && expected <= known.high) plain += 1;
    }
    expect(held / RUNS).toBeGreaterThan(0.92);
    // Wilson's takes the threshold as known.
    expect(plain / RUNS).toBeLessThan(0.8);
  });
});

describe('comparing two folders', () => {
  it('finds nothing where there is nothing, and covers what is alike', async () => {
    const random = new Random(14);
    const side = (name: string) => ({ name, attributes: attributesOf(600, random), z: normal(600, 4, random), features: null });
    const group = Int32Array.from({ length: 600 }, (_, i) => (i % 3) - 1);
    const found = await compareFolders({ a: { ...side('a'), group, heldOut: null }, b: side('b'), active: [0, 1, 2, 3], seed: 0 });
    expect(schema.parse(found)).toEqual(found);
    expect(found.overall.pValue).toBeGreaterThan(0.01);
    expect(found.shifts.every(({ adjustedPValue }) => adjustedPValue > 0.01)).toBe(true);
    expect(found.groups.every(({ change }) => change === 'same')).toBe(true);
    for (const { covered } of [found.coverage.ofA, found.coverage.ofB]) expect(Math.abs(covered.value - 0.95)).toBeLessThan(0.03);
  });

  it('names what shifted, what appeared and vanished, and shows the images', async () => {
    const random = new Random(15);
    // Latent 0 of every image; kinds lie at 0, 12 (only in a) and -12 (only in b).
    const z = (extra: number): Matrix => {
      const points = normal(500, 4, random);
      for (let i = 0; i < 50; i += 1) points.data[i * 4] = (points.data[i * 4] as number) + extra;
      return points;
    };
    const group = Int32Array.from({ length: 500 }, (_, i) => (i < 50 ? 1 : 0));
    const found = await compareFolders({
      a: { name: 'a', attributes: attributesOf(500, random), z: z(12), features: null, group, heldOut: null },
      b: { name: 'b', attributes: attributesOf(500, random, 1), z: z(-12), features: null },
      active: [0, 1, 2, 3],
      seed: 0,
    });
    expect(found.overall.pValue).toBe(0.001);
    expect(found.shifts[0]?.name).toBe('brightness');
    expect(found.shifts[0]?.adjustedPValue).toBeLessThan(1e-10);
    expect(found.groups.find(({ origin, id }) => origin === 'study' && id === 1)?.change).toBe('vanished');
    const appeared = found.groups.filter(({ change }) => change === 'appeared');
    expect(appeared.reduce((sum, { countB }) => sum + countB, 0)).toBe(50);
    expect(appeared.every(({ typicalB }) => typicalB.every((i) => i < 50))).toBe(true);
    expect(found.coverage.ofB.covered.value).toBeCloseTo(0.86, 1);
    expect(found.carriers.b.filter(({ index }) => index < 50).length).toBe(found.carriers.b.length);
    expect(found.carriers.b[0]?.ownShare).toBe(1);
  });

  it('refuses sets of different models or of a handful of images', async () => {
    const random = new Random(16);
    const set = (rows: number, columns: number) => ({
      name: 'x',
      attributes: new Map(),
      z: normal(rows, columns, random),
      features: null,
      group: null,
      heldOut: null,
    });
    await expect(compareFolders({ a: set(50, 3), b: set(5, 3), active: [], seed: 0 })).rejects.toMatchObject({
      code: 'too-few-to-compare',
      params: { count: 5, minimum: 16 },
    });
    await expect(compareFolders({ a: set(50, 3), b: set(50, 4), active: [], seed: 0 })).rejects.toMatchObject({ code: 'size-mismatch' });
  });

  it('sees in the features what attributes and latents do not show, and says how well the sets are told apart', async () => {
    const random = new Random(17);
    const names = Array.from({ length: 12 }, (_, j) => `patches_${j}`);
    const set = (rows: number, shift: number) => ({
      name: 'x',
      attributes: attributesOf(rows, random),
      z: normal(rows, 4, random),
      features: { points: normal(rows, 12, random, shift), names },
    });
    const heldOut = Uint32Array.from({ length: 60 }, (_, i) => i);
    const against = (shift: number) =>
      compareFolders({ a: { ...set(400, 0), group: null, heldOut }, b: set(300, shift), active: [], seed: 0 });
    const [alike, unlike] = [await against(0), await against(12)];
    expect(verdictOf(alike.overall)).toBe('alike');
    expect(alike.overall.imagesA).toBe(60);
    expect(Math.abs(alike.overall.separation.value - 0.5)).toBeLessThan(0.08);
    expect(verdictOf(unlike.overall)).toBe('unlike');
    // b lies in a cap of the sphere that a fills: nothing of a is near to it.
    expect(unlike.coverage.ofA.covered.value).toBeLessThan(0.2);
  });

  it('accuses a study of nothing for having been learnt from, where its held-out images are tested', async () => {
    const random = new Random(18);
    const names = Array.from({ length: 12 }, (_, j) => `patches_${j}`);
    let accused = 0;
    for (let run = 0; run < 20; run += 1) {
      const set = (rows: number) => ({ name: 'x', attributes: attributesOf(rows, random), z: normal(rows, 4, random) });
      const points = normal(400, 12, random);
      // What was fitted to an image puts it elsewhere than a new one.
      for (let i = 60 * 12; i < points.data.length; i += 12) points.data[i] = (points.data[i] as number) + 1.5;
      const heldOut = Uint32Array.from({ length: 60 }, (_, i) => i);
      const a = { ...set(400), features: { points, names }, group: null, heldOut };
      const { overall } = await compareFolders({
        a,
        b: { ...set(300), features: { points: normal(300, 12, random), names } },
        active: [],
        seed: run,
      });
      if (overall.pValue < 0.05) accused += 1;
    }
    // More than four of twenty at a level of 5 % happen once in 400.
    expect(accused).toBeLessThanOrEqual(4);
  });

  it('says first how far apart they are at least, and of sets drawn alike at most', () => {
    const overall = { pValue: 0.001, coefficient: 0.08, nullQuantile: 0.01, permutations: 999 } as Comparison['overall'];
    const say = (value: number, half: number, pValue = 0.001) =>
      verdictWords({ ...overall, pValue, separation: { value, low: value - half, high: Math.min(1, value + half) } });
    expect(say(0.83, 0.032)).toMatch(/^The two sets differ, and overlap: .* at least 79 of 100 pairs/);
    expect(say(0.97, 0.011)).toMatch(/^The two sets are unlike: .* at least 95 of 100 pairs/);
    // The test sees a difference that neighbours do not: no "at least 48".
    expect(say(0.52, 0.04)).not.toMatch(/at least/);
    expect(say(0.51, 0.03, 0.4)).toMatch(/^No difference was found: .* at most 54 of 100 pairs/);
    expect(say(0.83, 0.032)).not.toMatch(/p </);
  });

  it('says that two sets differ only where hardly a shuffle in 200 is as far, and then how far apart they are', () => {
    expect(verdictOf({ pValue: 0.02, separation: { value: 0.95 } })).toBe('alike');
    expect(verdictOf({ pValue: 0.001, separation: { value: 0.6 } })).toBe('differ');
    expect(verdictOf({ pValue: 0.001, separation: { value: 0.95 } })).toBe('unlike');
  });
});
