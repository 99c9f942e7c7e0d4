import { logGamma } from './distributions.ts';

/**
 * Fisher's exact test, two-sided: the probability, with all margins as they are, of any table that is no likelier than the one seen.
 * @param inA of totalA, inB of totalB: counts in the group
 */
export function fisherExact(inA: number, totalA: number, inB: number, totalB: number): number {
  const inside = inA + inB;
  const all = totalA + totalB;
  const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  const first = Math.max(0, inside - totalB);
  const last = Math.min(inside, totalA);
  // Each log probability from the one before: logs of gamma functions for every table would take seconds.
  const logs = new Float64Array(last - first + 1);
  logs[0] = logChoose(totalA, first) + logChoose(totalB, inside - first) - logChoose(all, inside);
  for (let k = first; k < last; k += 1)
    logs[k + 1 - first] = (logs[k - first] as number) + Math.log(((totalA - k) * (inside - k)) / ((k + 1) * (totalB - inside + k + 1)));
  const limit = (logs[inA - first] as number) + 1e-7;
  return Math.min(
    1,
    logs.reduce((sum, log) => (log <= limit ? sum + Math.exp(log) : sum), 0),
  );
}

/**
 * Fisher's exact test, one-sided: the probability, with the margins as they are, of at most so many of `total` images in both of two parts that
 * have nothing to do with each other.
 */
export function hypergeometricAtMost(both: number, a: number, b: number, total: number): number {
  const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  const first = Math.max(0, a + b - total);
  let log = logChoose(a, first) + logChoose(total - a, b - first) - logChoose(total, b);
  let sum = 0;
  for (let k = first; k <= both; k += 1) {
    sum += Math.exp(log);
    log += Math.log(((a - k) * (b - k)) / ((k + 1) * (total - a - b + k + 1)));
  }
  return Math.min(1, sum);
}
