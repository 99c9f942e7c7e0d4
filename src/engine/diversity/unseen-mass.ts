import type { Estimate, UnseenShare } from '../../contract/report.ts';
import type { Neighbours } from '../latent/neighbours.ts';
import { wilson } from '../statistics/intervals.ts';

/** In typical distances of two images: how near counts as alike. Which is right no data tell; the share is halved or doubled between them. */
const RADII = [0.4, 0.5, 0.6];

/**
 * The share of further images that would have no image of the data within a radius, by leaving one out (Good 1953 without kinds), at each
 * of three radii, with Wilson's interval at each.
 * @param neighbours of images that repeat no other @param typical the typical distance of two images
 */
export function unseenShares({ k, distances }: Neighbours, typical: number): UnseenShare[] {
  const n = distances.length / k;
  return RADII.map((radius) => {
    let alone = 0;
    for (let i = 0; i < n; i += 1) if ((distances[i * k] as number) > radius * typical) alone += 1;
    return { radius, share: wilson(alone, n) };
  });
}

/** The middle radius' share, with an interval that holds the choice of the radius: from the lowest end at any of them to the highest. */
export function unseenMass(shares: readonly UnseenShare[]): Estimate {
  const middle = shares[shares.length >> 1] as UnseenShare;
  const ends = shares.map(({ share }) => share);
  return { value: middle.share.value, low: Math.min(...ends.map(({ low }) => low)), high: Math.max(...ends.map(({ high }) => high)) };
}
