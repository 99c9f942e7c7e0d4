/** How strange new images are to a trained study. Formula and figures: docs/method/outliers.md. */
import type { Hooks } from '../hooks.ts';
import { meanDistanceWithin, meanReferenceDistance } from '../latent/reference-distance.ts';
import type { Matrix } from '../linear/matrix.ts';
import { fitPca, type Pca, projectPca } from '../linear/pca.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { percentileAmong } from '../statistics/percentiles.ts';
import type { Mixture } from './mixture.ts';

const SHAPE_COMPONENTS = 64;
const SHAPE_NEIGHBOURS = 50;
const NEIGHBOUR_SHARE = 0.1;
/** So many of the study's images stand for all: they are kept with it, and every new image is compared with each. */
const MOST_REFERENCES = 4000;

/** What is known of images before they are scored; rows in the same order. */
export interface Described {
  /** Mean squared error a pixel, n. */
  reconstructionError: Float32Array;
  /** Posterior means. */
  z: Matrix;
  hog: Matrix;
}

export interface NewDataScores {
  /** Fisher's combination of the three percentiles over its largest value, 0..1; higher is stranger. */
  score: Float32Array;
  /** Share of the study's own images that are less strange, 0..1. */
  percentile: Float32Array;
  /** Percentiles among the study's own, 0..1. */
  reconstruction: Float32Array;
  latent: Float32Array;
  shape: Float32Array;
}

/** The study's own figures, ascending, and what new ones are computed with. */
export interface NewDataScorer {
  pca: Pca;
  /** Some of the study's images in the shape's principal components. */
  references: Matrix;
  mixture: Mixture;
  reconstruction: Float32Array;
  latent: Float32Array;
  shapeDistance: Float32Array;
  score: Float32Array;
}

/** Fits on the study's own images. @throws SondeError cancelled */
export async function fitNewDataScorer(own: Described, mixture: Mixture, { signal }: Hooks = {}): Promise<NewDataScorer> {
  const { rows, columns } = own.hog;
  const pca = await fitPca(own.hog, Math.min(SHAPE_COMPONENTS, columns, rows - 1), { signal });
  const projected = projectPca(pca, own.hog);
  const chosen = sampleRows(rows, MOST_REFERENCES, new Random(0));
  const figures: Figures = {
    reconstruction: own.reconstructionError,
    latent: negativeLogDensity(mixture, own.z),
    shapeDistance: await meanDistanceWithin(projected, chosen, shapeNeighbours(chosen.length), { signal }),
  };
  const scorer: NewDataScorer = {
    pca,
    references: takeRows(projected, chosen),
    mixture,
    reconstruction: figures.reconstruction.slice().sort(),
    latent: figures.latent.slice().sort(),
    shapeDistance: figures.shapeDistance.slice().sort(),
    score: new Float32Array(0),
  };
  return { ...scorer, score: combine(scorer, figures).score.sort() };
}

/** @throws SondeError cancelled */
export async function scoreNewData(scorer: NewDataScorer, images: Described, hooks: Hooks = {}): Promise<NewDataScores> {
  const figures: Figures = {
    reconstruction: images.reconstructionError,
    latent: negativeLogDensity(scorer.mixture, images.z),
    shapeDistance: await meanReferenceDistance(
      scorer.references,
      projectPca(scorer.pca, images.hog),
      shapeNeighbours(scorer.references.rows),
      hooks,
    ),
  };
  const combined = combine(scorer, figures);
  return { ...combined, percentile: combined.score.map((score) => percentileAmong(scorer.score, score)) };
}

interface Figures {
  reconstruction: Float32Array;
  latent: Float32Array;
  shapeDistance: Float32Array;
}

const negativeLogDensity = (mixture: Mixture, z: Matrix): Float32Array => mixture.logDensity(z).map((density) => -density);

/** A study of few images has no 50 near ones. */
const shapeNeighbours = (references: number): number => Math.max(1, Math.min(SHAPE_NEIGHBOURS, Math.floor(NEIGHBOUR_SHARE * references)));

/**
 * Fisher's combination (1925): the sum of -log p, p the share of the study's own that is at least as strange. One figure far out
 * outweighs two that are blind to what is strange, which a mean of the percentiles would let them dilute.
 */
function combine(scorer: NewDataScorer, figures: Figures): Omit<NewDataScores, 'percentile'> {
  const reconstruction = figures.reconstruction.map((value) => percentileAmong(scorer.reconstruction, value));
  const latent = figures.latent.map((value) => percentileAmong(scorer.latent, value));
  const shape = figures.shapeDistance.map((value) => percentileAmong(scorer.shapeDistance, value));
  const least = 0.5 / scorer.reconstruction.length;
  const surprise = (percentile: number): number => Math.log(Math.min(1, 1 - percentile + least)) / Math.log(least);
  const score = reconstruction.map((share, i) => {
    const far =
      beyond(scorer.reconstruction, figures.reconstruction[i] as number) +
      beyond(scorer.latent, figures.latent[i] as number) +
      beyond(scorer.shapeDistance, figures.shapeDistance[i] as number);
    const mean = (surprise(share) + surprise(latent[i] as number) + surprise(shape[i] as number)) / 3;
    // Orders what the percentiles cannot tell apart; so small that it is worth some places among the study's own images, not more.
    return (mean + (least * far) / (far + BEYOND_SCALE)) / (1 + least);
  });
  return { score, reconstruction, latent, shape };
}

/** Among images all beyond the study's own, the percentiles are all 1: what is left of the order comes from how far beyond. */
function beyond(sorted: Float32Array, value: number): number {
  const last = sorted.at(-1) as number;
  const middle = sorted[sorted.length >> 1] as number;
  return value > last ? (value - last) / Math.max(1e-12, last - middle) : 0;
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
