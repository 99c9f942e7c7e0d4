import type { Estimate } from '../../contract/report.ts';
import { wilsonOf } from './intervals.ts';

/**
 * How many times larger the variance of a share is because images come in clusters: that of a ratio of cluster totals (Cochran 1977,
 * 6.3) over the binomial one, at least 1. Of a share of none or all it is that of images that are all alike within their cluster.
 * @param inside whether each image counts
 * @param cluster of each image a number that those of its cluster share
 */
export function designEffect(inside: (image: number) => boolean, cluster: ArrayLike<number>): number {
  const n = cluster.length;
  const clusters = new Map<number, { size: number; inside: number }>();
  let count = 0;
  for (let image = 0; image < n; image += 1) {
    const own = clusters.get(cluster[image] as number) ?? { size: 0, inside: 0 };
    clusters.set(cluster[image] as number, own);
    own.size += 1;
    if (!inside(image)) continue;
    own.inside += 1;
    count += 1;
  }
  const groups = clusters.size;
  if (groups === n) return 1;
  const share = count / n;
  let [spread, squares] = [0, 0];
  for (const own of clusters.values()) {
    squares += own.size ** 2;
    spread += (own.inside - share * own.size) ** 2;
  }
  if (count === 0 || count === n || groups < 2) return squares / n;
  return Math.max(1, ((groups / (groups - 1)) * spread) / (n * share * (1 - share)));
}

/**
 * Wilson's interval (1927) for a share of images that come in clusters, of as many images as they are worth: n over the design effect
 * (Korn and Graubard 1998). Where no two images are in one cluster it is Wilson's.
 */
export function shareOverClusters(inside: (image: number) => boolean, cluster: ArrayLike<number>): Estimate & { effect: number } {
  const n = cluster.length;
  let count = 0;
  for (let image = 0; image < n; image += 1) count += Number(inside(image));
  const effect = designEffect(inside, cluster);
  return { ...wilsonOf(count / n, n / effect), effect };
}
