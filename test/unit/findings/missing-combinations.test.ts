import { describe, expect, test } from 'vitest';
import type { Composition } from '../../../src/contract/report.ts';
import { findMissing, type MissingInput } from '../../../src/engine/findings/missing-combinations.ts';
import { Random } from '../../../src/engine/random.ts';
import { clopperPearsonAtMost } from '../../../src/engine/statistics/binomial.ts';
import { hypergeometricAtMost } from '../../../src/engine/statistics/fisher-exact.ts';

const KINDS = {
  spaces: ['features'],
  images: 0,
  tested: 1,
  kinds: [
    { id: 0, parent: null },
    { id: 1, parent: 0 },
    { id: 2, parent: 0 },
    { id: 3, parent: 2 },
    { id: 4, parent: 2 },
  ].map((kind) => ({ ...kind, rest: false, typical: [kind.id] })),
} as unknown as Composition;

/** Kinds 1, 3 and 4, a third each, brightness that has nothing to do with them, one factor of two modes and one of none. */
function folder(n: number, seed: number): MissingInput {
  const random = new Random(seed);
  const normal = () => Float32Array.from({ length: n }, () => random.normal());
  const kind = Int32Array.from({ length: n }, () => [1, 3, 4][random.integer(3)] as number);
  return {
    composition: KINDS,
    kind,
    attributes: new Map([
      ['brightness', normal().map((value) => 0.5 + 0.1 * value)],
      ['contrast', normal()],
    ]),
    attributeParts: [],
    factors: [
      { values: normal().map((value, i) => value + (i % 2 === 0 ? 5 : -5)), stable: true, visibleShare: 0.3, modes: { cut: 0 } },
      { values: normal(), stable: true, visibleShare: 0.2, modes: null },
      { values: normal(), stable: false, visibleShare: 0.2, modes: null },
    ],
    distinct: Array.from({ length: n }, (_, i) => i),
    z: { rows: n, columns: 2, data: Float32Array.from({ length: 2 * n }, () => random.normal()) },
  };
}

/** Without the images that it says. */
function without(all: MissingInput, gone: (image: number) => boolean): MissingInput {
  return { ...all, distinct: all.distinct.filter((image) => !gone(image)) };
}

test('the lower tail of the hypergeometric distribution is scipy.stats.hypergeom.cdf', () => {
  expect(hypergeometricAtMost(3, 20, 30, 100)).toBeCloseTo(0.08235541736910462, 10);
  expect(hypergeometricAtMost(0, 250, 400, 2000)).toBeCloseTo(8.05145155497733e-27, 30);
  expect(hypergeometricAtMost(55, 250, 400, 2000)).toBeCloseTo(0.824212424817083, 10);
  expect(hypergeometricAtMost(20, 20, 30, 100)).toBeCloseTo(1, 12);
});

test('of none among n images there are at most 3 in n (the rule of three)', () => {
  expect(1000 * clopperPearsonAtMost(0, 1000)).toBeCloseTo(1000 * (1 - 0.05 ** (1 / 1000)), 9);
  expect(1000 * clopperPearsonAtMost(0, 1000)).toBeCloseTo(3, 1);
  expect(clopperPearsonAtMost(7, 7)).toBe(1);
});

describe('combinations that are missing', () => {
  test('none is claimed where everything is independent, in 100 folders', () => {
    let claimed = 0;
    for (let seed = 0; seed < 100; seed += 1) claimed += (findMissing(folder(600, seed))?.combinations.length ?? 0) > 0 ? 1 : 0;
    expect(claimed).toBeLessThanOrEqual(5);
  });

  test('dark images that one kind lacks are named, with what was expected and what there may be at most', () => {
    const all = folder(2000, 3);
    const brightness = all.attributes.get('brightness') as Float32Array;
    const cut = brightness.slice().sort()[Math.floor(0.35 * 2000)] as number;
    const found = findMissing(without(all, (image) => all.kind[image] === 3 && (brightness[image] as number) < cut));
    expect(found?.combinations).toHaveLength(1);
    const [only] = found?.combinations ?? [];
    expect(only?.parts).toMatchObject([
      { kind: 'kind', id: 3 },
      { kind: 'attribute', attribute: 'brightness', side: 'low' },
    ]);
    expect(only?.observed).toBe(0);
    expect(only?.expected).toBeGreaterThan(80);
    expect(only?.atMost).toBeCloseTo(3, 1);
    expect(only?.drawn).toHaveLength(2);
  });

  test('a kind of half the folder without its darkest images is named too, once', () => {
    const all = folder(2000, 8);
    const brightness = all.attributes.get('brightness') as Float32Array;
    const cut = brightness.slice().sort()[Math.floor(0.25 * 2000)] as number;
    const found = findMissing(without(all, (image) => all.kind[image] !== 1 && (brightness[image] as number) < cut));
    expect(found?.combinations.map(({ parts }) => parts)).toMatchObject([
      [
        { kind: 'kind', id: 2 },
        { kind: 'attribute', attribute: 'brightness', side: 'low' },
      ],
    ]);
  });

  test('what a kind lacks is not told again of the kinds that it consists of', () => {
    const all = folder(2000, 4);
    const [modes] = all.factors;
    const found = findMissing(without(all, (image) => all.kind[image] !== 1 && (modes?.values[image] as number) < 0));
    expect(found?.combinations.map(({ parts }) => parts)).toMatchObject([
      [
        { kind: 'kind', id: 2 },
        { kind: 'factor', factor: 0, side: 'low' },
      ],
    ]);
  });

  test('two variables of which one follows the other, and a kind that is one of brightness, lack nothing', () => {
    const all = folder(2000, 5);
    const brightness = all.attributes.get('brightness') as Float32Array;
    const follows = { ...all, factors: [{ values: brightness.map((value) => 3 * value), stable: true, visibleShare: 0.4, modes: null }] };
    expect(findMissing(follows)?.combinations).toEqual([]);
    const dark = { ...all, kind: Int32Array.from(brightness, (value) => (value < 0.5 ? 1 : 2)) };
    expect(findMissing(dark)?.combinations).toEqual([]);
  });

  test('copies count once, and too few images say nothing', () => {
    const all = folder(2000, 6);
    expect(findMissing({ ...all, distinct: all.distinct.slice(0, 99) })).toBeNull();
    expect(findMissing({ ...all, distinct: all.distinct.slice(0, 500) })?.images).toBe(500);
  });
});
