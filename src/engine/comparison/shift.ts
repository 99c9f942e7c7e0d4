import type { ComparisonShift } from '../../contract/comparison.ts';
import { deltaOfRanks } from '../statistics/cliffs-delta.ts';
import { normalTail } from '../statistics/distributions.ts';
import { mean, quantile, variance } from '../statistics/histogram.ts';
import { Z95 } from '../statistics/intervals.ts';
import { ranks } from '../statistics/ranks.ts';

export type Shift = Omit<ComparisonShift, 'kind' | 'name' | 'adjustedPValue'>;

/**
 * How far b's values lie above a's. Cliff's delta (1993) with the variance of DeLong et al. 1988; Hedges' g with the interval of Hedges and
 * Olkin 1985; the Mann-Whitney test by its normal limit with ties (the null: the same distribution).
 * @param a at least two finite values; @param b likewise
 */
export function shiftOf(a: Float32Array, b: Float32Array): Shift {
  const [sortedA, sortedB] = [Float32Array.from(a).sort(), Float32Array.from(b).sort()];
  const pooled = new Float32Array(a.length + b.length);
  pooled.set(a);
  pooled.set(b, a.length);
  const together = ranks(pooled);
  return {
    medianA: quantile(sortedA, 0.5),
    medianB: quantile(sortedB, 0.5),
    cliffsDelta: deltaOfRanks(together, ranks(a), ranks(b)),
    standardisedDifference: hedges(a, b),
    pValue: mannWhitney(together, pooled, a.length),
  };
}

function hedges(a: Float32Array, b: Float32Array) {
  const [m, n] = [a.length, b.length];
  const pooled = Math.sqrt(((m - 1) * variance(a) + (n - 1) * variance(b)) / (m + n - 2));
  if (!(pooled > 0)) return { value: 0, low: 0, high: 0 };
  const value = ((mean(b) - mean(a)) / pooled) * (1 - 3 / (4 * (m + n) - 9));
  const error = Math.sqrt((m + n) / (m * n) + (value * value) / (2 * (m + n)));
  return { value, low: value - Z95 * error, high: value + Z95 * error };
}

function mannWhitney(together: Float64Array, pooled: Float32Array, m: number): number {
  const total = pooled.length;
  const n = total - m;
  let sum = 0;
  for (let i = 0; i < m; i += 1) sum += together[i] as number;
  const u = sum - (m * (m + 1)) / 2;
  const sorted = pooled.slice().sort();
  let ties = 0;
  for (let from = 0, to = 0; from < total; from = to) {
    while (to < total && sorted[to] === sorted[from]) to += 1;
    ties += (to - from) ** 3 - (to - from);
  }
  const spread = Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))));
  if (!(spread > 0)) return 1;
  return Math.min(1, 2 * normalTail(Math.max(0, Math.abs(u - (m * n) / 2) - 0.5) / spread));
}
