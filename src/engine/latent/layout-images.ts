/** UMAP of a study's images, copies of one picture as one point. */
import { type Space, unitRows } from '../features/space.ts';
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { takeRows, unrepeatedRows } from '../linear/rows.ts';
import { exactNeighbours, type Neighbours } from './neighbours.ts';
import { layoutUmap } from './umap.ts';

const NEIGHBOURS = 15;
/** Between a picture and its first copy, in the layout's units, in which UMAP keeps points some .1 apart. */
const COPY_STEP = 0.02;
/** Turn from one copy to the next (Vogel 1979): any number of them fill a disc evenly. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/** The nearest of every image that repeats no other. */
export interface ImageNeighbours extends Neighbours {
  /** Ascending images that the rows, and what they name, stand for. */
  rows: Uint32Array;
  /** Theirs, to be compared by Euclidean distance. */
  points: Matrix;
}

interface LayoutHooks extends Hooks {
  seed: number;
  /** Between the neighbours and the descent. */
  onNeighbours?: ((neighbours: ImageNeighbours) => void) | undefined;
  /** The positions of all images as they are, at most ten times a second. */
  onLayout?: ((positions: Float32Array) => void) | undefined;
}

/**
 * Copies are not each other's neighbours: a picture that is there k + 1 times would have no other neighbour than itself, and be torn off
 * as an island; islands leave little room for the rest. So the layout is of the first of each, and its copies lie around it on a disc
 * whose area grows with their number.
 * @param duplicateOf -1, or the first image of the set that the image repeats
 * @returns x0, y0, x1, y1 ... of all images
 */
export async function layoutImages(
  { points, metric }: Space,
  duplicateOf: Int32Array,
  { seed, signal, onProgress, onNeighbours, onLayout }: LayoutHooks,
): Promise<Float32Array> {
  const rows = unrepeatedRows(duplicateOf);
  const first = takeRows(points, rows);
  const distinct = metric === 'cosine' ? unitRows(first) : first;
  const spread = (positions: Float32Array) => withCopies(positions, rows, duplicateOf);
  // One picture has no neighbours, and two have no shape.
  if (rows.length < 3) return spread(Float32Array.from({ length: 2 * rows.length }, (_, i) => (i % 2 === 0 ? i / 2 : 0)));
  const neighbours = await exactNeighbours(distinct, Math.min(NEIGHBOURS, rows.length - 1), { signal, onProgress });
  onNeighbours?.({ ...neighbours, rows, points: distinct });
  const { positions } = await layoutUmap(distinct, neighbours, {
    seed,
    signal,
    onProgress,
    onLayout: onLayout && ((now) => onLayout(spread(now))),
  });
  return spread(positions);
}

function withCopies(positions: Float32Array, rows: Uint32Array, duplicateOf: Int32Array): Float32Array {
  const all = new Float32Array(2 * duplicateOf.length);
  rows.forEach((row, i) => {
    all.set(positions.subarray(2 * i, 2 * i + 2), 2 * row);
  });
  const copies = new Map<number, number>();
  duplicateOf.forEach((of, row) => {
    if (of < 0) return;
    const number = (copies.get(of) ?? 0) + 1;
    copies.set(of, number);
    const [radius, angle] = [COPY_STEP * Math.sqrt(number), number * GOLDEN_ANGLE];
    all[2 * row] = (all[2 * of] as number) + radius * Math.cos(angle);
    all[2 * row + 1] = (all[2 * of + 1] as number) + radius * Math.sin(angle);
  });
  return all;
}
