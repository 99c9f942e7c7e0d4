/** Pairs of images that are near in order and far more alike than those that are not: frames of one burst. */
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { median } from '../statistics/histogram.ts';
import type { Sequence } from './sequences.ts';

/** Places apart that count as near. */
const NEAR = 4;
/** Places apart of the pairs that near ones are held against: still of the same stretch, so that a folder that was sorted is no burst. */
const FAR_FROM = 12;
const FAR_TO = 48;
/** Shorter sequences have too few pairs far apart. */
const FEWEST = 24;
/** Expected share of pairs far apart that would be joined by the same rule, among those joined. */
const FALSE_PAIRS = 0.02;
/** Frames further apart than this in time are no burst. */
const SECONDS = 60;

export interface Bursts {
  /** Pairs of images. */
  pairs: [number, number][];
  /** Pairs that were near in order. */
  near: number;
}

/**
 * Joins pairs up to four places apart by target-decoy competition: how far apart two images are, over what is usual about them (the
 * geometric mean of both images' median distance to those 12 to 48 places away, on the nearer side), is compared with the same of those
 * pairs. The threshold is the greatest at which so many far pairs as lie below it, and one more, scaled to the number of near ones, are at
 * most a fiftieth of the near pairs below it (He et al. 2015; the one more makes the chance of any burst in a shuffled folder as small).
 * @param points to be compared by Euclidean distance
 */
export async function findBursts(points: Matrix, sequences: readonly Sequence[], { signal }: Hooks = {}): Promise<Bursts> {
  const near: { pair: [number, number]; apart: number }[] = [];
  const far: number[] = [];
  for (const { images, seconds } of sequences) {
    const n = images.length;
    if (n < FEWEST) continue;
    const distances = new Float32Array(n * FAR_TO);
    for (let i = 0; i < n; i += 1) {
      if (i % 512 === 0) await breathe(signal);
      for (let lag = 1; lag <= Math.min(FAR_TO, n - 1 - i); lag += 1)
        if (lag <= NEAR || lag >= FAR_FROM)
          distances[i * FAR_TO + lag - 1] = distance(points, images[i] as number, images[i + lag] as number);
    }
    const at = (i: number, lag: number): number => distances[(lag > 0 ? i : i + lag) * FAR_TO + Math.abs(lag) - 1] as number;
    const usual = Array.from({ length: n }, (_, i) => usualDistance(i, n, at));
    /** How far apart two images are, over what is usual about them; null where everything about one of them is the same. */
    const apart = (i: number, j: number): number | null => {
      const scale = Math.sqrt((usual[i]?.distance ?? 0) * (usual[j]?.distance ?? 0));
      return scale > 0 ? at(i, j - i) / scale : null;
    };
    for (let i = 0; i < n; i += 1) {
      for (let j = i + 1; j <= Math.min(i + NEAR, n - 1); j += 1) {
        const value = apart(i, j);
        const soon = !seconds || (seconds[j] as number) - (seconds[i] as number) <= SECONDS;
        if (value !== null && soon) near.push({ pair: [images[i] as number, images[j] as number], apart: value });
      }
      for (const lag of usual[i]?.lags ?? []) {
        const value = apart(i, i + lag);
        if (value !== null) far.push(value);
      }
    }
  }
  if (near.length === 0 || far.length === 0) return { pairs: [], near: near.length };
  near.sort((a, b) => a.apart - b.apart);
  const joined = joinedCount(
    near.map(({ apart }) => apart),
    Float64Array.from(far).sort(),
  );
  return { pairs: near.slice(0, joined).map(({ pair }) => pair), near: near.length };
}

/** The most of the near pairs, ascending, among which the expected share of false ones is small enough. */
function joinedCount(near: readonly number[], far: Float64Array): number {
  const ratio = near.length / far.length;
  let [most, below] = [0, 0];
  near.forEach((apart, i) => {
    while (below < far.length && (far[below] as number) <= apart) below += 1;
    if ((below + 1) * ratio <= FALSE_PAIRS * (i + 1)) most = i + 1;
  });
  return most;
}

/**
 * An image's median distance to those 12 to 48 places before or after it, on the side where it is the smaller: where a folder was sorted,
 * the other side may be of another kind. null where there is neither side.
 */
function usualDistance(i: number, n: number, at: (i: number, lag: number) => number): { distance: number; lags: number[] } | null {
  const sides = [1, -1].flatMap((sign) => {
    const lags = Array.from({ length: FAR_TO - FAR_FROM + 1 }, (_, step) => sign * (FAR_FROM + step)).filter(
      (lag) => i + lag >= 0 && i + lag < n,
    );
    if (lags.length === 0) return [];
    return [{ distance: median(lags.map((lag) => at(i, lag))), lags }];
  });
  return sides.reduce<(typeof sides)[number] | null>((best, side) => (best && best.distance <= side.distance ? best : side), null);
}

function distance({ columns, data }: Matrix, a: number, b: number): number {
  let square = 0;
  for (let j = 0, i = a * columns, k = b * columns; j < columns; j += 1, i += 1, k += 1) {
    const difference = (data[i] as number) - (data[k] as number);
    square += difference * difference;
  }
  return Math.sqrt(square);
}
