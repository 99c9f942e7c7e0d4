/** How strange new images are to a trained study. Formula and figures: docs/method/outliers.md. */
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { fitPca, type Pca, projectPca } from '../linear/pca.ts';
import { fitGaussian, type Gaussian, mahalanobis } from './gaussian.ts';
import type { Mixture } from './mixture.ts';
import { percentileAmong } from './ranking.ts';

const SHAPE_COMPONENTS = 32;
const RIDGE = 0.01;

/** What is known of images before they are scored; rows in the same order. */
export interface Described {
  /** Mean squared error a pixel, n. */
  reconstructionError: Float32Array;
  /** Posterior means. */
  z: Matrix;
  hog: Matrix;
}

export interface NewDataScores {
  /** Mean of the three percentiles, 0..1; higher is stranger. */
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
  shape: Gaussian;
  mixture: Mixture;
  reconstruction: Float32Array;
  latent: Float32Array;
  shapeDistance: Float32Array;
  score: Float32Array;
}

/** Fits on the study's own images. @throws SondeError cancelled */
export async function fitNewDataScorer(own: Described, mixture: Mixture, { signal }: Hooks = {}): Promise<NewDataScorer> {
  const components = Math.min(SHAPE_COMPONENTS, own.hog.columns, own.hog.rows - 1);
  const pca = await fitPca(own.hog, components, { signal });
  const projected = projectPca(pca, own.hog);
  const shape = await fitGaussian(projected, null, (variance) => RIDGE * variance, { signal });
  const figures = await figuresOf({ pca, shape, mixture }, own, projected, { signal });
  const scorer: NewDataScorer = {
    pca,
    shape,
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
  const figures = await figuresOf(scorer, images, projectPca(scorer.pca, images.hog), hooks);
  const combined = combine(scorer, figures);
  return { ...combined, percentile: combined.score.map((score) => percentileAmong(scorer.score, score)) };
}

interface Figures {
  reconstruction: Float32Array;
  latent: Float32Array;
  shapeDistance: Float32Array;
}

async function figuresOf(
  { shape, mixture }: Pick<NewDataScorer, 'pca' | 'shape' | 'mixture'>,
  images: Described,
  projected: Matrix,
  hooks: Hooks,
): Promise<Figures> {
  return {
    reconstruction: images.reconstructionError,
    latent: mixture.logDensity(images.z).map((density) => -density),
    shapeDistance: Float32Array.from(await mahalanobis(shape, projected, hooks), Math.sqrt),
  };
}

function combine(scorer: NewDataScorer, figures: Figures): Omit<NewDataScores, 'percentile'> {
  const reconstruction = figures.reconstruction.map((value) => percentileAmong(scorer.reconstruction, value));
  const latent = figures.latent.map((value) => percentileAmong(scorer.latent, value));
  const shape = figures.shapeDistance.map((value) => percentileAmong(scorer.shapeDistance, value));
  // Among images all beyond the study's own, the percentiles are all 1: what is left of the order comes from how far beyond.
  const beyond = (sorted: Float32Array, value: number): number => {
    const last = sorted.at(-1) as number;
    const middle = sorted[sorted.length >> 1] as number;
    return value > last ? (value - last) / Math.max(1e-12, last - middle) : 0;
  };
  const score = reconstruction.map((share, i) => {
    const far =
      beyond(scorer.reconstruction, figures.reconstruction[i] as number) +
      beyond(scorer.latent, figures.latent[i] as number) +
      beyond(scorer.shapeDistance, figures.shapeDistance[i] as number);
    // Half of the smallest step that a percentile takes: it orders images of the same percentiles, and passes no other.
    const tie = (0.5 / scorer.reconstruction.length) * Math.min(1, far / BEYOND_SCALE);
    return (share + (latent[i] as number) + (shape[i] as number) + tie) / (3 + 0.5 / scorer.reconstruction.length);
  });
  return { score, reconstruction, latent, shape };
}

const BEYOND_SCALE = 1000;

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
