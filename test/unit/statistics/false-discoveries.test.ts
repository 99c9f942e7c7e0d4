import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/engine/random.ts';
import { conformalRanks } from '../../../src/engine/statistics/conformal.ts';
import { discoveries, insideShare, nullLimits, upperTail } from '../../../src/engine/statistics/false-discoveries.ts';

const random = new Random(11);
const normal = (n: number, away: number) => Float32Array.from({ length: n }, () => away + random.normal());

test('how many new values lie before the j-th calibration value is beta-binomial (scipy.stats.betabinom.sf)', () => {
  const few = upperTail(3, 100, 30);
  const expected = { 0: 1, 1: 0.5480210196779967, 2: 0.22772095488287558, 5: 0.007258950564412725, 10: 5.352993193596944e-6 };
  for (const [v, value] of Object.entries(expected)) expect(few[Number(v)]).toBeCloseTo(value, 9);
  const many = upperTail(40, 206, 500);
  for (const [v, value] of Object.entries({ 97: 0.488292722718202, 130: 0.027106980812712123, 160: 0.0002383016228887369 }))
    expect(many[Number(v)]).toBeCloseTo(value, 9);
});

/** Every way to lay n calibration values among n + m places: how many new values lie before each. */
function* everyOrder(n: number, m: number, before: number[] = []): Generator<number[]> {
  if (before.length === n) yield before;
  else for (let v = before.at(-1) ?? 0; v <= m; v += 1) yield* everyOrder(n, m, [...before, v]);
}

test('of all orders of a few values, at most one in twenty passes the limits somewhere', () => {
  for (const [n, m] of [
    [4, 9],
    [6, 5],
    [8, 8],
  ] as const) {
    const places = Array.from({ length: n }, (_, i) => i + 1);
    const limits = nullLimits(places, n, m, 0.05);
    let [all, inside] = [0, 0];
    for (const before of everyOrder(n, m)) {
      all += 1;
      if (before.every((v, i) => v <= (limits[i] as number))) inside += 1;
    }
    expect(insideShare(places, limits, n, m)).toBeCloseTo(inside / all, 10);
    expect(1 - inside / all).toBeLessThanOrEqual(0.05);
    expect(1 - inside / all).toBeGreaterThan(0.02);
  }
});

describe('at least so many are no draws of the null', () => {
  const share = (of: number, rounds: number, wrong: () => boolean) => {
    let count = 0;
    for (let i = 0; i < rounds; i += 1) if (wrong()) count += 1;
    expect(count / rounds).toBeLessThanOrEqual(of + 3 * Math.sqrt((of * (1 - of)) / rounds));
  };
  const roundOf = (calibration: number, nulls: number, aliens: number, away: number) => {
    const ranks = conformalRanks(normal(calibration, 0).sort(), Float32Array.of(...normal(nulls, 0), ...normal(aliens, away)));
    return { ranks, ...discoveries(ranks, calibration) };
  };

  test('is wrong in no more than 5 % of folders that hold none', () => {
    share(0.05, 200, () => roundOf(50, 40, 0, 0).atLeast > 0);
  });

  test('is wrong at any threshold at all in no more than 5 % of folders that hold some', () => {
    share(0.05, 200, () => {
      const { ranks, within } = roundOf(50, 40, 20, 2);
      return within.some((least, j) => least > ranks.subarray(40).filter((rank) => rank <= j).length);
    });
  });

  test('finds most of many that are far away, and of more than one half', () => {
    expect(roundOf(200, 360, 40, 5).atLeast).toBeGreaterThan(20);
    expect(roundOf(200, 100, 300, 5).atLeast).toBeGreaterThan(270);
  });

  test('finds weak ones that no single p-value could tell, where Benjamini and Hochberg list next to nothing', () => {
    expect(roundOf(200, 280, 120, 1.2).atLeast).toBeGreaterThan(10);
  });

  test('grows with the threshold, and never beyond what is taken', () => {
    const { ranks, within, atLeast } = roundOf(100, 100, 50, 3);
    within.forEach((least, j) => {
      if (j > 0) expect(least).toBeGreaterThanOrEqual(within[j - 1] as number);
      expect(least).toBeLessThanOrEqual(ranks.filter((rank) => rank <= j).length);
    });
    expect(within.at(-1)).toBe(atLeast);
  });

  test('is none without calibration values and none of no values', () => {
    expect(discoveries(Uint32Array.of(1, 1, 1), 0).atLeast).toBe(0);
    expect(discoveries(new Uint32Array(0), 10).atLeast).toBe(0);
  });
});
