import type { Estimate } from '../../contract/report.ts';

/** The standard normal's .975 quantile: every interval here is two-sided, 95 %. */
export const Z95 = 1.959963984540054;

/**
 * Wilson's score interval for a share (Wilson 1927, J. Am. Stat. Assoc. 22).
 * @param count hits out of `total` (> 0)
 */
export function wilson(count: number, total: number): Estimate {
  if (!(total > 0)) throw new RangeError(`a share of ${total} images has no interval`);
  return wilsonOf(count / total, total);
}

/** The same of a share of so many independent images, which need not be a whole number. */
export function wilsonOf(share: number, total: number): Estimate {
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * total)) / (1 + z2 / total);
  const half = (Z95 / (1 + z2 / total)) * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total));
  return { value: share, low: share === 0 ? 0 : centre - half, high: share === 1 ? 1 : centre + half };
}

/**
 * Interval of Spearman's rho by Fisher's z with Bonett and Wright's variance (1 + rho^2 / 2) / (n - 3)
 * (Psychometrika 65, 2000). @returns null under four images or where |rho| is 1
 */
export function spearmanInterval(rho: number, n: number): Estimate | null {
  if (n < 4 || !Number.isFinite(rho)) return null;
  if (Math.abs(rho) >= 1) return { value: Math.sign(rho), low: Math.sign(rho), high: Math.sign(rho) };
  const half = Z95 * Math.sqrt((1 + (rho * rho) / 2) / (n - 3));
  const z = Math.atanh(rho);
  return { value: rho, low: Math.tanh(z - half), high: Math.tanh(z + half) };
}

/** Mean with its normal interval, mean +- 1.96 s / sqrt n. @returns null under two finite values, or where one is not finite */
export function meanInterval(values: ArrayLike<number>): Estimate | null {
  const n = values.length;
  if (n < 2) return null;
  let mean = 0;
  for (let i = 0; i < n; i += 1) mean += ((values[i] as number) - mean) / (i + 1);
  let squares = 0;
  for (let i = 0; i < n; i += 1) squares += ((values[i] as number) - mean) ** 2;
  const half = Z95 * Math.sqrt(squares / (n - 1) / n);
  return Number.isFinite(mean) && Number.isFinite(half) ? { value: mean, low: mean - half, high: mean + half } : null;
}

/**
 * Log odds ratio of a 2 x 2 table with a half added to each cell (Haldane 1956, Anscombe 1956) and Woolf's interval (1955).
 * @param a in the group and in the range, of `inside` images; b outside the group and in the range, of `outside` images
 */
export function logOddsRatio(a: number, inside: number, b: number, outside: number): Estimate {
  const cells = [a + 0.5, inside - a + 0.5, b + 0.5, outside - b + 0.5] as const;
  const value = Math.log((cells[0] * cells[3]) / (cells[1] * cells[2]));
  const half = Z95 * Math.sqrt(1 / cells[0] + 1 / cells[1] + 1 / cells[2] + 1 / cells[3]);
  return { value, low: value - half, high: value + half };
}
