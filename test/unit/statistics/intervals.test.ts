import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/random.ts';
import { binomialTest, clopperPearson, holm } from '../../../src/engine/statistics/binomial.ts';
import { logOddsRatio, meanInterval, spearmanInterval, wilson } from '../../../src/engine/statistics/intervals.ts';
import { correlation, ranks } from '../../../src/engine/statistics/ranks.ts';
import { shareBelowQuantile } from '../../../src/engine/statistics/share-below-quantile.ts';

describe('intervals agree with their references', () => {
  it('Wilson: scipy.stats.binomtest(k, n).proportion_ci(method="wilson")', () => {
    for (const [k, n, low, high] of reference.wilson) {
      const interval = wilson(k, n);
      expect(interval.low).toBeCloseTo(low, 10);
      expect(interval.high).toBeCloseTo(high, 10);
    }
  });

  it('Clopper-Pearson and the exact test: scipy.stats.binomtest', () => {
    for (const [k, n, p, pValue, low, high] of reference.binomial) {
      const interval = clopperPearson(k, n);
      expect(interval.low).toBeCloseTo(low, 9);
      expect(interval.high).toBeCloseTo(high, 9);
      expect(Math.abs(binomialTest(k, n, p) - pValue)).toBeLessThan(1e-9 + 1e-6 * pValue);
    }
  });

  it('the share below another sample’s quantile: Wilson’s where that is known, order statistics’ where the values are', () => {
    const even = (count: number) => Float32Array.from({ length: count }, (_, i) => (i + 0.5) / count);
    // A reference so large that its .95 quantile has no doubt left.
    const known = shareBelowQuantile(even(200_000), even(300), 0.95);
    expect(known.low).toBeCloseTo(wilson(285, 300).low, 2);
    expect(known.high).toBeCloseTo(wilson(285, 300).high, 2);
    // Of 100 the 95 % quantile lies, in 95 of 100 draws, between the 90th and the 100th: scipy.stats.binom(100, .95).ppf([.025, .975]) = 90, 99.
    const { value, low, high } = shareBelowQuantile(even(100), even(200_000), 0.95);
    expect(value).toBeCloseTo(0.945, 3);
    expect(low).toBeCloseTo(0.895, 1.9);
    expect(high).toBeCloseTo(0.995, 1.9);
    // Below 72 no order statistic bounds it from above.
    expect(shareBelowQuantile(even(60), even(200_000), 0.95).high).toBe(1);
  });

  it('of it hold the truth of 19 in 20 draws, also where the two laws differ', () => {
    const random = new Random(31);
    // P(2 U <= .95) = .475.
    let held = 0;
    for (let run = 0; run < 400; run += 1) {
      const [a, b] = [80, 120].map((count, i) => Float32Array.from({ length: count }, () => (1 + i) * random.uniform()));
      const { low, high } = shareBelowQuantile(a as Float32Array, b as Float32Array, 0.95);
      if (low <= 0.475 && 0.475 <= high) held += 1;
    }
    expect(Math.abs(held / 400 - 0.95)).toBeLessThan(0.03);
  });

  it('log odds: a table by hand', () => {
    const { value, low, high } = logOddsRatio(10, 20, 30, 200);
    const expected = Math.log((10.5 * 170.5) / (10.5 * 30.5));
    const half = 1.959964 * Math.sqrt(2 / 10.5 + 1 / 30.5 + 1 / 170.5);
    expect(value).toBeCloseTo(expected, 12);
    expect(high - value).toBeCloseTo(half, 5);
    expect(value - low).toBeCloseTo(half, 5);
  });

  it('Holm: the textbook example', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('a Wilson interval holds the true share in about 95 of 100 draws', () => {
    const random = new Random(3);
    let held = 0;
    for (let run = 0; run < 2000; run += 1) {
      let k = 0;
      for (let i = 0; i < 300; i += 1) if (random.uniform() < 0.05) k += 1;
      const { low, high } = wilson(k, 300);
      if (low <= 0.05 && high >= 0.05) held += 1;
    }
    expect(held / 2000).toBeGreaterThan(0.93);
    expect(held / 2000).toBeLessThan(0.975);
  });

  it('a Spearman interval holds the true rank correlation of a bivariate Gaussian', () => {
    const random = new Random(5);
    const r = 0.7;
    const rho = (6 / Math.PI) * Math.asin(r / 2);
    let held = 0;
    for (let run = 0; run < 400; run += 1) {
      const x = Float64Array.from({ length: 200 }, () => random.normal());
      const y = x.map((value) => r * value + Math.sqrt(1 - r * r) * random.normal());
      const interval = spearmanInterval(correlation(ranks(x), ranks(y)), 200);
      if (interval && interval.low <= rho && interval.high >= rho) held += 1;
    }
    expect(held / 400).toBeGreaterThan(0.92);
  });

  it('has no interval where there is none', () => {
    expect(meanInterval([1])).toBeNull();
    expect(meanInterval([1, Number.NaN])).toBeNull();
    expect(spearmanInterval(Number.NaN, 100)).toBeNull();
    expect(() => wilson(0, 0)).toThrow();
  });

  it('ties share their mean rank', () => {
    expect([...ranks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
  });
});

/** From scipy 1.17 (bench/peers/groups.py --reference). */
const reference = {
  wilson: [
    [0, 50, 0.0, 0.07134759913335872],
    [3, 50, 0.020614970348973957, 0.1621709168883817],
    [50, 50, 0.9286524008666412, 1.0],
    [137, 6000, 0.0193479731244336, 0.026929307967407425],
    [59000, 60000, 0.9822776084658387, 0.984327171993161],
  ] as [number, number, number, number][],
  binomial: [
    [0, 50, 0.05, 0.18056178542085677, 0.0, 0.07112173646420458],
    [3, 50, 0.05, 0.7388986296011798, 0.01254858783533406, 0.1654819466037729],
    [50, 50, 0.5, 1.7763568394002505e-15, 0.9288782635357954, 1.0],
    [137, 6000, 0.02, 0.11688732710624444, 0.01920384169736575, 0.026936360430092073],
    [29800, 60000, 0.5, 0.10333113712702119, 0.49265790484814936, 0.5006757509549942],
    [20, 100, 0.1, 0.0023002489189653513, 0.12665555210195592, 0.2918426890886282],
    [1500, 10000, 0.16, 0.006116956170692984, 0.1430541967021474, 0.15715028885558793],
  ] as [number, number, number, number, number, number][],
};
