import { breathe } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { moments } from '../statistics/histogram.ts';
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
  /** Of one mode, each image's value read off a refit that did not see it: 1 where the factor hardly came back. */
  pValues: number[];
}

/**
 * Fits a rotation, and again on both halves of five random splits of the rows. A factor came back in a split whose first half has it. Where
 * both have it, its dip is tested on all rows, each read off the half that it was not in (cross-fitting), so that having searched for it costs nothing
 * and no image is left out; twice the median of the splits' p-values holds its level whatever binds them together (Meinshausen, Meier and
 * Bühlmann 2009, J. Am. Stat. Assoc. 104, equation 2.2 with gamma one half). What was pursued stays pursued only if it comes back: else
 * its place goes to the directions that change the picture most.
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
  const splits = Array.from({ length: REFITS }, () => {
    const chosen = new Set(sampleRows(rows.length, rows.length >> 1, random));
    return [rows.filter((_, at) => chosen.has(at)), rows.filter((_, at) => !chosen.has(at))] as const;
  });
  const uniform = await uniformDips(rows.length, random, signal);
  for (let wanted = pursued; ; wanted -= 1) {
    await breathe(signal);
    const whole = fitRotation(points, metric, rows, { leading, pursued: wanted }, random);
    const returned = whole.read.map(() => 0);
    const tests: number[][] = whole.read.map(() => []);
    for (const halves of splits) {
      const refits: Rotation[] = [];
      for (const half of halves) {
        await breathe(signal);
        refits.push(fitRotation(points, metric, half, { leading, pursued: wanted }, random));
      }
      whole.read.forEach((read, k) => {
        const found = refits.map((refit) => nearest(read, refit.read, covariance));
        const [one, both] = [found.slice(0, 1), found].map((some) => some.every(({ correlation }) => Math.abs(correlation) >= SAME_ABOVE));
        if (one) returned[k] = (returned[k] as number) + 1;
        tests[k]?.push(both ? crossFitted(points, halves, refits, found, uniform) : 1);
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
    const correlation = size > 0 ? dot(seen, other) / size : 0;
    if (Math.abs(correlation) > Math.abs(best.correlation)) best = { correlation, at };
  });
  return best;
}

/** The dip's p-value of both halves' rows together, each read off the other half's refit, in its own mean and deviation. */
function crossFitted(
  points: Matrix,
  halves: readonly [Uint32Array, Uint32Array],
  refits: readonly Rotation[],
  found: readonly { correlation: number; at: number }[],
  uniform: Float64Array,
): number {
  const values = halves.flatMap((half, side) => {
    const [refit, { correlation, at }] = [refits[1 - side] as Rotation, found[1 - side] as { correlation: number; at: number }];
    const own = Float32Array.from(half, (row) => Math.sign(correlation) * readAt(points, row, refit.read[at] as Float64Array));
    const { mean, standardDeviation } = moments(own);
    return Array.from(own, (value) => (value - mean) / (standardDeviation || 1));
  });
  return dipPValue(dipOf(Float32Array.from(values)), values.length, uniform);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
