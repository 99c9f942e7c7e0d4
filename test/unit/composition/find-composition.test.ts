import { expect, test } from 'vitest';
import { composition as schema } from '../../../src/contract/report.ts';
import { differences } from '../../../src/engine/composition/differences.ts';
import { findComposition } from '../../../src/engine/composition/find-composition.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { Random } from '../../../src/engine/random.ts';
import { cliffsDelta } from '../../../src/engine/statistics/cliffs-delta.ts';

/** Round clouds in ten dimensions, of standard deviation 1; cloud c is moved by `apart` along axis c. */
function clouds(counts: number[], apart: number, seed: number): Matrix {
  const random = new Random(seed);
  const rows = counts.reduce((a, b) => a + b, 0);
  const points: Matrix = { rows, columns: 10, data: Float32Array.from({ length: 10 * rows }, () => random.normal()) };
  let row = 0;
  counts.forEach((count, cloud) => {
    for (let i = 0; i < count; i += 1, row += 1) points.data[10 * row + cloud] = (points.data[10 * row + cloud] as number) + apart;
  });
  return points;
}

const look = (points: Matrix, seed = 0, duplicateOf = new Int32Array(points.rows).fill(-1)) =>
  findComposition(
    {
      features: { points, metric: 'euclidean', names: ['shape_00'] },
      duplicateOf,
      variables: [],
      cluster: Int32Array.from(duplicateOf.keys()),
    },
    seed,
  );

test('three clouds are three kinds with their shares, which add up, and their images', async () => {
  const counts = [240, 150, 90];
  const { composition, kind } = await look(clouds(counts, 8, 1));
  const kinds = schema.parse(composition).kinds;
  const leaves = kinds.filter(({ id }) => !kinds.some(({ parent }) => parent === id));
  expect(leaves.map(({ count }) => count).sort((a, b) => b - a)).toEqual(counts);
  let from = 0;
  for (const count of counts) {
    expect(new Set(kind.slice(from, from + count)).size).toBe(1);
    from += count;
  }
  for (const { id, count, share, typical, edge } of leaves) {
    expect(share.value).toBeCloseTo(count / 480, 12);
    expect(share.low).toBeLessThan(share.value);
    expect(share.high).toBeGreaterThan(share.value);
    for (const image of [...typical, ...edge]) expect(kind[image]).toBe(id);
  }
  for (const { parent, stability, pValue } of kinds.slice(1)) {
    const sisters = kinds.filter((other) => other.parent === parent);
    expect(sisters.reduce((sum, { count }) => sum + count, 0)).toBe(kinds[parent as number]?.count);
    expect(stability?.found).toBe(stability?.refits);
    expect(pValue).toBeLessThan(0.05);
  }
});

test('kinds that lie equally far from each other are all told, in whatever order a refit joins them', async () => {
  const random = new Random(1);
  const points: Matrix = { rows: 3000, columns: 128, data: Float32Array.from({ length: 128 * 3000 }, () => random.normal()) };
  for (let i = 0; i < points.rows; i += 1) points.data[128 * i + (i % 6)] = 8;
  const space = { points, metric: 'cosine' as const, names: ['shape_00'] };
  const alone = { duplicateOf: new Int32Array(3000).fill(-1), cluster: Int32Array.from({ length: 3000 }, (_, i) => i) };
  const { composition } = await findComposition({ features: space, variables: [], ...alone }, 1);
  const kinds = schema.parse(composition).kinds;
  const leaves = kinds.filter(({ id }) => !kinds.some(({ parent }) => parent === id));
  expect(leaves.map(({ count }) => count)).toEqual([500, 500, 500, 500, 500, 500]);
});

test('one round cloud, a skewed one and evenly spread points are one kind', async () => {
  for (let seed = 0; seed < 5; seed += 1) {
    const cloud = clouds([400], 0, 10 + seed);
    const skewed: Matrix = { ...cloud, data: cloud.data.map((value) => Math.exp(0.7 * value)) };
    const random = new Random(seed);
    const even: Matrix = { rows: 400, columns: 3, data: Float32Array.from({ length: 1200 }, () => random.uniform()) };
    for (const points of [cloud, skewed, even]) expect((await look(points, seed)).composition?.kinds).toHaveLength(1);
  }
});

test('the same points and seed give the same kinds, and a copy is of the kind of its first', async () => {
  const points = clouds([120, 120], 8, 3);
  points.data.copyWithin(10 * 239, 0, 10);
  const duplicateOf = new Int32Array(240).fill(-1);
  duplicateOf[239] = 0;
  const first = await look(points, 1, duplicateOf);
  expect(await look(points, 1, duplicateOf)).toEqual(first);
  expect(first.kind[239]).toBe(first.kind[0]);
  expect((await look(clouds([50, 40], 8, 3))).composition).toBeNull();
});

test("Cliff's delta by hand, and its interval holds the truth in 95 of 100", () => {
  expect(cliffsDelta(Float64Array.of(1, 2, 3), Float64Array.of(2, 4)).value).toBeCloseTo((1 - 4) / 6, 12);
  const random = new Random(0);
  let inside = 0;
  // P(x > y) of two normal values, one moved by .5: Phi(.5 / sqrt 2).
  const truth = 2 * 0.6381632 - 1;
  for (let draw = 0; draw < 400; draw += 1) {
    const a = Float64Array.from({ length: 60 }, () => 0.5 + random.normal());
    const b = Float64Array.from({ length: 80 }, () => random.normal());
    const { low, high } = cliffsDelta(a, b);
    if (low <= truth && truth <= high) inside += 1;
  }
  expect(inside / 400).toBeGreaterThan(0.925);
  expect(inside / 400).toBeLessThan(0.975);
});

test('what a kind differs in is named with both medians, and noise is not', () => {
  const random = new Random(1);
  const values = Float32Array.from({ length: 400 }, (_, i) => (i < 100 ? 5 : 0) + random.normal());
  const noise = Float32Array.from({ length: 400 }, () => random.normal());
  const all = Uint32Array.from({ length: 400 }, (_, i) => i);
  const named = differences(all.slice(0, 100), all.slice(100), [
    { kind: 'attribute', name: 'noise', values: noise },
    { kind: 'attribute', name: 'brightness', values },
  ]);
  expect(named.map(({ name }) => name)).toEqual(['brightness']);
  expect(named[0]?.delta.low).toBeGreaterThan(0.9);
  expect(named[0]?.median).toBeCloseTo(5, 0);
});

test('the intervals of two kinds beside each other mirror each other', async () => {
  const { composition } = await look(clouds([300, 180], 5, 7));
  const [, one, other] = schema.parse(composition).kinds;
  expect(schema.parse(composition).kinds).toHaveLength(3);
  expect(one?.share.low).toBeCloseTo(1 - (other?.share.high ?? 0), 9);
  expect(one?.share.high).toBeCloseTo(1 - (other?.share.low ?? 0), 9);
});
