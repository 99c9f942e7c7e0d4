/** Distances to the nearest of some images that stand for all. */
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { takeRows } from '../linear/rows.ts';
import { nearestTo } from './neighbours.ts';

/**
 * The mean distance of every point to its `neighbours` nearest references.
 * @param points in the same columns as the references, none of them a reference
 * @throws SondeError cancelled
 */
export async function meanReferenceDistance(references: Matrix, points: Matrix, neighbours: number, hooks: Hooks): Promise<Float32Array> {
  const k = Math.min(neighbours, references.rows);
  const { distances } = await nearestTo(references, points, k, hooks);
  return Float32Array.from({ length: points.rows }, (_, i) => mean(distances, i * k, k));
}

/** The same where the references are rows of the points themselves: a reference is not its own neighbour. */
export async function meanDistanceWithin(points: Matrix, references: Uint32Array, neighbours: number, hooks: Hooks): Promise<Float32Array> {
  const { k, first, distances } = await withoutSelf(points, references, neighbours, hooks);
  return Float32Array.from({ length: points.rows }, (_, i) => {
    const count = Math.min(neighbours, k - (first[i] as number));
    return count > 0 ? mean(distances, i * k + (first[i] as number), count) : 0;
  });
}

/** One neighbour more than asked for: a reference finds itself first, at distance 0, and its own begin behind that. */
async function withoutSelf(points: Matrix, references: Uint32Array, neighbours: number, hooks: Hooks) {
  const first = new Uint8Array(points.rows);
  for (const row of references) first[row] = 1;
  const k = Math.min(neighbours + 1, references.length);
  const { distances } = await nearestTo(takeRows(points, references), points, k, hooks);
  return { k, first, distances };
}

function mean(values: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i += 1) sum += values[i] as number;
  return sum / count;
}
