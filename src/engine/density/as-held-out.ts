import { quantile } from '../statistics/histogram.ts';

/** Fewer held-out images than this tell where their middle lies, but not how wide they spread. */
const SPREAD_FROM = 100;
const FEWEST = 5;

/**
 * A study's own figures as they would be had nothing been learnt from any of its images: those of the images that something was learnt from
 * are moved so that their median, and from 100 held-out images on their interquartile range too, are the held-out ones'. So a new image is
 * compared with all of the study, and not with the tenth of it that was held out.
 * @param learnt rows that something was learnt from; the others were held out
 */
export function asHeldOut(values: Float32Array, learnt: Uint32Array): Float32Array {
  const wasLearnt = new Uint8Array(values.length);
  for (const row of learnt) wasLearnt[row] = 1;
  const inside = values.filter((_, i) => wasLearnt[i] === 1).sort();
  const outside = values.filter((_, i) => wasLearnt[i] === 0).sort();
  if (outside.length < FEWEST || inside.length < FEWEST) return values.slice();
  const middle = quantile(inside, 0.5);
  const width = (sorted: Float32Array): number => quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const stretch = outside.length < SPREAD_FROM || !(width(inside) > 0) ? 1 : width(outside) / width(inside);
  const target = quantile(outside, 0.5);
  return values.map((value, i) => (wasLearnt[i] === 1 ? target + stretch * (value - middle) : value));
}
