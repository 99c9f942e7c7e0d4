/** Linear discriminant analysis, cross-validated and calibrated: what images that it has not seen look like to it. */
import { breathe, type Hooks } from '../hooks.ts';
import { choleskySolve, choleskyWithJitter } from '../linear/cholesky.ts';
import type { Matrix } from '../linear/matrix.ts';
import { takeRows } from '../linear/rows.ts';
import { tf } from '../tensorflow.ts';

/** Share of the covariance that is taken as even in all directions: of some hundred images that of some hundred columns is mostly noise. */
const SHRINKAGE = 0.2;
/** Powers that the probabilities are raised to, of which the likeliest is taken. */
const POWERS = Array.from({ length: 40 }, (_, i) => 0.05 * 60 ** (i / 39));

/** Shares of the labels that may be by chance: or a few wrong ones would make all others doubtful. */
const BY_CHANCE = [0, 0.01, 0.02, 0.03, 0.05, 0.1];

export interface Discriminant {
  /** images x classes: probabilities by the images of the other folds. */
  probability: Float64Array;
  classes: number;
}

/**
 * Gaussians of one covariance (Fisher 1936), shrunk by a fifth towards an even one (Friedman 1989), learnt from all folds but the image's
 * own. Their probabilities are far too sure in many columns, so they are raised to the power that makes the labels of the held-out images
 * likeliest (temperature scaling, Guo et al. 2017).
 * @param label of each row, 0 .. classes - 1 @param fold of each row, 0 .. folds - 1; every class has images in two of them
 */
export async function crossValidatedDiscriminant(
  points: Matrix,
  label: Uint32Array,
  classes: number,
  fold: Uint8Array,
  folds: number,
  { signal }: Hooks = {},
): Promise<Discriminant> {
  const { rows, columns } = points;
  const parts = Array.from({ length: folds }, (_, f) => momentsOf(points, label, classes, fold, f));
  const whole = parts.reduce<Moments>((sum, part) => together(sum, part, 1), momentsOfNone(columns, classes));
  const score = new Float64Array(rows * classes);
  for (let f = 0; f < folds; f += 1) {
    await breathe(signal);
    const part = parts[f] as FoldMoments;
    const { weights, offsets } = learnt(together(whole, part, -1));
    const own = part.images;
    if (own.length === 0) continue;
    const scores = tf.tidy(
      () =>
        tf
          .matMul(tf.tensor2d(takeRows(points, own).data, [own.length, columns]), tf.tensor2d(weights, [columns, classes]))
          .dataSync() as Float32Array,
    );
    own.forEach((image, i) => {
      for (let c = 0; c < classes; c += 1) score[image * classes + c] = (scores[i * classes + c] as number) + (offsets[c] as number);
    });
  }
  return { probability: calibrated(score, label, classes), classes };
}

interface Moments {
  /** columns x columns */
  squares: Float64Array;
  /** classes x columns */
  sums: Float64Array;
  sizes: Float64Array;
}

interface FoldMoments extends Moments {
  images: Uint32Array;
}

const momentsOfNone = (columns: number, classes: number): Moments => ({
  squares: new Float64Array(columns * columns),
  sums: new Float64Array(classes * columns),
  sizes: new Float64Array(classes),
});

function momentsOf(points: Matrix, label: Uint32Array, classes: number, fold: Uint8Array, f: number): FoldMoments {
  const images = Uint32Array.from(label.keys()).filter((image) => fold[image] === f);
  const { columns } = points;
  const own = takeRows(points, images);
  const squares = tf.tidy(() => {
    const x = tf.tensor2d(own.data, [images.length, columns]);
    return tf.matMul(x, x, true, false).dataSync() as Float32Array;
  });
  const sums = new Float64Array(classes * columns);
  const sizes = new Float64Array(classes);
  images.forEach((image, i) => {
    const c = label[image] as number;
    sizes[c] = (sizes[c] as number) + 1;
    for (let j = 0; j < columns; j += 1) sums[c * columns + j] = (sums[c * columns + j] as number) + (own.data[i * columns + j] as number);
  });
  return { squares: Float64Array.from(squares), sums, sizes, images };
}

function together(a: Moments, b: Moments, sign: 1 | -1): Moments {
  const added = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + sign * (y[i] as number));
  return { squares: added(a.squares, b.squares), sums: added(a.sums, b.sums), sizes: added(a.sizes, b.sizes) };
}

/** Weights, columns x classes, and offsets: score = x . w + b is the log density of each class and its share, but for what all share. */
function learnt({ squares, sums, sizes }: Moments): { weights: Float32Array; offsets: Float64Array } {
  const classes = sizes.length;
  const columns = sums.length / classes;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const within = squares.slice();
  for (let c = 0; c < classes; c += 1) {
    const size = sizes[c] as number;
    if (size === 0) continue;
    for (let i = 0; i < columns; i += 1) {
      const at = (sums[c * columns + i] as number) / size;
      for (let j = 0; j < columns; j += 1)
        within[i * columns + j] = (within[i * columns + j] as number) - at * (sums[c * columns + j] as number);
    }
  }
  let trace = 0;
  for (let i = 0; i < columns; i += 1) trace += within[i * (columns + 1)] as number;
  const freedom = Math.max(1, total - classes);
  const covariance = within.map((value) => ((1 - SHRINKAGE) * value) / freedom);
  for (let i = 0; i < columns; i += 1)
    covariance[i * (columns + 1)] = (covariance[i * (columns + 1)] as number) + (SHRINKAGE * trace) / columns / freedom;
  const factor = choleskyWithJitter(covariance, columns);
  const weights = new Float32Array(columns * classes);
  const offsets = new Float64Array(classes).fill(Number.NEGATIVE_INFINITY);
  for (let c = 0; c < classes; c += 1) {
    const size = sizes[c] as number;
    if (size === 0) continue;
    const mean = sums.slice(c * columns, (c + 1) * columns).map((sum) => sum / size);
    const direction = choleskySolve(factor, mean);
    let length = 0;
    for (let j = 0; j < columns; j += 1) {
      weights[j * classes + c] = direction[j] as number;
      length += (direction[j] as number) * (mean[j] as number);
    }
    offsets[c] = Math.log(size / total) - length / 2;
  }
  return { weights, offsets };
}

/** Probabilities raised to a power, all classes of one image. */
function probabilities(score: Float64Array, from: number, classes: number, power: number, into: Float64Array): Float64Array {
  let most = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < classes; c += 1) most = Math.max(most, score[from + c] as number);
  let all = 0;
  for (let c = 0; c < classes; c += 1) {
    const value = Math.exp(power * ((score[from + c] as number) - most));
    into[c] = value;
    all += value;
  }
  for (let c = 0; c < classes; c += 1) into[c] = (into[c] as number) / all;
  return into;
}

/** With the power, and the share of labels that are by chance, that make the labels likeliest; what is by chance is left out of them. */
function calibrated(score: Float64Array, label: Uint32Array, classes: number): Float64Array {
  const own = new Float64Array(classes);
  const fits = POWERS.flatMap((power) => {
    const right = Array.from(label, (mine, i) => probabilities(score, i * classes, classes, power, own)[mine] as number);
    return BY_CHANCE.map((chance) => ({
      power,
      likelihood: right.reduce((sum, value) => sum + Math.log((1 - chance) * value + chance / classes + Number.MIN_VALUE), 0),
    }));
  });
  const { power } = fits.reduce((best, fit) => (fit.likelihood > best.likelihood ? fit : best));
  const probability = new Float64Array(score.length);
  for (let i = 0; i < label.length; i += 1) probability.set(probabilities(score, i * classes, classes, power, own), i * classes);
  return probability;
}
