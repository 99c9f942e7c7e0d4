import type { Estimate } from '../../contract/report.ts';
import type { Neighbours } from '../latent/neighbours.ts';

/**
 * The share of what further images would be of kinds not seen yet: kinds seen once over images (Good 1953), with the 95 % interval of
 * Esty 1983 (variance (f1 (1 - f1 / n) + 2 f2) / n^2); where no kind was seen once, at most 1 - .05^(1/n).
 * @param counts images a kind; zeros are ignored
 */
export function unseenMass(counts: ArrayLike<number>): Estimate {
  let [n, once, twice] = [0, 0, 0];
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] as number;
    n += count;
    if (count === 1) once += 1;
    if (count === 2) twice += 1;
  }
  if (n === 0) return { value: 1, low: 0, high: 1 };
  const value = once / n;
  if (once === 0) return { value, low: 0, high: 1 - 0.05 ** (1 / n) };
  const error = 1.96 * (Math.sqrt(once * (1 - value) + 2 * twice) / n);
  return { value, low: Math.max(0, value - error), high: Math.min(1, value + error) };
}

/**
 * The same without kinds: the share of further images that would have no image of the data within `radius`, estimated by leaving one
 * out; a Wilson interval.
 */
export function unseenMassWithin({ k, distances }: Neighbours, radius: number): Estimate {
  const n = distances.length / k;
  let alone = 0;
  for (let i = 0; i < n; i += 1) if ((distances[i * k] as number) > radius) alone += 1;
  const value = alone / n;
  const square = 1.96 ** 2;
  const middle = (value + square / (2 * n)) / (1 + square / n);
  const half = (1.96 * Math.sqrt((value * (1 - value)) / n + square / (4 * n * n))) / (1 + square / n);
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
