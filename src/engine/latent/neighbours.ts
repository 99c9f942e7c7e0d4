/** Exact k nearest neighbours by brute force: products of blocks in 32 bits choose candidates, 64-bit distances decide. */
import { SondeError } from '../../errors/sonde-error.ts';
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { Pace } from '../linear/pace.ts';
import { tf } from '../tensorflow.ts';
import { NearestList } from './nearest-list.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

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
/** Points and chunks looked at beyond k: room for the rounding of 32-bit scores. */
const SPARE = 32;
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
  const candidates = direct ? null : new Candidates(points, k + (skipSelf ? 1 : 0));
  const result: Neighbours = { k, indices: new Uint32Array(queries.rows * k), distances: new Float32Array(queries.rows * k) };
  const list = new NearestList(k);
  const pace = new Pace(hooks, queries.rows);
  const everything = Uint32Array.from({ length: direct ? points.rows : 0 }, (_, i) => i);
  try {
    for (let from = 0; from < queries.rows; from += QUERY_BLOCK) {
      const block = Math.min(QUERY_BLOCK, queries.rows - from);
      await candidates?.scoreBlock(queries, from, block, () => pace.at(from));
      for (let q = 0; q < block; q += 1) {
        list.clear();
        offer(points, candidates ? candidates.of(q) : everything, queries, from + q, skipSelf ? from + q : -1, list);
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

function offer(points: Matrix, candidates: Uint32Array, queries: Matrix, query: number, self: number, list: NearestList): void {
  const { columns, data } = points;
  const at = query * columns;
  const q = queries.data;
  for (const p of candidates) {
    if (p === self) continue;
    let distance = 0;
    for (let j = 0, i = p * columns; j < columns; j += 1, i += 1) {
      const difference = (data[i] as number) - (q[at + j] as number);
      distance += difference * difference;
    }
    list.offer(p, distance);
  }
}

/**
 * The points among which a query's nearest must be. Scores x.p - |p|^2 / 2 order points as distances do. Chunks of points stand for
 * their best: the k best points lie in the k chunks with the best maxima, and a maximum is far cheaper than a top-k of everything. Of
 * those chunks the scores of all points come out of the graph, and the best of these are the candidates.
 */
class Candidates {
  readonly #chunk: number;
  readonly #wanted: number;
  readonly #columns: number;
  readonly #mean: Float64Array;
  readonly #tiles: { from: number; count: number; kept: number; values: Tensor2D }[] = [];
  readonly #best: NearestList;
  /** Of each tile, of each query: numbers of its chunks, kept of them, and their points' scores, kept x chunk. */
  #scored: { chunks: Int32Array; scores: Float32Array }[] = [];

  constructor(points: Matrix, wanted: number) {
    this.#wanted = wanted + SPARE_CHUNKS;
    this.#chunk = Math.max(1, Math.min(LARGEST_CHUNK, Math.floor(points.rows / (8 * this.#wanted))));
    this.#columns = points.columns;
    this.#mean = columnMeans(points);
    this.#best = new NearestList(Math.min(wanted + SPARE, points.rows));
    const tile = TILE - (TILE % this.#chunk);
    for (let from = 0; from < points.rows; from += tile) this.#tiles.push(this.#tile(points, from, Math.min(tile, points.rows - from)));
  }

  /** (columns + 1) x (chunk * chunks), the last row -|p|^2 / 2: a query with a 1 there is scored by one product. */
  #tile(points: Matrix, from: number, count: number) {
    const { columns, data } = points;
    const chunk = this.#chunk;
    const chunks = Math.ceil(count / chunk);
    const width = chunk * chunks;
    const values = new Float32Array((columns + 1) * width);
    values.fill(-1e30, columns * width);
    for (let i = 0; i < count; i += 1) {
      let square = 0;
      for (let j = 0; j < columns; j += 1) {
        const value = (data[(from + i) * columns + j] as number) - (this.#mean[j] as number);
        values[j * width + i] = value;
        square += value * value;
      }
      values[columns * width + i] = -square / 2;
    }
    return { from, count, kept: Math.min(this.#wanted, chunks), values: tf.tensor2d(values, [columns + 1, width]) };
  }

  async scoreBlock({ data }: Matrix, from: number, block: number, breathe: () => Promise<void>): Promise<void> {
    const columns = this.#columns;
    const chunk = this.#chunk;
    const values = new Float32Array(block * (columns + 1));
    for (let i = 0; i < block; i += 1) {
      for (let j = 0; j < columns; j += 1)
        values[i * (columns + 1) + j] = (data[(from + i) * columns + j] as number) - (this.#mean[j] as number);
      values[i * (columns + 1) + columns] = 1;
    }
    const centred = tf.tensor2d(values, [block, columns + 1]);
    try {
      this.#scored = [];
      for (const { kept, values: tile } of this.#tiles) {
        const [chunks, best] = tf.tidy(() => {
          const scores = tf.matMul(centred, tile).reshape([-1, chunk]);
          const numbers = tf.topk(scores.max(1).reshape([block, -1]), kept, false).indices.dataSync() as Int32Array;
          const perQuery = scores.shape[0] / block;
          const rows = numbers.map((c, i) => c + perQuery * Math.floor(i / kept));
          return [numbers, tf.gather(scores, tf.tensor1d(rows, 'int32')).dataSync() as Float32Array] as const;
        });
        this.#scored.push({ chunks, scores: best });
        await breathe();
      }
    } finally {
      centred.dispose();
    }
  }

  /** Of one query of the block that was scored last; valid until the next call. */
  of(query: number): Uint32Array {
    const best = this.#best;
    best.clear();
    let worst = Number.POSITIVE_INFINITY;
    for (const [at, { from, count, kept }] of this.#tiles.entries()) {
      const { chunks, scores } = this.#scored[at] as { chunks: Int32Array; scores: Float32Array };
      for (let c = query * kept, place = c * this.#chunk; c < (query + 1) * kept; c += 1) {
        let point = (chunks[c] as number) * this.#chunk;
        for (const end = place + this.#chunk; place < end; place += 1, point += 1) {
          const score = -(scores[place] as number);
          if (score > worst || point >= count) continue;
          best.offer(from + point, score);
          worst = best.worst;
        }
      }
    }
    return best.indices.subarray(0, best.filled);
  }

  dispose(): void {
    tf.dispose(this.#tiles.map(({ values }) => values));
  }
}

function columnMeans({ rows, columns, data }: Matrix): Float64Array {
  const mean = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1, at += 1) mean[j] = (mean[j] as number) + (data[at] as number);
  return mean.map((sum) => sum / rows);
}
