import type { Matrix } from '../linear/matrix.ts';
import type { Random } from '../random.ts';

const STARTS = 12;
const MOST_STEPS = 60;
const STILL = 1e-7;

/**
 * The direction along which sphered points have the least kurtosis: of two kinds in like parts it is the one that parts them
 * (projection pursuit, Peña and Prieto 2001, J. Am. Stat. Assoc. 96; the fixed point of Hyvärinen and Oja 1997 towards a minimum).
 * @param points rows of mean 0 and covariance I over `rows`
 * @param rows those that the direction is sought on
 * @returns a unit vector; its entry of largest magnitude is positive
 */
export function leastKurtosis(points: Matrix, rows: ArrayLike<number>, random: Random): Float64Array {
  const k = points.columns;
  let best: { kurtosis: number; direction: Float64Array } | null = null;
  // The axes first: they are where a start costs no chance.
  for (let start = 0; start < Math.max(STARTS, k); start += 1) {
    let direction = unit(Float64Array.from({ length: k }, (_, j) => (start < k ? Number(j === start) : random.normal())));
    let kurtosis = Number.POSITIVE_INFINITY;
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const { gradient, fourth } = fourthMoment(points, rows, direction);
      kurtosis = fourth - 3;
      // E[x (w'x)^3] - 3 w grows with the kurtosis: against it.
      const next = unit(gradient.map((value, j) => 3 * (direction[j] as number) - value));
      const turned = 1 - Math.abs(next.reduce((sum, value, j) => sum + value * (direction[j] as number), 0));
      direction = next;
      if (turned < STILL) break;
    }
    if (!best || kurtosis < best.kurtosis - 1e-9) best = { kurtosis, direction };
  }
  return positive((best as { direction: Float64Array }).direction);
}

function fourthMoment(
  points: Matrix,
  rows: ArrayLike<number>,
  direction: Float64Array,
): { gradient: Float64Array<ArrayBuffer>; fourth: number } {
  const k = points.columns;
  const gradient = new Float64Array(k);
  let fourth = 0;
  for (let r = 0; r < rows.length; r += 1) {
    const at = (rows[r] as number) * k;
    let s = 0;
    for (let j = 0; j < k; j += 1) s += (points.data[at + j] as number) * (direction[j] as number);
    const cube = s * s * s;
    fourth += cube * s;
    for (let j = 0; j < k; j += 1) gradient[j] = (gradient[j] as number) + cube * (points.data[at + j] as number);
  }
  return { gradient: gradient.map((value) => value / rows.length), fourth: fourth / rows.length };
}

function unit(vector: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

function positive(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest) + 1e-9) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}
