/** JHG: what does not belong in a folder that may hold it already. Formula and figures: docs/method/outliers.md. */

import type { GaussianControl } from '../../contract/report.ts';
import { hogFeatures } from '../features/hog.ts';
import type { Hooks } from '../hooks.ts';
import { meanDistanceWithin } from '../latent/reference-distance.ts';
import type { Matrix } from '../linear/matrix.ts';
import { fitPca, fitPixelPca, projectPca, projectPixelPca } from '../linear/pca.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { type PixelSet, takeImages } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { SondeError } from '../sonde-error.ts';
import { chiSquareQuantile } from '../statistics/distributions.ts';
import { descendingRanks, percentiles } from '../statistics/percentiles.ts';
import { fitMixture } from './mixture.ts';
import { smallest, trimmedGaussian } from './trimmed-gaussian.ts';

const HOG_COMPONENTS = 32;
const PIXEL_COMPONENTS = 32;
const SHAPE_COMPONENTS = 64;
const SHAPE_NEIGHBOURS = 20;
const KEPT_SHARE = 0.75;
const DENSITY_COMPONENTS = 5;
const DENSITY_REGULARISATION = 1e-2;
/** More kept images than this are stood for by this many, drawn evenly: the mean of 20 distances hardly moves, and time is saved. */
const MOST_REFERENCES = 20_000;
/** Components are fitted on at most so many images, drawn evenly: enough for 32 of them, in a fraction of the time of 70,000. */
const MOST_FITTED = 10_000;
const FEWEST_IMAGES = 50;
const CONTROL_QUANTILE = 0.999;

export interface OutlierScores {
  /** Mean of the three shares of images that are less strange, 0..1. */
  score: Float32Array;
  /** 1 is the strangest. */
  rank: Uint32Array;
  /** Robust Mahalanobis distance over latents, HOG and pixels. */
  j: Float32Array;
  /** Mean distance of the shape to its 20 nearest central images. */
  h: Float32Array;
  /** Negative log density of the latents in nats. */
  g: Float32Array;
  /** Which components make an image stand out, the strongest first. */
  reasons(index: number): { component: string; percentile: number }[];
  method: string;
  nullControl: GaussianControl;
}

export interface OutlierHooks extends Hooks {
  seed: number;
  /** Where it was computed already. */
  hog?: Matrix;
}

/** z: posterior means, n x latent. @throws SondeError too-few-images, cancelled */
export async function scoreInPlace(
  pixels: PixelSet,
  z: Matrix,
  { seed, hog: given, signal, onProgress }: OutlierHooks,
): Promise<OutlierScores> {
  const n = pixels.count;
  if (n < FEWEST_IMAGES) throw new SondeError('too-few-images', { count: n, minimum: FEWEST_IMAGES });
  const hooks = { signal };
  const step = (done: number) => onProgress?.(done, 6);
  const hog = given ?? (await hogFeatures(pixels, hooks));
  step(1);
  const some = n <= MOST_FITTED ? null : sampleRows(n, MOST_FITTED, new Random(seed));
  const shape = projectPca(await fitPca(some ? takeRows(hog, some) : hog, Math.min(HOG_COMPONENTS, hog.columns, n - 1), hooks), hog);
  const pixelPca = await fitPixelPca(some ? takeImages(pixels, some) : pixels, Math.min(PIXEL_COMPONENTS, n - 1), hooks);
  const picture = await projectPixelPca(pixelPca, pixels, hooks);
  step(2);
  const joint = beside([z, shape, picture].map(unitSpread));
  const { squares } = await trimmedGaussian(joint, hooks);
  step(3);
  const kept = smallest(squares, Math.ceil(KEPT_SHARE * n));
  const h = await shapeDistances(hog, kept, seed, hooks);
  step(5);
  const g = (await fitMixture(takeRows(z, kept), DENSITY_COMPONENTS, { seed, signal, regularisation: DENSITY_REGULARISATION }))
    .logDensity(z)
    .map((density) => -density);
  const j = Float32Array.from(squares, Math.sqrt);
  const shares = { J: percentiles(j), H: percentiles(h), G: percentiles(g) };
  const score = shares.J.map((share, i) => (share + (shares.H[i] as number) + (shares.G[i] as number)) / 3);
  step(6);
  return {
    score,
    rank: descendingRanks(score),
    j,
    h,
    g,
    reasons: (index) =>
      (['J', 'H', 'G'] as const)
        .map((component) => ({ component, percentile: 100 * (shares[component][index] as number) }))
        .sort((a, b) => b.percentile - a.percentile),
    method: 'JHG',
    nullControl: gaussianControl(squares, joint.columns),
  };
}

/** Every value divided by the standard deviation of all of them, so that no block outweighs another by its unit. */
function unitSpread({ rows, columns, data }: Matrix): Matrix {
  let sum = 0;
  let squares = 0;
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  const deviation = Math.sqrt(Math.max(0, squares / data.length - (sum / data.length) ** 2)) || 1;
  return { rows, columns, data: data.map((value) => value / deviation) };
}

function beside(parts: readonly Matrix[]): Matrix {
  const rows = parts[0]?.rows ?? 0;
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const data = new Float32Array(rows * columns);
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < rows; i += 1) data.set(part.data.subarray(i * part.columns, (i + 1) * part.columns), i * columns + at);
    at += part.columns;
  }
  return { rows, columns, data };
}

async function shapeDistances(hog: Matrix, kept: Uint32Array, seed: number, hooks: Hooks): Promise<Float32Array> {
  const components = Math.min(SHAPE_COMPONENTS, hog.columns, kept.length - 1);
  const references =
    kept.length <= MOST_REFERENCES ? kept : sampleRows(kept.length, MOST_REFERENCES, new Random(seed)).map((row) => kept[row] as number);
  const pca = await fitPca(takeRows(hog, references), components, hooks);
  return meanDistanceWithin(projectPca(pca, hog), references, SHAPE_NEIGHBOURS, hooks);
}

/** How many distances lie beyond a quantile of a Gaussian cloud whose median distance is theirs. */
function gaussianControl(squares: Float64Array, columns: number): GaussianControl {
  const sorted = Float64Array.from(squares).sort();
  const scale = (sorted[sorted.length >> 1] as number) / chiSquareQuantile(0.5, columns);
  const limit = scale * chiSquareQuantile(CONTROL_QUANTILE, columns);
  const beyond = squares.reduce((sum, value) => sum + (value > limit ? 1 : 0), 0);
  return { quantile: CONTROL_QUANTILE, images: squares.length, beyond, expected: (1 - CONTROL_QUANTILE) * squares.length };
}
