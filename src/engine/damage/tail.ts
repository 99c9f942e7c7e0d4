import { quantile } from '../statistics/histogram.ts';

/** Share of a folder's undamaged images that may be named by each kind. */
export const FALSE_ALARMS = 0.005;
/** Powers of the exponential between which the tails of measures lie: .5 and less falls off faster than a Gaussian's, 1 as an exponential. */
const LEAST_POWER = 0.6;
const MOST_POWER = 1.5;
const [INNER, OUTER] = [0.75, 0.9];
const EXPECTED = 0.5;

/**
 * The value that a share of `rate` of the images would lie above if all were of one kind: beyond the median, P(x > median + y) is taken as
 * exp(-(y / c)^(1 / k)) / 2, with c and k from the quantiles .75 and .9, which damage of up to some 5 % moves little.
 * @param leastSpread from the median to the quantile .75 at least: of images that are all alike every small difference would be far out
 */
export function tailLimit(values: Float32Array, leastSpread: number, rate = FALSE_ALARMS): number {
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length === 0) return Number.POSITIVE_INFINITY;
  const median = quantile(sorted, EXPECTED);
  const depth = (share: number): number => Math.log(EXPECTED / share);
  const inner = Math.max(leastSpread, quantile(sorted, INNER) - median);
  const outer = Math.max(quantile(sorted, OUTER) - median, inner);
  const power = Math.log(outer / inner) / Math.log(depth(1 - OUTER) / depth(1 - INNER));
  const k = Math.min(MOST_POWER, Math.max(LEAST_POWER, power));
  const scale = Math.max(outer / depth(1 - OUTER) ** k, inner / depth(1 - INNER) ** k);
  return median + scale * depth(rate) ** k;
}
