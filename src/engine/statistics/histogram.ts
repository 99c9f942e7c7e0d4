import type { Histogram } from '../../contract/report.ts';

/** Evenly wide bins from the least to the greatest value; one bin a unit wide where all are equal. Values must be finite. */
export function histogramOf(values: ArrayLike<number>, bins: number): Histogram {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) {
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  if (!(high > low)) return { edges: [low - 0.5, low + 0.5], counts: [values.length] };
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i += 1) {
    const bin = Math.min(bins - 1, Math.floor((((values[i] as number) - low) / (high - low)) * bins));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { edges: Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins), counts };
}

/** Quantile by linear interpolation between order statistics (Hyndman and Fan's type 7). `sorted` ascending, not empty. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(sorted.length - 1, below + 1)] as number;
  return low + (high - low) * (at - below);
}

/** Of values in any order, not empty. */
export const median = (values: ArrayLike<number>): number => quantile(Float64Array.from(values).sort(), 0.5);

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  return sum / values.length;
}

/** With n - 1. */
export function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += ((values[i] as number) - centre) ** 2;
  return squares / (values.length - 1);
}

export interface Moments {
  mean: number;
  /** With n - 1; 0 for a single value. */
  standardDeviation: number;
}

export function moments(values: ArrayLike<number>): Moments {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i += 1) mean += (values[i] as number) / n;
  let squares = 0;
  for (let i = 0; i < n; i += 1) squares += ((values[i] as number) - mean) ** 2;
  return { mean, standardDeviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0 };
}

/** Whether the values differ at all. */
export const varies = (values: Float32Array): boolean => values.some((value) => value !== values[0]);
