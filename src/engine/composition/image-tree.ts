/** The tree of a folder's images in one space, with its refits: what the composition and the small groups are read from. */
import { breathe, type Hooks } from '../hooks.ts';
import { exactNeighbours, nearestTo } from '../latent/neighbours.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows, unrepeatedRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { type Branch, kindsTree } from './kinds-tree.ts';
import { type Graph, sharedNeighbourGraph } from './neighbour-graph.ts';
import { type Refit, refitTree } from './refits.ts';

/** Different pictures that a tree is made of; the others go where most of their nearest among these are. */
const MOST_IN_TREE = 8_000;
const NEIGHBOURS = 15;
/** Nearest images that are known of each, so that a refit on two thirds of them still finds 15. */
const KNOWN = 40;
/** A branch has at least so many images. */
const SMALLEST_COUNT = 8;

export interface ImageTree {
  /** Of all images. */
  points: Matrix;
  /** Ascending numbers of the images that are its nodes. */
  images: Uint32Array;
  /** Their points. */
  nodes: Matrix;
  graph: Graph;
  tree: Branch;
  refits: Refit[];
}

/**
 * Grows the tree of different pictures, 8,000 at most, and its refits. The same points and seed give the same tree.
 * @param points to be compared by Euclidean distance
 * @param duplicateOf of each image -1, or the first image of the set that it repeats
 * @param smallest share of the images that a branch has at least
 * @throws SondeError cancelled
 */
export async function growTree(
  points: Matrix,
  duplicateOf: Int32Array,
  { smallest, seed }: { smallest: number; seed: number },
  { signal }: Hooks = {},
): Promise<ImageTree> {
  const random = new Random(seed);
  const distinct = unrepeatedRows(duplicateOf);
  const images = sampleRows(distinct.length, MOST_IN_TREE, random).map((i) => distinct[i] as number);
  const nodes = takeRows(points, images);
  const neighbours = await exactNeighbours(nodes, Math.min(KNOWN, nodes.rows - 1), { signal });
  const least = Math.max(SMALLEST_COUNT, Math.round(smallest * nodes.rows));
  const everything = Uint32Array.from({ length: nodes.rows }, (_, i) => i);
  const graph = sharedNeighbourGraph(neighbours, everything, NEIGHBOURS);
  const tree = kindsTree(graph, nodes, least, random);
  await breathe(signal);
  const refits = await refitTree(tree, { neighbours, points: nodes, k: NEIGHBOURS, smallest: least }, random, { signal });
  return { points, images, nodes, graph, tree, refits };
}

/**
 * A number for every image from those of a tree's nodes: of a copy that of its first, of images that are not in the tree that of most of
 * their 15 nearest which are. @throws SondeError cancelled
 */
export async function spreadToAll(
  { points, images, nodes }: ImageTree,
  ofNode: Int32Array,
  duplicateOf: Int32Array,
  { signal }: Hooks = {},
): Promise<Int32Array> {
  const all = new Int32Array(points.rows).fill(-1);
  images.forEach((image, node) => {
    all[image] = ofNode[node] as number;
  });
  const inTree = new Uint8Array(points.rows);
  for (const image of images) inTree[image] = 1;
  const others = Uint32Array.from(all.keys()).filter((image) => !inTree[image] && (duplicateOf[image] as number) < 0);
  if (others.length > 0) {
    const { indices, k } = await nearestTo(nodes, takeRows(points, others), NEIGHBOURS, { signal });
    others.forEach((image, i) => {
      all[image] = mostOf(Array.from(indices.subarray(i * k, (i + 1) * k), (node) => ofNode[node] as number));
    });
  }
  for (const [image, first] of duplicateOf.entries()) if (first >= 0) all[image] = all[first] as number;
  return all;
}

/** The most frequent value; of several the one that comes first. */
function mostOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = values[0] as number;
  for (const [value, count] of counts) if (count > (counts.get(best) as number)) best = value;
  return best;
}
