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
  const { wasLearnt, inside, outside } = parted(values, learnt);
  if (outside.length < FEWEST || inside.length < FEWEST) return values.slice();
  const { middle, width } = placeOf(inside);
  const to = placeOf(outside);
  const stretch = outside.length < SPREAD_FROM || !(width > 0) ? 1 : to.width / width;
  return values.map((value, i) => (wasLearnt[i] === 1 ? to.middle + stretch * (value - middle) : value));
}

/**
 * The held-out images' figures as they would be seen were each of them new: `asHeldOut` moved the others to a place that each held-out image had
 * its part in, so that it lies a little nearer to them than a new one does. Each is set where it would lie had it had none.
 */
export function asIfNew(values: Float32Array, learnt: Uint32Array): Float32Array {
  const { wasLearnt, inside, outside } = parted(values, learnt);
  if (outside.length <= FEWEST || inside.length < FEWEST) return values.slice();
  const all = placeOf(outside);
  const stretches = outside.length >= SPREAD_FROM && all.width > 0;
  return values.map((value, i) => {
    if (wasLearnt[i] === 1) return value;
    const at = outside.indexOf(value);
    const others = placeOf(outside.filter((_, place) => place !== at));
    return all.middle + (stretches && others.width > 0 ? all.width / others.width : 1) * (value - others.middle);
  });
}

/** The figures of either sort of image, ascending. */
function parted(values: Float32Array, learnt: Uint32Array): { wasLearnt: Uint8Array; inside: Float32Array; outside: Float32Array } {
  const wasLearnt = new Uint8Array(values.length);
  for (const row of learnt) wasLearnt[row] = 1;
  return {
    wasLearnt,
    inside: values.filter((_, i) => wasLearnt[i] === 1).sort(),
    outside: values.filter((_, i) => wasLearnt[i] === 0).sort(),
  };
}

const placeOf = (sorted: Float32Array): { middle: number; width: number } => ({
  middle: quantile(sorted, 0.5),
  width: quantile(sorted, 0.75) - quantile(sorted, 0.25),
});
