import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/engine/random.ts';
import { benjaminiHochberg, conformalRanks } from '../../../src/engine/statistics/conformal.ts';

test('a conformal rank is one more than the calibration values that are at least as great, ties among them', () => {
  expect([...conformalRanks(Float32Array.of(1, 2, 2, 5), [0, 1, 2, 3, 5, 6])]).toEqual([5, 5, 4, 2, 2, 1]);
  expect([...conformalRanks(new Float32Array(0), [3])]).toEqual([1]);
});

test('of values drawn as the calibration values were, a p-value is at most t in no more than t of draws', () => {
  const random = new Random(3);
  // Rounded, so that there are ties; far from normal.
  const draw = (n: number) => Float32Array.from({ length: n }, () => Math.round(4 * Math.exp(random.normal())));
  const drawn = 20_000;
  const counts = new Uint32Array(21);
  for (let i = 0; i < drawn; i += 1) {
    const rank = conformalRanks(draw(19).sort(), draw(1))[0] as number;
    counts[rank] = (counts[rank] as number) + 1;
  }
  let below = 0;
  for (let rank = 1; rank <= 20; rank += 1) {
    below += counts[rank] as number;
    // Three standard errors above at most.
    const level = rank / 20;
    expect(below / drawn).toBeLessThan(level + 3 * Math.sqrt((level * (1 - level)) / drawn) + 1e-9);
  }
});

describe('adjusted p-values', () => {
  test('are those of scipy.stats.false_discovery_control', () => {
    const expected = [0.035, 0.056, 0.056, 0.5, 0.014, 0.23333333333333336, 0.056];
    benjaminiHochberg([0.01, 0.04, 0.03, 0.5, 0.002, 0.2, 0.04]).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 12);
    });
  });

  test('keep the false discovery rate where all share their calibration values', () => {
    const random = new Random(4);
    const draw = (n: number, away: number) => Float32Array.from({ length: n }, () => away + random.normal());
    const [rounds, nulls, aliens] = [400, 60, 40];
    let rate = 0;
    for (let round = 0; round < rounds; round += 1) {
      const values = Float32Array.of(...draw(nulls, 0), ...draw(aliens, 4));
      const ranks = conformalRanks(draw(99, 0).sort(), values);
      const adjusted = benjaminiHochberg(Float64Array.from(ranks, (rank) => rank / 100));
      const [all, wrong] = [adjusted, adjusted.subarray(0, nulls)].map((part) => part.filter((q) => q <= 0.1).length) as [number, number];
      rate += wrong / Math.max(1, all) / rounds;
    }
    expect(rate).toBeLessThan(0.1);
    expect(rate).toBeGreaterThan(0.03);
  });
});
