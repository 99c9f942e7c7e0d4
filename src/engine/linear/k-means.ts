import { breathe, type Hooks } from '../hooks.ts';
import type { Random } from '../random.ts';
import type { Matrix } from './matrix.ts';
import { sampleRows, takeRows } from './rows.ts';

export interface Clustering {
  /** k x columns. */
  centres: Matrix;
  /** Cluster of each point. */
  assignment: Uint32Array;
  /** Squared distance to the own centre. */
  own: Float32Array;
}

/** Points that the centres are first learnt on; all points are seen in the last rounds. */
const SUBSAMPLE = 8_000;
const ROUNDS = 25;
const FINAL_ROUNDS = 3;
const BLOCK = 2_000;

/**
 * Lloyd's algorithm (1982) from a k-means++ start (Arthur and Vassilvitskii 2007). Above 8,000 points the start and the first 25 rounds
 * use a random part of them, and three more rounds use all. A cluster that loses every point keeps its centre.
 * @param k fewer where there are fewer points
 */
export async function kMeans(points: Matrix, k: number, random: Random, { signal }: Hooks = {}): Promise<Clustering> {
  const part = points.rows > SUBSAMPLE ? takeRows(points, sampleRows(points.rows, SUBSAMPLE, random)) : points;
  const centres = plusPlus(part, Math.min(k, part.rows), random);
  let previous = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await assign(part, centres, signal);
    moveCentres(part, centres, found.assignment);
    const cost = found.own.reduce((sum, d) => sum + d, 0);
    if (cost > previous * (1 - 1e-4)) break;
    previous = cost;
  }
  if (part !== points)
    for (let round = 0; round < FINAL_ROUNDS; round += 1) moveCentres(points, centres, (await assign(points, centres, signal)).assignment);
  return { centres, ...(await assign(points, centres, signal)) };
}

function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, columns: number): number {
  let sum = 0;
  for (let c = 0; c < columns; c += 1) {
    const difference = (a[i * columns + c] as number) - (b[j * columns + c] as number);
    sum += difference * difference;
  }
  return sum;
}

function plusPlus(points: Matrix, k: number, random: Random): Matrix {
  const { rows, columns, data } = points;
  const centres: Matrix = { rows: k, columns, data: new Float32Array(k * columns) };
  const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  let chosen = random.integer(rows);
  for (let centre = 0; centre < k; centre += 1) {
    centres.data.set(data.subarray(chosen * columns, (chosen + 1) * columns), centre * columns);
    let total = 0;
    for (let i = 0; i < rows; i += 1) {
      nearest[i] = Math.min(nearest[i] as number, squaredDistance(data, i, centres.data, centre, columns));
      total += nearest[i] as number;
    }
    let left = random.uniform() * total;
    chosen = 0;
    while (chosen < rows - 1 && left >= (nearest[chosen] as number)) {
      left -= nearest[chosen] as number;
      chosen += 1;
    }
  }
  return centres;
}

async function assign(points: Matrix, centres: Matrix, signal?: AbortSignal): Promise<Omit<Clustering, 'centres'>> {
  const { rows, columns } = points;
  const assignment = new Uint32Array(rows);
  const own = new Float32Array(rows);
  for (let i = 0; i < rows; i += 1) {
    if (i % BLOCK === BLOCK - 1) await breathe(signal);
    let best = Number.POSITIVE_INFINITY;
    for (let centre = 0; centre < centres.rows; centre += 1) {
      const distance = squaredDistance(points.data, i, centres.data, centre, columns);
      if (distance < best) {
        best = distance;
        assignment[i] = centre;
      }
    }
    own[i] = best;
  }
  return { assignment, own };
}

function moveCentres(points: Matrix, centres: Matrix, assignment: Uint32Array): void {
  const { rows, columns, data } = points;
  const sums = new Float64Array(centres.rows * columns);
  const counts = new Float64Array(centres.rows);
  for (let i = 0; i < rows; i += 1) {
    const cluster = assignment[i] as number;
    counts[cluster] = (counts[cluster] as number) + 1;
    for (let c = 0; c < columns; c += 1)
      sums[cluster * columns + c] = (sums[cluster * columns + c] as number) + (data[i * columns + c] as number);
  }
  for (let cluster = 0; cluster < centres.rows; cluster += 1) {
    if (counts[cluster] === 0) continue;
    for (let c = 0; c < columns; c += 1)
      centres.data[cluster * columns + c] = (sums[cluster * columns + c] as number) / (counts[cluster] as number);
  }
}
