import type { Estimate } from '../../contract/report.ts';
import { betaQuantile, incompleteBeta, logGamma } from './distributions.ts';

/** Exact 95 % interval of a share (Clopper and Pearson 1934). total > 0 */
export function clopperPearson(count: number, total: number): Estimate {
  return {
    value: count / total,
    low: count === 0 ? 0 : betaQuantile(0.025, count, total - count + 1),
    high: count === total ? 1 : betaQuantile(0.975, count + 1, total - count),
  };
}

/** The probability of `count` or more of `total` where the true share is `share`, 0 < share < 1. */
export const binomialTail = (count: number, total: number, share: number): number =>
  count <= 0 ? 1 : incompleteBeta(share, count, total - count + 1);

/** One-sided exact upper bound of a share, 95 %: of none among n it is about 3 / n (the rule of three). total > 0 */
export const clopperPearsonAtMost = (count: number, total: number): number =>
  count === total ? 1 : betaQuantile(0.95, count + 1, total - count);

/**
 * Exact two-sided binomial test: the probability, where the true share is `share`, of any count that is no likelier than the one seen
 * (the rule of R's binom.test and scipy's binomtest, with their relative tolerance of 1e-7).
 */
export function binomialTest(count: number, total: number, share: number): number {
  if (share <= 0) return count === 0 ? 1 : 0;
  if (share >= 1) return count === total ? 1 : 0;
  const constant = logGamma(total + 1);
  const logProbability = (k: number) =>
    constant - logGamma(k + 1) - logGamma(total - k + 1) + k * Math.log(share) + (total - k) * Math.log1p(-share);
  const limit = logProbability(count) + Math.log1p(1e-7);
  let sum = 0;
  for (let k = 0; k <= total; k += 1) {
    const log = logProbability(k);
    if (log <= limit) sum += Math.exp(log);
  }
  return Math.min(1, sum);
}

/** Holm's step-down adjustment (1979): compare with the level that all statements together may err at. */
export function holm(pValues: number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const adjusted = new Array<number>(pValues.length);
  let greatest = 0;
  order.forEach((index, position) => {
    greatest = Math.max(greatest, Math.min(1, (pValues[index] as number) * (pValues.length - position)));
    adjusted[index] = greatest;
  });
  return adjusted;
}
