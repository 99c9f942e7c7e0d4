/** Hartigan's dip: how far values are from having one mode. */
import { breathe } from '../hooks.ts';
import type { Random } from '../random.ts';

/** Draws of the null's distribution. */
const DRAWS = 1999;
const DRAWS_A_BREATH = 200;
/** The null of more values is that of so many, by the square root of the number. */
const LARGEST_DRAW = 500;

/**
 * The greatest distance between the values' distribution function and the nearest one that has a single mode
 * (Hartigan and Hartigan 1985, Ann. Statist. 13; the walk between convex minorant and concave majorant of Hartigan 1985, AS 217).
 * @param sorted ascending
 * @returns from 1 / 2n (one mode) to 1 / 4; 0 where there are no two values
 */
export function dip(sorted: ArrayLike<number>): number {
  const n = sorted.length;
  const x = (i: number): number => sorted[i] as number;
  if (n < 2 || x(0) === x(n - 1)) return 0;
  const below = minorant(sorted);
  const above = majorant(sorted);
  let [low, high] = [0, n - 1];
  // In counts: twice the dip times n.
  let largest = 1;
  for (;;) {
    // Touching points of the minorant from high down to low, and of the majorant from low up to high.
    const convex = touching(below, high, low);
    const concave = touching(above, low, high);
    const { distance, left, right } = widestGap(x, convex, concave);
    if (distance < largest) break;
    const from = convex[left] as number;
    const to = concave[right] as number;
    for (let j = left; j + 1 < convex.length; j += 1)
      largest = Math.max(largest, deviation(x, convex[j + 1] as number, convex[j] as number, 1));
    for (let j = right; j + 1 < concave.length; j += 1)
      largest = Math.max(largest, deviation(x, concave[j] as number, concave[j + 1] as number, -1));
    if (low === from && high === to) break;
    low = from;
    high = to;
  }
  return largest / (2 * n);
}

/** Of each index the one before it on the greatest convex minorant of all up to it. */
function minorant(x: ArrayLike<number>): Int32Array {
  const before = new Int32Array(x.length);
  for (let j = 1; j < x.length; j += 1) {
    let k = j - 1;
    while (k !== 0) {
      const earlier = before[k] as number;
      if (((x[j] as number) - (x[k] as number)) * (k - earlier) < ((x[k] as number) - (x[earlier] as number)) * (j - k)) break;
      k = earlier;
    }
    before[j] = k;
  }
  return before;
}

/** Of each index the one after it on the least concave majorant of all from it on. */
function majorant(x: ArrayLike<number>): Int32Array {
  const last = x.length - 1;
  const after = new Int32Array(x.length).fill(last);
  for (let j = last - 1; j >= 0; j -= 1) {
    let k = j + 1;
    while (k !== last) {
      const later = after[k] as number;
      if (((x[j] as number) - (x[k] as number)) * (k - later) < ((x[k] as number) - (x[later] as number)) * (j - k)) break;
      k = later;
    }
    after[j] = k;
  }
  return after;
}

function touching(next: Int32Array, from: number, to: number): number[] {
  const points = [from];
  for (let at = from; at !== to; ) {
    at = next[at] as number;
    points.push(at);
  }
  return points;
}

/** The largest vertical distance between the two curves, in counts, and the touching points on its two sides. */
function widestGap(x: (i: number) => number, convex: number[], concave: number[]): { distance: number; left: number; right: number } {
  let [left, right] = [convex.length - 1, concave.length - 1];
  if (convex.length === 2 && concave.length === 2) return { distance: 1, left, right };
  let distance = 0;
  let i = convex.length - 2;
  let j = 1;
  for (;;) {
    const g = convex[i] as number;
    const l = concave[j] as number;
    if (g > l) {
      const earlier = convex[i + 1] as number;
      const gap = l - earlier + 1 - ((x(l) - x(earlier)) * (g - earlier)) / (x(g) - x(earlier));
      j += 1;
      if (gap >= distance) [distance, left, right] = [gap, i + 1, j - 1];
    } else {
      const earlier = concave[j - 1] as number;
      const gap = ((x(g) - x(earlier)) * (l - earlier)) / (x(l) - x(earlier)) - (g - earlier - 1);
      i -= 1;
      if (gap >= distance) [distance, left, right] = [gap, i + 1, j];
    }
    i = Math.max(i, 0);
    j = Math.min(j, concave.length - 1);
    if (convex[i] === concave[j]) return { distance, left, right };
  }
}

/** How far the steps go above (side 1) or below (side -1) the chord between two touching points, in counts, at least 1. */
function deviation(x: (i: number) => number, from: number, to: number, side: 1 | -1): number {
  let most = 1;
  if (to - from <= 1 || x(to) === x(from)) return most;
  const slope = (to - from) / (x(to) - x(from));
  for (let k = from; k <= to; k += 1) most = Math.max(most, side * (k - from - (x(k) - x(from)) * slope) + 1);
  return most;
}

/** The dip of values without an order. */
export const dipOf = (values: Float32Array): number => dip(Float32Array.from(values).sort());

/**
 * Dips of uniform values, the null that is hardest to tell from two modes (Hartigan and Hartigan 1985, section 4), as sqrt(n) dip, ascending.
 * @param n how many values the dip is of
 */
export async function uniformDips(n: number, random: Random, signal?: AbortSignal): Promise<Float64Array> {
  const size = Math.min(n, LARGEST_DRAW);
  const values = new Float64Array(size);
  const dips = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    // Sorted uniform values up to their scale: sums of exponential ones.
    let sum = 0;
    for (let i = 0; i < size; i += 1) {
      sum -= Math.log(1 - random.uniform());
      values[i] = sum;
    }
    dips[draw] = Math.sqrt(size) * dip(values);
    if (draw % DRAWS_A_BREATH === 0) await breathe(signal);
  }
  return dips.sort();
}

/** The share of the null's dips that are no smaller, with one added to both counts (Davison and Hinkley 1997, 4.2.2). */
export function dipPValue(statistic: number, n: number, uniform: Float64Array): number {
  const scaled = Math.sqrt(n) * statistic;
  let [low, high] = [0, uniform.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uniform[middle] as number) < scaled) low = middle + 1;
    else high = middle;
  }
  return (uniform.length - low + 1) / (uniform.length + 1);
}
