/** Exact k nearest neighbours by brute force: blocks of matmul choose candidates, 64-bit distances decide. */
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { Pace } from '../linear/pace.ts';
import { SondeError } from '../sonde-error.ts';
import { tf } from '../tensorflow.ts';
import { NearestList } from './nearest-list.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;
type Tensor3D = import('@tensorflow/tfjs-node').Tensor3D;

/** Row i holds the k nearest of query i, ascending. */
export interface Neighbours {
  k: number;
  /** queries x k */
  indices: Uint32Array;
  /** queries x k, Euclidean */
  distances: Float32Array;
}

const QUERY_BLOCK = 512;
/** Points a tile: with 512 queries 16 MB of scores, which the allocator keeps instead of asking the system each time. */
const TILE = 8192;
const LARGEST_CHUNK = 16;
/** Chunks looked at beyond k: room for the rounding of 32-bit scores. */
const SPARE_CHUNKS = 4;
const DIRECT_WORK = 2e7;

/**
 * The k nearest other rows of each row; a row is never its own neighbour, but its duplicates are (at distance 0).
 * Equal distances are ordered by index.
 * @throws SondeError bad-request unless 1 <= k < rows
 */
export function exactNeighbours(points: Matrix, k: number, hooks: Hooks = {}): Promise<Neighbours> {
  if (!(k >= 1 && k < points.rows)) throw new SondeError('bad-request', { k, rows: points.rows }, 'k must lie in 1..rows-1');
  return search(points, points, k, true, hooks);
}

/**
 * The k nearest rows of `points` for each row of `queries`.
 * @throws SondeError bad-request unless 1 <= k <= points.rows and both have the same columns
 */
export function nearestTo(points: Matrix, queries: Matrix, k: number, hooks: Hooks = {}): Promise<Neighbours> {
  if (!(k >= 1 && k <= points.rows)) throw new SondeError('bad-request', { k, rows: points.rows }, 'k must lie in 1..rows');
  if (points.columns !== queries.columns)
    throw new SondeError('size-mismatch', { expected: points.columns, actual: queries.columns }, 'points and queries differ in columns');
  return search(points, queries, k, false, hooks);
}

async function search(points: Matrix, queries: Matrix, k: number, skipSelf: boolean, hooks: Hooks): Promise<Neighbours> {
  const direct = points.rows * queries.rows * points.columns <= DIRECT_WORK;
  const candidates = direct ? null : new CandidateChunks(points, k + (skipSelf ? 1 : 0) + SPARE_CHUNKS);
  const result: Neighbours = { k, indices: new Uint32Array(queries.rows * k), distances: new Float32Array(queries.rows * k) };
  const list = new NearestList(k);
  const pace = new Pace(hooks, queries.rows);
  const everything = Uint32Array.of(0);
  try {
    for (let from = 0; from < queries.rows; from += QUERY_BLOCK) {
      const block = Math.min(QUERY_BLOCK, queries.rows - from);
      const chunks = candidates ? await candidates.of(queries, from, block, () => pace.at(from)) : everything;
      const size = candidates ? candidates.chunk : points.rows;
      const perQuery = candidates ? candidates.kept : 1;
      for (let q = 0; q < block; q += 1) {
        const self = skipSelf ? from + q : -1;
        list.clear();
        for (let c = 0; c < perQuery; c += 1) {
          const first = (chunks[candidates ? q * perQuery + c : 0] as number) * size;
          offerRange(points, first, Math.min(first + size, points.rows), queries, from + q, self, list);
        }
        result.indices.set(list.indices, (from + q) * k);
        for (let i = 0; i < k; i += 1) result.distances[(from + q) * k + i] = Math.sqrt(list.distances[i] as number);
      }
      await pace.at(from + block);
    }
  } finally {
    candidates?.dispose();
  }
  return result;
}

function offerRange(points: Matrix, first: number, end: number, queries: Matrix, query: number, self: number, list: NearestList): void {
  const { columns, data } = points;
  const at = query * columns;
  const q = queries.data;
  for (let p = first; p < end; p += 1) {
    if (p === self) continue;
    const worst = list.worst;
    let distance = 0;
    for (let j = 0, i = p * columns; j < columns; j += 1, i += 1) {
      const difference = (data[i] as number) - (q[at + j] as number);
      distance += difference * difference;
    }
    if (distance <= worst) list.offer(p, distance);
  }
}

/**
 * The chunks of consecutive points among which a query's nearest must be. Scores x.p - |p|^2 / 2 order points as distances do;
 * the k best points lie in the k chunks with the best maxima, and a maximum is far cheaper than a top-k of everything.
 */
class CandidateChunks {
  readonly chunk: number;
  readonly kept: number;
  readonly #mean: Float64Array;
  readonly #tiles: Tensor2D[] = [];

  constructor(points: Matrix, wanted: number) {
    this.chunk = Math.max(1, Math.min(LARGEST_CHUNK, Math.floor(points.rows / (8 * wanted))));
    this.kept = Math.min(wanted, Math.ceil(points.rows / this.chunk));
    this.#mean = columnMeans(points);
    const tile = TILE - (TILE % this.chunk);
    for (let from = 0; from < points.rows; from += tile) this.#tiles.push(this.#tile(points, from, Math.min(tile, points.rows - from)));
  }

  /** (columns + 1) x (chunk * chunks), member r of chunk c in column r * chunks + c, so that the maximum runs over whole rows. */
  #tile(points: Matrix, from: number, count: number): Tensor2D {
    const { columns, data } = points;
    const { chunk } = this;
    const chunks = Math.ceil(count / chunk);
    const width = chunk * chunks;
    const values = new Float32Array((columns + 1) * width);
    values.fill(-1e30, columns * width);
    for (let i = 0; i < count; i += 1) {
      const column = (i % chunk) * chunks + Math.floor(i / chunk);
      let square = 0;
      for (let j = 0; j < columns; j += 1) {
        const value = (data[(from + i) * columns + j] as number) - (this.#mean[j] as number);
        values[j * width + column] = value;
        square += value * value;
      }
      values[columns * width + column] = -square / 2;
    }
    return tf.tensor2d(values, [columns + 1, width]);
  }

  /** block x kept: numbers of chunks. */
  async of(queries: Matrix, from: number, block: number, breathe: () => Promise<void>): Promise<Int32Array> {
    const { columns, data } = queries;
    const values = new Float32Array(block * (columns + 1));
    for (let i = 0; i < block; i += 1) {
      for (let j = 0; j < columns; j += 1)
        values[i * (columns + 1) + j] = (data[(from + i) * columns + j] as number) - (this.#mean[j] as number);
      values[i * (columns + 1) + columns] = 1;
    }
    const centred = tf.tensor2d(values, [block, columns + 1]);
    const maxima: Tensor2D[] = [];
    try {
      for (const tile of this.#tiles) {
        maxima.push(
          tf.tidy(() => {
            const scores = tf.matMul(centred, tile);
            if (this.chunk === 1) return scores as Tensor2D;
            return (scores.reshape([block, this.chunk, tile.shape[1] / this.chunk]) as Tensor3D).max(1) as Tensor2D;
          }),
        );
        await breathe();
      }
      return tf.tidy(() => tf.topk(tf.concat(maxima, 1), this.kept, false).indices.dataSync() as Int32Array);
    } finally {
      tf.dispose([centred, ...maxima]);
    }
  }

  dispose(): void {
    tf.dispose(this.#tiles);
  }
}

function columnMeans({ rows, columns, data }: Matrix): Float64Array {
  const mean = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1, at += 1) mean[j] = (mean[j] as number) + (data[at] as number);
  return mean.map((sum) => sum / rows);
}
