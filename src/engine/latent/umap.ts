/** UMAP to two dimensions (McInnes, Healy and Melville 2018): the layout of a study, and where new images fall in it. */

import { SondeError } from '../../errors/sonde-error.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { Pace } from '../linear/pace.ts';
import { fitPca, projectPca } from '../linear/pca.ts';
import { Random } from '../random.ts';
import { fuzzyGraph, memberships } from './fuzzy-graph.ts';
import { type Neighbours, nearestTo } from './neighbours.ts';
import { fitCurve, type UmapCurve } from './umap-curve.ts';
import { descend } from './umap-descent.ts';

export interface UmapLayout {
  /** x0, y0, x1, y1 ... */
  positions: Float32Array;
  curve: UmapCurve;
  /** Neighbours a point. */
  k: number;
  epochs: number;
}

interface LayoutHooks extends Hooks {
  seed: number;
  /** Called at most ten times a second with the positions as they are: copy what should stay. */
  onLayout?: ((positions: Float32Array) => void) | undefined;
}

const MINIMUM_DISTANCE = 0.1;
const SPREAD = 1;
const MANY_POINTS = 10_000;
/** Half the width of the first layout; what the descent's moves of at most 4 are made for. */
const START_RADIUS = 10;
const BETWEEN_LAYOUTS_MS = 100;

/**
 * Starts from the two principal components; the same seed gives the same layout, to the bit.
 * @param neighbours of `points`, 15 in a study
 */
export async function layoutUmap(points: Matrix, neighbours: Neighbours, hooks: LayoutHooks): Promise<UmapLayout> {
  if (neighbours.indices.length !== points.rows * neighbours.k)
    throw new SondeError(
      'size-mismatch',
      { expected: points.rows * neighbours.k, actual: neighbours.indices.length },
      'the neighbours are of other points',
    );
  const random = new Random(hooks.seed);
  const positions = await start(points, random, hooks.signal);
  const graph = await fuzzyGraph(neighbours, hooks.signal);
  const curve = fitCurve(MINIMUM_DISTANCE, SPREAD);
  const epochs = points.rows > MANY_POINTS ? 200 : 500;
  let shown = 0;
  const pace = new Pace(hooks, epochs * points.rows);
  await descend({ graph, heads: positions, tails: positions, curve, epochs, learningRate: 1, random }, async (done) => {
    if (hooks.onLayout && performance.now() - shown > BETWEEN_LAYOUTS_MS) {
      hooks.onLayout(positions);
      shown = performance.now();
    }
    await pace.at(done);
  });
  hooks.onLayout?.(positions);
  return { positions, curve, k: neighbours.k, epochs };
}

/**
 * Where new points fall in a layout that stays as it is: each starts at the weighted mean of its nearest points' positions and
 * descends against them.
 * @returns x0, y0, x1, y1 ... of the queries
 */
export async function transformUmap(
  layout: UmapLayout,
  points: Matrix,
  queries: Matrix,
  hooks: Hooks & { seed: number },
): Promise<Float32Array> {
  const { k, positions } = layout;
  const neighbours = await nearestTo(points, queries, k, hooks);
  const weights = await memberships(neighbours, hooks.signal);
  const heads = new Float32Array(queries.rows * 2);
  for (let i = 0; i < queries.rows; i += 1) {
    let [x, y, total] = [0, 0, 0];
    for (let at = i * k; at < (i + 1) * k; at += 1) {
      const weight = weights[at] as number;
      const tail = neighbours.indices[at] as number;
      x += weight * (positions[2 * tail] as number);
      y += weight * (positions[2 * tail + 1] as number);
      total += weight;
    }
    heads[2 * i] = x / total;
    heads[2 * i + 1] = y / total;
  }
  const offsets = Uint32Array.from({ length: queries.rows + 1 }, (_, i) => i * k);
  const graph = { offsets, tails: neighbours.indices, weights };
  const epochs = Math.floor(layout.epochs / 3);
  const pace = new Pace({ signal: hooks.signal }, epochs * queries.rows);
  const descent = { graph, heads, tails: positions, curve: layout.curve, epochs, learningRate: 0.25, random: new Random(hooks.seed) };
  await descend(descent, (done) => pace.at(done));
  return heads;
}

async function start(points: Matrix, random: Random, signal: AbortSignal | undefined): Promise<Float32Array> {
  const projected = projectPca(await fitPca(points, Math.min(2, points.columns), { signal }), points);
  await breathe(signal);
  const positions = new Float32Array(points.rows * 2);
  const largest = projected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  for (let i = 0; i < points.rows; i += 1) {
    for (let axis = 0; axis < 2; axis += 1) {
      const value = axis < projected.columns ? (projected.data[i * projected.columns + axis] as number) : 0;
      // The noise parts duplicates, which no gradient would.
      positions[2 * i + axis] = (START_RADIUS * value) / largest + 1e-4 * random.normal();
    }
  }
  return positions;
}
