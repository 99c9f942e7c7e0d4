import { breathe } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { dipOf, dipPValue, uniformDips } from './dip.ts';
import { apply, covarianceOf, dot, fitRotation, type Rotation, readAt } from './rotation.ts';

export const REFITS = 5;
/** A factor came back where a refit has one that correlates with it at least so much. */
export const SAME_ABOVE = 0.9;
/** Of the refits, so that a factor is a finding. */
export const STABLE_FROM = 4;

/** A rotation with what its refits say of each of its factors. */
export interface Confirmed extends Rotation {
  /** In how many of the refits each came back. */
  returned: number[];
  /** Of one mode, each tested on images that the refit did not see: 1 where it hardly came back. */
  pValues: number[];
}

/**
 * Fits a rotation, and again on random halves of the rows. The dip of a factor that came back is tested on the other half, so that
 * having searched for it costs nothing; twice the median of the p-values holds its level whatever binds the halves together
 * (Meinshausen, Meier and Bühlmann 2009, J. Am. Stat. Assoc. 104, equation 2.2 with gamma one half). What was pursued stays pursued only
 * if it comes back: else its place goes to the directions that change the picture most.
 */
export async function confirmedRotation(
  points: Matrix,
  metric: Float64Array,
  rows: Uint32Array,
  { leading, pursued }: { leading: number; pursued: number },
  random: Random,
  signal?: AbortSignal,
): Promise<Confirmed> {
  const covariance = covarianceOf(points, rows);
  const halves = Array.from({ length: REFITS }, () => {
    const chosen = sampleRows(rows.length, rows.length >> 1, random);
    const inside = new Set(chosen);
    return { fitted: chosen.map((at) => rows[at] as number), tested: rows.filter((_, at) => !inside.has(at)) };
  });
  const uniform = await uniformDips(rows.length - (rows.length >> 1), random, signal);
  for (let wanted = pursued; ; wanted -= 1) {
    await breathe(signal);
    const whole = fitRotation(points, metric, rows, { leading, pursued: wanted }, random);
    const returned = whole.read.map(() => 0);
    const tests: number[][] = whole.read.map(() => []);
    for (const { fitted, tested } of halves) {
      await breathe(signal);
      const again = fitRotation(points, metric, fitted, { leading, pursued: wanted }, random);
      whole.read.forEach((read, k) => {
        const { correlation, at } = nearest(read, again.read, covariance);
        const same = correlation >= SAME_ABOVE;
        if (same) returned[k] = (returned[k] as number) + 1;
        tests[k]?.push(same ? heldOutTest(points, tested, again.read[at] as Float64Array, uniform) : 1);
      });
    }
    const firm = returned.slice(0, wanted).every((count) => count >= STABLE_FROM);
    if (firm || wanted === 0) return { ...whole, returned, pValues: tests.map((p) => Math.min(1, 2 * median(p))) };
  }
}

function nearest(read: Float64Array, others: Float64Array[], covariance: Float64Array): { correlation: number; at: number } {
  const seen = apply(covariance, read, read.length);
  const own = Math.sqrt(dot(seen, read));
  let best = { correlation: 0, at: 0 };
  others.forEach((other, at) => {
    const size = Math.sqrt(dot(apply(covariance, other, other.length), other)) * own;
    const correlation = size > 0 ? Math.abs(dot(seen, other)) / size : 0;
    if (correlation > best.correlation) best = { correlation, at };
  });
  return best;
}

function heldOutTest(points: Matrix, rows: Uint32Array, read: Float64Array, uniform: Float64Array): number {
  return dipPValue(dipOf(Float32Array.from(rows, (row) => readAt(points, row, read))), rows.length, uniform);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
