import type { Comparison } from '../../contract/comparison.ts';
import type { Estimate } from '../../contract/report.ts';
import type { Neighbours } from '../latent/neighbours.ts';
import { deltaOfRanks } from '../statistics/cliffs-delta.ts';
import { ranks } from '../statistics/ranks.ts';
import { shareBelowQuantile } from '../statistics/share-below-quantile.ts';

type Support = Comparison['coverage']['ofA'];
type Carrier = Comparison['carriers']['a'][number];

/** Of a set's own images, how many lie within the distance that counts as covered. */
const COVERED = 0.95;
/**
 * Images are in each other's shares, so that the area scatters further than DeLong's error of independent values says: over 60 to 200 pairs of
 * sets drawn alike or not, of 100 to 500 images in 10 to 224 dimensions, up to 1.5 times as far.
 */
const SHARED_NEIGHBOURS = 1.5;

/**
 * Share of images that lie within another set's support: their distance to its k-th nearest image is at most the 95 % quantile of that
 * set's own distances, each image left out of its own count. Drawn alike, 95 % are covered, whatever the dimension. The interval holds that
 * the threshold comes from a draw too.
 * @param own the other set's neighbours within itself; @param toOther the images' neighbours in the other set
 */
export function supportOf(own: Neighbours, toOther: Neighbours, k: number): Support {
  return { covered: shareBelowQuantile(kth(own, k), kth(toOther, k), COVERED), expected: COVERED };
}

/**
 * The images that are typical of their own set and rare in the other: by the log ratio of the distances to the k-th nearest image of
 * either, which times the dimension estimates the log ratio of the densities (Wang, Kulkarni and Verdú 2009).
 */
export function carriers(own: Neighbours, toOther: Neighbours, most: number): Carrier[] {
  const { k } = own;
  const [mine, theirs] = [kth(own, k), kth(toOther, k)];
  const ratios = mine.map((distance, i) => Math.log((theirs[i] as number) + 1e-12) - Math.log(distance + 1e-12));
  return Array.from(ratios.keys())
    .sort((i, j) => (ratios[j] as number) - (ratios[i] as number) || i - j)
    .slice(0, most)
    .filter((i) => (ratios[i] as number) > 0)
    .map((index) => ({ index, ownShare: ownShare(own, toOther, index), logDistanceRatio: ratios[index] as number }));
}

/**
 * The area under the curve of the share of b among an image's k nearest of both sets, itself left out: how often, of an image of a and one
 * of b, the share tells which is which; ties count half. .5 where both are drawn alike. The interval is DeLong's (1988), wider by what
 * images that are each other's neighbours need.
 */
export function separation(ownA: Neighbours, aToB: Neighbours, ownB: Neighbours, bToA: Neighbours): Estimate {
  const [m, n] = [ownA.indices.length / ownA.k, ownB.indices.length / ownB.k];
  const ofB = [
    Float64Array.from({ length: m }, (_, i) => 1 - ownShare(ownA, aToB, i)),
    Float64Array.from({ length: n }, (_, i) => ownShare(ownB, bToA, i)),
  ] as const;
  const delta = deltaOfRanks(ranks(Float64Array.from([...ofB[0], ...ofB[1]])), ranks(ofB[0]), ranks(ofB[1]));
  const value = (1 + delta.value) / 2;
  const half = (SHARED_NEIGHBOURS * (delta.value - delta.low)) / 2;
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

/** Of the k nearest of both sets together. */
function ownShare(own: Neighbours, toOther: Neighbours, i: number): number {
  const { k } = own;
  let [mine, theirs] = [0, 0];
  while (mine + theirs < k) {
    if ((own.distances[i * k + mine] as number) <= (toOther.distances[i * k + theirs] as number)) mine += 1;
    else theirs += 1;
  }
  return mine / k;
}

function kth({ k, distances }: Neighbours, which: number): Float32Array {
  return Float32Array.from({ length: distances.length / k }, (_, i) => distances[i * k + which - 1] as number);
}
