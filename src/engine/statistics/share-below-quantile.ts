import type { Estimate } from '../../contract/report.ts';
import { incompleteBeta } from './distributions.ts';
import { wilson } from './intervals.ts';

const [LOW, HIGH] = [0.025, 0.975];

/**
 * The share of `values` that are at most the q-quantile of `reference`, with a 95 % interval that holds both draws: what is a sensitivity at
 * a fixed specificity elsewhere. Wilson's interval is that of the values at a threshold that is known; the threshold's own is that of order
 * statistics, which hold the q-quantile by the beta law; the two are put together by variance recovery (Zou and Donner 2008).
 * @param reference at least one value, independent draws @param values at least one, likewise
 */
export function shareBelowQuantile(reference: Float32Array, values: Float32Array, q: number): Estimate {
  const sorted = reference.slice().sort();
  const m = sorted.length;
  const at = Math.max(1, Math.ceil(q * m));
  const below = (threshold: number): number => values.reduce((sum, value) => sum + (value <= threshold ? 1 : 0), 0);
  const count = below(sorted[at - 1] as number);
  const { value, low, high } = wilson(count, values.length);
  // The j-th of m lies beyond the q-quantile with probability 1 - I_q(j, m - j + 1).
  let [upper, lower] = [at, at];
  while (upper <= m && incompleteBeta(q, upper, m - upper + 1) > LOW) upper += 1;
  while (lower > 0 && incompleteBeta(q, lower, m - lower + 1) < HIGH) lower -= 1;
  const most = upper > m ? 1 : below(sorted[upper - 1] as number) / values.length;
  const least = lower < 1 ? 0 : below(sorted[lower - 1] as number) / values.length;
  return {
    value,
    low: Math.max(0, value - Math.hypot(value - low, value - least)),
    high: Math.min(1, value + Math.hypot(high - value, most - value)),
  };
}
