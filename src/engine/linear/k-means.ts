/** Lloyd's k-means from a k-means++ start; the distances of a block of points to every centre are one product. */
import { breathe, type Hooks } from '../hooks.ts';
import type { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';
import type { Matrix } from './matrix.ts';
import { sampleRows, takeRows } from './rows.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

export interface Clustering {
  /** k x columns. */
  centres: Matrix;
  /** Cluster of each point. */
  assignment: Uint32Array;
  /** Squared distance to the own centre. */
  own: Float32Array;
}

export interface KMeansOptions extends Hooks {
  /** Points that the centres are first learnt on; all points are seen in the last rounds. */
  subsample?: number;
  /** Rounds over those at most: it ends where a round gains less than one part in ten thousand. */
  rounds?: number;
}

const SUBSAMPLE = 8_000;
const ROUNDS = 25;
const FINAL_ROUNDS = 3;
const LEAST_GAIN = 1e-4;
/** Floats a block: 8 MB. */
const BLOCK_FLOATS = 2 ** 21;

/**
 * Lloyd's algorithm (1982) from a k-means++ start (Arthur and Vassilvitskii 2007). Above `subsample` points (8,000) the start and the
 * first rounds (25 at most) use a random part of them, and three more rounds use all. A cluster that loses every point keeps its centre.
 * The same points, k and random state give the same clusters.
 * @param k fewer where there are fewer points
 * @throws SondeError cancelled
 */
export async function kMeans(points: Matrix, k: number, random: Random, options: KMeansOptions = {}): Promise<Clustering> {
  const { subsample = SUBSAMPLE, rounds = ROUNDS, signal } = options;
  const part = points.rows > subsample ? takeRows(points, sampleRows(points.rows, subsample, random)) : points;
  const centres = plusPlus(part, Math.min(k, part.rows), random);
  let previous = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const found = await nearestCentres(part, centres, signal);
    moveCentres(part, centres, found.assignment);
    const cost = found.own.reduce((sum, d) => sum + d, 0);
    if (cost > previous * (1 - LEAST_GAIN)) break;
    previous = cost;
  }
  if (part !== points)
    for (let round = 0; round < FINAL_ROUNDS; round += 1)
      moveCentres(points, centres, (await nearestCentres(points, centres, signal)).assignment);
  return { centres, ...(await nearestCentres(points, centres, signal)) };
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

/**
 * The nearest centre of each point, by |c|^2 - 2 x c of both less the centres' mean: without it 32 bits lose the digits of points that lie
 * far from 0. The distance to that centre is then taken from the difference itself.
 */
export async function nearestCentres(points: Matrix, centres: Matrix, signal?: AbortSignal): Promise<Omit<Clustering, 'centres'>> {
  const { rows, columns, data } = points;
  const assignment = new Uint32Array(rows);
  const own = new Float32Array(rows);
  const [origin, turned, squares] = tf.tidy(() => {
    const all = tf.tensor2d(centres.data, [centres.rows, columns]);
    const mean = all.mean(0, true) as Tensor2D;
    const moved = all.sub(mean) as Tensor2D;
    return [mean, moved.transpose().mul(-2) as Tensor2D, moved.square().sum(1)] as const;
  });
  const block = Math.max(1, Math.floor(BLOCK_FLOATS / Math.max(columns, centres.rows)));
  try {
    for (let from = 0; from < rows; from += block) {
      const count = Math.min(block, rows - from);
      const nearest = tf.tidy(() => {
        const x = tf.tensor2d(data.subarray(from * columns, (from + count) * columns), [count, columns]).sub(origin) as Tensor2D;
        return tf.matMul(x, turned).add(squares).argMin(1).dataSync();
      });
      assignment.set(nearest, from);
      for (let i = from; i < from + count; i += 1) own[i] = squaredDistance(data, i, centres.data, assignment[i] as number, columns);
      await breathe(signal);
    }
  } finally {
    tf.dispose([origin, turned, squares]);
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
