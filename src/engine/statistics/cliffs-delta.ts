import type { Estimate } from '../../contract/report.ts';
import { mean, variance } from './histogram.ts';
import { Z95 } from './intervals.ts';
import { ranks } from './ranks.ts';

/**
 * Cliff's delta (1993): the chance that a value of `a` is the greater of two, less the chance that it is the smaller, -1 to 1, ties half.
 * The interval is that of DeLong, DeLong and Clarke-Pearson (1988).
 * @param a at least two values @param b at least two values
 */
export const cliffsDelta = (a: Float64Array, b: Float64Array): Estimate =>
  deltaOfRanks(ranks(Float64Array.from([...b, ...a])), ranks(b), ranks(a));

/**
 * The same of the second of two sets against the first, by their ranks.
 * @param together of both as one set, the first before the second
 * @param first @param second of each among its own
 */
export function deltaOfRanks(together: Float64Array, first: Float64Array, second: Float64Array): Estimate {
  const [m, n] = [first.length, second.length];
  // Placement of each value among the other set: the share below it, ties half.
  const placedFirst = first.map((own, i) => ((together[i] as number) - own) / n);
  const placedSecond = second.map((own, j) => ((together[m + j] as number) - own) / m);
  const error = 2 * Math.sqrt(variance(placedFirst) / m + variance(placedSecond) / n);
  const value = 2 * mean(placedSecond) - 1;
  return { value, low: Math.max(-1, value - Z95 * error), high: Math.min(1, value + Z95 * error) };
}
