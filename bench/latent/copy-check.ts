import type { Hooks } from '../../src/engine/hooks.ts';
import { exactNeighbours, nearestTo } from '../../src/engine/latent/neighbours.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';

export interface CopyCheck {
  /** Per sample: its nearest image, how far, and the share of images whose own nearest image is at most as far. */
  nearest: Uint32Array;
  distance: Float32Array;
  percentile: Float32Array;
  /** 1: nearer to an image than all but 1 % of images are to theirs, so perhaps a copy. */
  suspicious: Uint8Array;
  /** Share of suspicious samples; new images drawn like the data would give about `expected`. */
  share: number;
  expected: number;
  /**
   * Probability that a sample is nearer to its nearest image than an image is to its own, ties half: .5 for fresh data, 1 for copies
   * (the statistic of Meehan, Chaudhuri and Dasgupta 2020).
   */
  nearerThanData: number;
}

const SUSPICIOUS = 0.01;

/**
 * Whether samples repeat images: their distances to the nearest image beside the images' distances to each other, leaving one out.
 * Exact duplicates within the data make distances of 0 and so hide copies; check without them.
 * @param real images in the space they are judged in; @param samples in the same
 */
export async function copyCheck(real: Matrix, samples: Matrix, hooks: Hooks = {}): Promise<CopyCheck> {
  const own = Float32Array.from((await exactNeighbours(real, 1, { signal: hooks.signal })).distances).sort();
  const { indices, distances } = await nearestTo(real, samples, 1, hooks);
  const percentile = distances.map((distance) => rank(own, distance, true) / own.length);
  const suspicious = Uint8Array.from(percentile, (share) => (share <= SUSPICIOUS ? 1 : 0));
  const ties = distances.map((distance) => (rank(own, distance, false) + rank(own, distance, true)) / 2 / own.length);
  return {
    nearest: indices,
    distance: distances,
    percentile,
    suspicious,
    share: suspicious.reduce((sum, one) => sum + one, 0) / samples.rows,
    expected: SUSPICIOUS,
    nearerThanData: 1 - ties.reduce((sum, share) => sum + share, 0) / samples.rows,
  };
}

/** How many of the ascending values lie below `value`, or up to it. */
function rank(ascending: Float32Array, value: number, including: boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = ascending[middle] as number;
    if (at < value || (including && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
