/** How strange new images are to a trained study. Formula and figures: docs/method/outliers.md. */
import type { StrangeComponent } from '../../contract/comparison.ts';
import type { Hooks } from '../hooks.ts';
import { nearestTo } from '../latent/neighbours.ts';
import { meanDistanceWithin, meanReferenceDistance } from '../latent/reference-distance.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { conformalRanks } from '../statistics/conformal.ts';
import { percentileAmong } from '../statistics/percentiles.ts';
import { asHeldOut, asIfNew } from './as-held-out.ts';
import { attributeDistance } from './attribute-distance.ts';
import { fitGaussian, type Gaussian } from './gaussian.ts';
import type { Mixture } from './mixture.ts';

const NEIGHBOURS = 20;
/** A study of few images has no 20 near ones. */
const NEIGHBOUR_SHARE = 0.05;
/** So many of the study's images stand for all: they are kept with it, and every new image is compared with each. */
const MOST_REFERENCES = 4000;

/** The lens that was learnt elsewhere has as much of a say as the three that the folder taught: each of these alone says little of its own. */
const WEIGHTS: Record<StrangeComponent, number> = { reconstruction: 1, latent: 1, features: 1, encoder: 3, attributes: 1 };
/** Of the chance of being strange by its redrawing, this share falls to images that the model redraws too well: flat, dark and smooth ones. */
const TOO_EASY = 0.1;

/** What is known of images before they are scored; rows in the same order. */
export interface Described {
  /** Mean squared error a pixel, n. */
  reconstructionError: Float32Array;
  /** Posterior means. */
  z: Matrix;
  /** The folder's own features, rows of length one. */
  features: Matrix;
  /** What the encoder saw, not whitened, as the extractor gives it; null where there is none. */
  encoder: Matrix | null;
  /** Logarithms of the attributes (attributeLogs). */
  attributes: Matrix;
}

/** A number an image by component. */
export type Figures = Partial<Record<StrangeComponent, Float32Array>>;

export interface NewDataScores {
  /** Fisher's combination of the components' percentiles over its largest value, 0..1; higher is stranger. */
  score: Float32Array;
  /** Share of the study's own images that are less strange, 0..1, were they as new to the study as these. */
  percentile: Float32Array;
  /** 1 + how many of the calibration images are at least as strange; over their number + 1 it is a conformal p-value. */
  rank: Uint32Array;
  /** The percentile of each component alone. */
  shares: Figures;
}

/** What figures are computed with. */
export interface Reference {
  mixture: Mixture;
  attributes: Gaussian;
  /** Some of the study's images: their features, and what the encoder sees. */
  features: Matrix;
  encoder: Matrix | null;
}

/** What new images are scored with: a reference, and the study's own figures. */
export interface NewDataScorer extends Reference {
  /** The figures of the images that it was learnt from, ascending, as they would be had nothing been learnt from them. */
  own: Figures;
  /** The study's own scores, ascending. */
  score: Float32Array;
  /** Those of the images alone that nothing was learnt from and that copy none of the others, scored as new ones are; ascending. */
  calibration: Float32Array;
}

/**
 * Fits on the study's own images.
 * @param learnt rows that the model, the components and the mixture were learnt from; the others, held out from all of them, tell how much
 * stranger than those an image of the same kind is that is new
 * @param duplicateOf of each image the first one that shows the same picture, -1 where it is itself the first: a copy of what was learnt from
 * is less strange than a new image
 * @throws SondeError cancelled
 */
export async function fitNewDataScorer(
  own: Described,
  mixture: Mixture,
  learnt: Uint32Array,
  duplicateOf: Int32Array,
  hooks: Hooks = {},
): Promise<NewDataScorer> {
  const { reference, figures } = await fitReference(own, mixture, learnt, hooks);
  return calibrate(reference, figures, learnt, duplicateOf);
}

/** The reference, and the figures of the study's own images by it: of those it holds, without themselves. @throws SondeError cancelled */
export async function fitReference(
  own: Described,
  mixture: Mixture,
  learnt: Uint32Array,
  { signal }: Hooks = {},
): Promise<{ reference: Reference; figures: Figures }> {
  const chosen = sampleRows(learnt.length, MOST_REFERENCES, new Random(0)).map((i) => learnt[i] as number);
  const k = neighboursOf(chosen.length);
  const attributes = await fitGaussian(own.attributes, learnt, () => 0, { signal });
  const encoder = own.encoder && takeRows(own.encoder, chosen);
  const figures: Figures = {
    reconstruction: own.reconstructionError.map(Math.log),
    latent: negativeLogDensity(mixture, own.z),
    features: await meanDistanceWithin(own.features, chosen, k, { signal }),
    ...(own.encoder && encoder ? { encoder: await outsideDistance(encoder, own.encoder, k, chosen, { signal }) } : {}),
    attributes: await attributeDistance(attributes, own.attributes, { signal }),
  };
  return { reference: { mixture, attributes, features: takeRows(own.features, chosen), encoder }, figures };
}

/** A scorer from the figures of the study's own images; parameters as in fitNewDataScorer. */
export function calibrate(reference: Reference, figures: Figures, learnt: Uint32Array, duplicateOf: Int32Array): NewDataScorer {
  const moved = mapped(figures, (values) => asHeldOut(values, learnt));
  const own = mapped(moved, (values) => Float32Array.from(learnt, (row) => values[row] as number).sort());
  const { score } = combine(own, moved);
  const alone = combine(
    own,
    mapped(figures, (values) => asIfNew(values, learnt)),
  ).score;
  const calibration = Float32Array.from(newToAll(learnt, duplicateOf), (row) => alone[row] as number).sort();
  return { ...reference, own, score: score.sort(), calibration };
}

/** Rows that nothing was learnt from, and that show no picture that something was learnt from; of copies of each other the first. */
function newToAll(learnt: Uint32Array, duplicateOf: Int32Array): number[] {
  const pictureOf = (row: number): number => ((duplicateOf[row] as number) < 0 ? row : (duplicateOf[row] as number));
  const seen = new Set(Array.from(learnt, pictureOf));
  const wasLearnt = new Set(learnt);
  return Array.from(duplicateOf.keys()).filter((row) => {
    if (wasLearnt.has(row) || seen.has(pictureOf(row))) return false;
    seen.add(pictureOf(row));
    return true;
  });
}

/** @throws SondeError cancelled */
export async function scoreNewData(scorer: NewDataScorer, images: Described, hooks: Hooks = {}): Promise<NewDataScores> {
  return scoreFigures(scorer, await figuresOf(scorer, images, hooks));
}

/** The figures of images that the reference does not hold. @throws SondeError cancelled */
export async function figuresOf(reference: Reference, images: Described, hooks: Hooks = {}): Promise<Figures> {
  const { mixture, attributes, features, encoder } = reference;
  return {
    reconstruction: images.reconstructionError.map(Math.log),
    latent: negativeLogDensity(mixture, images.z),
    features: await meanReferenceDistance(features, images.features, neighboursOf(features.rows), hooks),
    ...(encoder && images.encoder
      ? { encoder: await outsideDistance(encoder, images.encoder, neighboursOf(encoder.rows), null, hooks) }
      : {}),
    attributes: await attributeDistance(attributes, images.attributes, { signal: hooks.signal }),
  };
}

export function scoreFigures({ own, score, calibration }: NewDataScorer, figures: Figures): NewDataScores {
  const combined = combine(own, figures);
  return {
    ...combined,
    percentile: combined.score.map((value) => percentileAmong(score, value)),
    rank: conformalRanks(calibration, combined.score),
  };
}

const negativeLogDensity = (mixture: Mixture, z: Matrix): Float32Array => mixture.logDensity(z).map((density) => -density);

const neighboursOf = (references: number): number => Math.max(1, Math.min(NEIGHBOURS, Math.floor(NEIGHBOUR_SHARE * references)));

function mapped(figures: Figures, change: (values: Float32Array) => Float32Array): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, change(values)]));
}

/**
 * The share of the study's own images that are less strange by one figure. A model redraws with next to no error what has nothing to redraw,
 * so by the error an image is strange to either side, the lower one getting a tenth of the chance: still uniform on the study's own kind.
 */
function shareOf(name: StrangeComponent, sorted: Float32Array, value: number): number {
  const share = percentileAmong(sorted, value);
  return name === 'reconstruction' ? 1 - Math.min(1, (1 - share) / (1 - TOO_EASY), share / TOO_EASY) : share;
}

/**
 * Fisher's combination (1925), weighted: the sum of -log p, p the share of the study's own that is at least as strange. One figure far out
 * outweighs others that are blind to what is strange, which a mean of the percentiles would let them dilute.
 */
function combine(own: Figures, figures: Figures): Pick<NewDataScores, 'score' | 'shares'> {
  const shares = Object.fromEntries(
    Object.entries(figures).map(([name, values]) => [
      name,
      values.map((value) => shareOf(name as StrangeComponent, own[name as StrangeComponent] as Float32Array, value)),
    ]),
  ) as Figures;
  const names = Object.keys(figures) as StrangeComponent[];
  const count = figures.reconstruction?.length ?? 0;
  const least = 0.5 / (own.reconstruction?.length ?? 1);
  const surprise = (percentile: number): number => Math.log(Math.min(1, 1 - percentile + least)) / Math.log(least);
  const weights = names.reduce((sum, name) => sum + WEIGHTS[name], 0);
  const score = Float32Array.from({ length: count }, (_, i) => {
    let [sum, far] = [0, 0];
    for (const name of names) {
      sum += WEIGHTS[name] * surprise(shares[name]?.[i] as number);
      far += beyond(own[name] as Float32Array, figures[name]?.[i] as number, name === 'reconstruction');
    }
    // Orders what the percentiles cannot tell apart; so small that it is worth some places among the study's own images, not more.
    return (sum / weights + (least * far) / (far + BEYOND_SCALE)) / (1 + least);
  });
  return { score, shares };
}
/**
 * The mean distance of every point to its nearest references, where the last column is the length of what the others leave out: that of two
 * images is taken to be at right angles, as what a few components leave out of so many directions nearly is.
 * @param within the references' rows among the points, which are not their own neighbours; null where they are other images
 */
async function outsideDistance(
  references: Matrix,
  points: Matrix,
  k: number,
  within: Uint32Array | null,
  hooks: Hooks,
): Promise<Float32Array> {
  const wanted = Math.min(references.rows, k + (within ? 1 : 0));
  const { indices, distances } = await nearestTo(atRightAngles(references, 1), atRightAngles(points, 0), wanted, hooks);
  const own = new Int32Array(points.rows).fill(-1);
  within?.forEach((row, reference) => {
    own[row] = reference;
  });
  return Float32Array.from({ length: points.rows }, (_, i) => {
    let [sum, taken] = [0, 0];
    for (let at = i * wanted; at < (i + 1) * wanted && taken < k; at += 1) {
      if (indices[at] === own[i]) continue;
      sum += distances[at] as number;
      taken += 1;
    }
    return taken > 0 ? sum / taken : 0;
  });
}

/** The last column moved to the first or the second of two. */
function atRightAngles({ rows, columns, data }: Matrix, place: 0 | 1): Matrix {
  const wide = new Float32Array(rows * (columns + 1));
  for (let i = 0; i < rows; i += 1) {
    wide.set(data.subarray(i * columns, (i + 1) * columns - 1), i * (columns + 1));
    wide[(i + 1) * (columns + 1) - 2 + place] = data[(i + 1) * columns - 1] as number;
  }
  return { rows, columns: columns + 1, data: wide };
}

/** Among images all beyond the study's own, the percentiles are all 1: what is left of the order comes from how far beyond. */
function beyond(sorted: Float32Array, value: number, below: boolean): number {
  const [first, last] = [sorted[0] as number, sorted.at(-1) as number];
  const middle = sorted[sorted.length >> 1] as number;
  if (value > last) return (value - last) / Math.max(1e-12, last - middle);
  return below && value < first ? (first - value) / Math.max(1e-12, middle - first) : 0;
}

/** How many times the way from the study's median to its last counts as half of infinitely far. */
const BEYOND_SCALE = 10;

export interface Inversion {
  /** Mean ELBO of the new images minus the study's, in nats, with its standard error. */
  difference: number;
  standardError: number;
}

const INVERSION_ERRORS = 2;

/**
 * Likelihood inversion (Nalisnick et al. 2019): new images whose mean ELBO lies above the study's own by more than two standard
 * errors. Then a high likelihood does not say that the images belong. null where there is none.
 */
export function likelihoodInversion(own: ArrayLike<number>, fresh: ArrayLike<number>): Inversion | null {
  const [a, b] = [meanAndError(own), meanAndError(fresh)];
  const difference = b.mean - a.mean;
  const standardError = Math.hypot(a.error, b.error);
  return difference > INVERSION_ERRORS * standardError ? { difference, standardError } : null;
}

function meanAndError(values: ArrayLike<number>): { mean: number; error: number } {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += values[i] as number;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i += 1) squares += ((values[i] as number) - mean) ** 2;
  return { mean, error: n > 1 ? Math.sqrt(squares / (n - 1) / n) : Number.POSITIVE_INFINITY };
}
