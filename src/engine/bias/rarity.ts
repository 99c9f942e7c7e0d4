import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../latent/matrix.ts';
import { nearestTo } from '../latent/neighbours.ts';
import { Random } from '../random.ts';
import type { Space } from './group-spaces.ts';
import { type Clustering, sampleRows, takeRows } from './k-means.ts';
import { ranks } from './ranks.ts';

/** Distances are taken to this many images at most, so that a group's share, not its count, decides what is near. */
const REFERENCES = 6_000;
const SHAPE_NEIGHBOUR = 50 / 6_000;
/** A group of up to 5 % cannot hide among its own kind where so few attributes describe an image. */
const ATTRIBUTE_NEIGHBOUR = 0.05;
/** How sharply the stronger of shape and attributes decides: 1 would add them, infinity would take the greater. */
const POWER = 4;

/**
 * How much each image belongs to something rare, 0 (common) to 1 (rare): its rank.
 * Shape: the surprise (-log of the share of images at least as far) of the distance to the 50th of 6,000 neighbours in HOG, added to
 * that of the smallness of its pixel cluster. Attributes: the surprise of the distance at which 5 % of the images lie nearer. The two
 * are joined by their 4-norm, so that an image rare in one of them is rare.
 */
export async function rarity(spaces: Space[], clusterings: Clustering[], seed: number, hooks: Hooks = {}): Promise<Float32Array> {
  const at = (name: Space['name']) => spaces.findIndex((space) => space.name === name);
  const hog = spaces[at('hog')] as Space;
  const n = hog.points.rows;
  const shape = surprise(await neighbourDistance(hog.points, SHAPE_NEIGHBOUR, seed, hooks));
  const small = surprise(smallness(clusterings[at('pixels')] as Clustering));
  const shapes = surprise(shape.map((value, i) => value + (small[i] as number)));
  const attributes =
    at('attributes') < 0
      ? null
      : surprise(await neighbourDistance((spaces[at('attributes')] as Space).points, ATTRIBUTE_NEIGHBOUR, seed, hooks));
  const joined = attributes ? shapes.map((value, i) => (value ** POWER + (attributes[i] as number) ** POWER) ** (1 / POWER)) : shapes;
  return Float32Array.from(ranks(joined), (rank) => (rank - 1) / Math.max(1, n - 1));
}

/** -log of the share of images with a value at least as high. */
export function surprise(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  return ranks(values).map((rank) => -Math.log((n + 1 - rank) / n));
}

/** -log share of the cluster that an image is in. */
export function smallness({ centres, assignment }: Clustering): Float64Array {
  const counts = new Float64Array(centres.rows);
  for (const cluster of assignment) counts[cluster] = (counts[cluster] as number) + 1;
  return Float64Array.from(assignment, (cluster) => -Math.log((counts[cluster] as number) / assignment.length));
}

/**
 * Each image's distance to its k-th nearest of up to 6,000 randomly chosen images, k = `share` of them; itself never counted.
 */
async function neighbourDistance(points: Matrix, share: number, seed: number, { signal }: Hooks): Promise<Float32Array> {
  const rows =
    points.rows > REFERENCES
      ? sampleRows(points.rows, REFERENCES, new Random(seed))
      : Uint32Array.from({ length: points.rows }, (_, i) => i);
  const k = Math.min(rows.length - 1, Math.max(5, Math.round(share * rows.length)));
  const isReference = new Uint8Array(points.rows);
  for (const row of rows) isReference[row] = 1;
  const found = await nearestTo(takeRows(points, rows), points, Math.min(rows.length, k + 1), { signal });
  await breathe(signal);
  // A reference finds itself first, at distance 0.
  return Float32Array.from({ length: points.rows }, (_, i) => found.distances[i * found.k + (isReference[i] ? k : k - 1)] as number);
}
