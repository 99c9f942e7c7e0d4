/** How well one attribute alone tells subfolders apart: cross-validated, beside what chance gives. */
import type { Estimate } from '../../contract/report.ts';
import type { Random } from '../random.ts';
import { Z95 } from '../statistics/intervals.ts';

const FOLDS = 5;
const BINS = 16;
/** Values of which so few are different are each a bin of their own. */
const FEW_VALUES = 24;

/** An attribute of each image in bins: texts and few numbers as they are, many numbers in sixteenths of the images. NaN is a bin of its own. */
export function binned(values: ArrayLike<number | string>): { bin: Uint8Array; bins: number } {
  const different = new Map<number | string, number>();
  for (let i = 0; i < values.length; i += 1) different.set(values[i] as number | string, 0);
  const texts = typeof values[0] === 'string';
  if (texts || different.size <= FEW_VALUES) {
    // Of many texts the rare ones are one.
    const counts = new Map<number | string, number>();
    for (let i = 0; i < values.length; i += 1) counts.set(values[i] as string, (counts.get(values[i] as string) ?? 0) + 1);
    [...counts.entries()]
      .sort((a, b) => b[1] - a[1])
      .forEach(([value], at) => {
        different.set(value, Math.min(at, FEW_VALUES));
      });
    return { bin: Uint8Array.from(values, (value) => different.get(value) as number), bins: Math.min(different.size, FEW_VALUES + 1) };
  }
  const sorted = Float64Array.from(values as ArrayLike<number>)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const cuts = Array.from({ length: BINS - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / BINS)] as number);
  const bin = Uint8Array.from(values as ArrayLike<number>, (value) => {
    if (Number.isNaN(value)) return BINS;
    let at = 0;
    while (at < cuts.length && value >= (cuts[at] as number)) at += 1;
    return at;
  });
  return { bin, bins: BINS + 1 };
}

/** Each image's fold, 0 to 4, by chance. */
export const folds = (images: number, random: Random): Uint8Array =>
  Uint8Array.from(random.shuffle(Uint32Array.from({ length: images }, (_, i) => i)), (place) => place % FOLDS);

/**
 * The share of each class that is recognised by its bin in images of the other folds: the class that is most frequent there for its own
 * size is said, several that are even share the image. Bins were made without the classes, so nothing of a fold is learnt from.
 * @returns a share for each class
 */
export function recognised(bin: Uint8Array, bins: number, fold: Uint8Array, label: Uint32Array, sizes: readonly number[]): Float64Array {
  const classes = sizes.length;
  const cells = bins * classes;
  const counts = new Uint32Array(FOLDS * cells);
  const all = new Uint32Array(cells);
  const heldOut = new Uint32Array(FOLDS * classes);
  for (let i = 0; i < bin.length; i += 1) {
    const cell = (bin[i] as number) * classes + (label[i] as number);
    const at = (fold[i] as number) * cells + cell;
    counts[at] = (counts[at] as number) + 1;
    all[cell] = (all[cell] as number) + 1;
    const of = (fold[i] as number) * classes + (label[i] as number);
    heldOut[of] = (heldOut[of] as number) + 1;
  }
  const right = new Float64Array(classes);
  const dense = new Float64Array(classes);
  for (let f = 0; f < FOLDS; f += 1)
    for (let b = 0; b < bins; b += 1) {
      const from = f * cells + b * classes;
      let most = -1;
      let even = 0;
      for (let c = 0; c < classes; c += 1) {
        const learnt = (sizes[c] as number) - (heldOut[f * classes + c] as number);
        const density = learnt > 0 ? ((all[b * classes + c] as number) - (counts[from + c] as number)) / learnt : 0;
        dense[c] = density;
        if (density > most) {
          most = density;
          even = 1;
        } else if (density === most) even += 1;
      }
      for (let c = 0; c < classes; c += 1) if (dense[c] === most) right[c] = (right[c] as number) + (counts[from + c] as number) / even;
    }
  return right.map((count, c) => count / (sizes[c] as number));
}

/** The mean over classes: half of two, whatever their sizes, is chance. */
export const balanced = (shares: Float64Array): number => shares.reduce((sum, share) => sum + share, 0) / shares.length;

/** With the normal interval of a mean of independent shares; of the images at hand, as if what was learnt had been given. */
export function balancedAccuracy(shares: Float64Array, sizes: readonly number[]): Estimate {
  const value = balanced(shares);
  // A half more of either, so that a class that is recognised wholly has an interval too.
  const spread = shares.reduce((sum, share, c) => {
    const size = sizes[c] as number;
    const p = (share * size + 0.5) / (size + 1);
    return sum + (p * (1 - p)) / size;
  }, 0);
  const half = (Z95 * Math.sqrt(spread)) / shares.length;
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}
