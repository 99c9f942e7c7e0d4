import { trimmedGaussian } from '../density/trimmed-gaussian.ts';
import type { Hooks } from '../hooks.ts';
import { distanceWithin } from '../latent/reference-distance.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { quantile } from '../statistics/histogram.ts';
import { ranks } from '../statistics/ranks.ts';
import type { Space } from './group-spaces.ts';

/** Distances are taken to this many images at most, so that a group's share, not its count, decides what is near. */
const REFERENCES = 2_400;
/** Farther than a group of up to about 3 % reaches, so that its members do not hide behind each other. */
const NEIGHBOUR = 1 / 30;

/**
 * How much each image belongs to something rare, 0 (common) to 1 (rare): the rank of the greater of two scores, each the logarithm of a
 * distance in units of its own upper spread (from the median to the 84th percentile).
 * Shape: the distance to the 80th nearest of 2,400 images in the PCA of HOG. Attributes: the robust Mahalanobis distance of the
 * logarithms; dark images look common in every learned space and are seen here alone.
 */
export async function rarity(spaces: Space[], seed: number, hooks: Hooks = {}): Promise<Float32Array> {
  const find = (name: Space['name']) => spaces.find((space) => space.name === name)?.points;
  const shape = find('hog');
  const attributes = find('attributes');
  const scores: Float64Array[] = [];
  if (shape) scores.push(upperScale(await neighbourDistance(shape, seed, hooks)));
  if (attributes) scores.push(upperScale((await trimmedGaussian(attributes, { signal: hooks.signal })).squares.map(Math.sqrt)));
  const n = spaces[0]?.points.rows ?? 0;
  const joined = Float64Array.from({ length: n }, (_, i) => Math.max(...scores.map((score) => score[i] as number)));
  return Float32Array.from(ranks(joined), (rank) => (rank - 1) / Math.max(1, n - 1));
}

/** (log value - median) / (84th percentile - median) of the logarithms: 1 where a Gaussian has its standard deviation. */
function upperScale(distances: ArrayLike<number>): Float64Array {
  const logs = Float64Array.from(distances, (value) => Math.log(value + 1e-9));
  const sorted = Float64Array.from(logs).sort();
  const median = quantile(sorted, 0.5);
  const spread = quantile(sorted, 0.8413) - median;
  return logs.map((value) => (spread > 0 ? (value - median) / spread : 0));
}

/** Each image's distance to the k-th nearest of up to 2,400 randomly chosen images, k in proportion; itself never counted. */
function neighbourDistance(points: Matrix, seed: number, hooks: Hooks): Promise<Float32Array> {
  const references = sampleRows(points.rows, REFERENCES, new Random(seed));
  const k = Math.min(references.length - 1, Math.max(5, Math.round(NEIGHBOUR * references.length)));
  return distanceWithin(points, references, k, hooks);
}
