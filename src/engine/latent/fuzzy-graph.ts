/** UMAP's fuzzy neighbour graph (McInnes, Healy and Melville 2018, algorithms 2 and 3). */

import { Pace } from '../linear/pace.ts';
import type { Neighbours } from './neighbours.ts';

/** Both directions of every edge, sorted by head. */
export interface FuzzyGraph {
  /** rows + 1 */
  offsets: Uint32Array;
  tails: Uint32Array;
  /** 0..1, the same both ways. */
  weights: Float32Array;
}

const ROWS_A_BREATH = 2048;

/**
 * Membership strengths exp(-(d - rho) / sigma): rho is the distance to the nearest point that is not a duplicate, sigma makes each row sum to
 * log2(k + 1) (the paper counts the point as its own first neighbour).
 * @returns rows x k
 */
export async function memberships({ k, distances }: Neighbours, signal?: AbortSignal): Promise<Float32Array> {
  const rows = distances.length / k;
  const result = new Float32Array(distances.length);
  const target = Math.log2(k + 1);
  const pace = new Pace({ signal }, rows);
  const meanOfAll = distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length);
  for (let i = 0; i < rows; i += 1) {
    const row = distances.subarray(i * k, (i + 1) * k);
    const rho = row.find((distance) => distance > 0) ?? 0;
    const sigma = scaleOf(row, rho, target, meanOfAll);
    for (let j = 0; j < k; j += 1) {
      const beyond = (row[j] as number) - rho;
      result[i * k + j] = beyond <= 0 ? 1 : Math.exp(-beyond / sigma);
    }
    if (i % ROWS_A_BREATH === 0) await pace.at(i);
  }
  return result;
}

function scaleOf(row: Float32Array, rho: number, target: number, meanOfAll: number): number {
  let [low, high, sigma] = [0, Number.POSITIVE_INFINITY, 1];
  for (let step = 0; step < 64; step += 1) {
    let sum = 0;
    for (let j = 0; j < row.length; j += 1) {
      const beyond = (row[j] as number) - rho;
      sum += beyond > 0 ? Math.exp(-beyond / sigma) : 1;
    }
    if (Math.abs(sum - target) < 1e-5) break;
    if (sum > target) [high, sigma] = [sigma, (low + sigma) / 2];
    else [low, sigma] = [sigma, high === Number.POSITIVE_INFINITY ? sigma * 2 : (sigma + high) / 2];
  }
  const mean = row.reduce((sum, distance) => sum + distance, 0) / row.length;
  return Math.max(sigma, 1e-3 * (rho > 0 ? mean : meanOfAll), Number.MIN_VALUE);
}

/** The union a + b - ab of the two directions' memberships. */
export async function fuzzyGraph(neighbours: Neighbours, signal?: AbortSignal): Promise<FuzzyGraph> {
  const { k, indices } = neighbours;
  const rows = indices.length / k;
  const strength = await memberships(neighbours, signal);
  const pace = new Pace({ signal }, 2 * rows);
  const back = (i: number, j: number): number => {
    for (let at = j * k; at < (j + 1) * k; at += 1) if (indices[at] === i) return strength[at] as number;
    return -1;
  };
  const reverse = new Float32Array(indices.length);
  const offsets = new Uint32Array(rows + 1);
  for (let i = 0; i < rows; i += 1) {
    for (let at = i * k; at < (i + 1) * k; at += 1) {
      const j = indices[at] as number;
      const other = back(i, j);
      reverse[at] = other;
      offsets[i + 1] = (offsets[i + 1] as number) + 1;
      if (other < 0) offsets[j + 1] = (offsets[j + 1] as number) + 1;
    }
    if (i % ROWS_A_BREATH === 0) await pace.at(i);
  }
  for (let i = 0; i < rows; i += 1) offsets[i + 1] = (offsets[i + 1] as number) + (offsets[i] as number);
  const tails = new Uint32Array(offsets[rows] as number);
  const weights = new Float32Array(tails.length);
  const next = offsets.slice(0, rows);
  const put = (head: number, tail: number, weight: number) => {
    const at = next[head] as number;
    tails[at] = tail;
    weights[at] = weight;
    next[head] = at + 1;
  };
  for (let i = 0; i < rows; i += 1) {
    for (let at = i * k; at < (i + 1) * k; at += 1) {
      const j = indices[at] as number;
      const a = strength[at] as number;
      const b = reverse[at] as number;
      put(i, j, b < 0 ? a : a + b - a * b);
      if (b < 0) put(j, i, a);
    }
    if (i % ROWS_A_BREATH === 0) await pace.at(rows + i);
  }
  return { offsets, tails, weights };
}
