/** How many dimensions the data fill locally: TwoNN (Facco et al. 2017) and Levina and Bickel 2004, plain and averaged as by MacKay and Ghahramani 2005. */
import type { Estimate } from '../../contract/report.ts';
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { Random } from '../random.ts';
import { exactNeighbours, type Neighbours } from './neighbours.ts';

export interface IntrinsicDimension {
  twoNN: Estimate;
  levinaBickel: Estimate;
  mackayGhahramani: Estimate;
  /** Rows that it was measured on: of exact duplicates one, at most 20,000. */
  images: number;
}

const MOST_POINTS = 20_000;
const LEVINA_BICKEL_K = 20;
/** Fewer distinct rows than this have no such neighbourhood. */
export const FEWEST_DISTINCT = LEVINA_BICKEL_K + 2;
/** TwoNN leaves out the largest ratios, which noise and borders make. */
const KEPT_RATIOS = 0.9;
/**
 * Neighbouring points share neighbours, so that plain standard errors are too small. Over 40 draws of 1,000 points of a five-dimensional
 * normal, TwoNN scattered 1.35 times as far as 1 / sqrt(n) says, and Levina and Bickel's mean as one of a third as many points would.
 */
const TWO_NN_ERROR = 1.35;
const OVERLAP = 3;

/**
 * All three estimates, with approximate 95 % intervals of the sampling alone. Exact duplicates count once; above 20,000 rows a sample
 * drawn by the seed is measured. null where fewer than 22 distinct rows remain: there is no neighbourhood to measure in.
 */
export async function intrinsicDimension(points: Matrix, { seed, signal }: Hooks & { seed: number }): Promise<IntrinsicDimension | null> {
  const sample = subsample(points, MOST_POINTS, new Random(seed));
  const k = LEVINA_BICKEL_K;
  if (sample.rows < FEWEST_DISTINCT) return null;
  let neighbours = await exactNeighbours(sample, k, { signal });
  const distinct = withoutDuplicates(sample, neighbours);
  if (distinct.rows < sample.rows) {
    if (distinct.rows < FEWEST_DISTINCT) return null;
    neighbours = await exactNeighbours(distinct, k, { signal });
  }
  return { twoNN: twoNN(neighbours), ...levinaBickel(neighbours), images: distinct.rows };
}

/** Slope through the origin of -log(1 - F(mu)) over log mu, mu the ratio of the second to the first distance (Facco et al. 2017, eq. 5-7). */
export function twoNN({ k, distances }: Neighbours): Estimate {
  const logs: number[] = [];
  for (let at = 0; at < distances.length; at += k) {
    const [first, second] = [distances[at] as number, distances[at + 1] as number];
    if (first > 0) logs.push(Math.log(second / first));
  }
  logs.sort((a, b) => a - b);
  const kept = Math.floor(logs.length * KEPT_RATIOS);
  let [xx, xy] = [0, 0];
  for (let i = 0; i < kept; i += 1) {
    const x = logs[i] as number;
    xx += x * x;
    xy -= x * Math.log(1 - (i + 1) / logs.length);
  }
  return around(xy / xx, TWO_NN_ERROR / Math.sqrt(kept));
}

/**
 * Local maximum likelihood [mean over j < k of log(T_k / T_j)]^-1 (Levina and Bickel 2004, eq. 8), averaged over the points; MacKay and
 * Ghahramani average its inverse instead, which is the maximum likelihood of one dimension for all.
 */
export function levinaBickel({ k, distances }: Neighbours): Pick<IntrinsicDimension, 'levinaBickel' | 'mackayGhahramani'> {
  let [sum, squares, inverse, inverseSquares, count] = [0, 0, 0, 0, 0];
  for (let at = 0; at < distances.length; at += k) {
    const last = distances[at + k - 1] as number;
    let logs = 0;
    for (let j = 0; j < k - 1; j += 1) logs += Math.log(last / Math.max(distances[at + j] as number, Number.MIN_VALUE));
    const mean = logs / (k - 1);
    if (!(mean > 0)) continue;
    sum += 1 / mean;
    squares += 1 / (mean * mean);
    inverse += mean;
    inverseSquares += mean * mean;
    count += 1;
  }
  const spread = (total: number, square: number) => Math.sqrt(Math.max(0, square / count - (total / count) ** 2)) / (total / count);
  const independent = Math.sqrt(count / OVERLAP);
  return {
    levinaBickel: around(sum / count, spread(sum, squares) / independent),
    mackayGhahramani: around(count / inverse, spread(inverse, inverseSquares) / independent),
  };
}

function around(value: number, relativeError: number): Estimate {
  return { value, low: value * Math.max(0, 1 - 1.96 * relativeError), high: value * (1 + 1.96 * relativeError) };
}

function subsample(points: Matrix, most: number, random: Random): Matrix {
  if (points.rows <= most) return points;
  const chosen = random.shuffle(Uint32Array.from({ length: points.rows }, (_, i) => i)).subarray(0, most);
  return pick(points, chosen);
}

function withoutDuplicates(points: Matrix, { k, indices, distances }: Neighbours): Matrix {
  const first = Uint32Array.from({ length: points.rows }, (_, i) => i).filter((i) => {
    for (let at = i * k; at < (i + 1) * k && distances[at] === 0; at += 1) if ((indices[at] as number) < i) return false;
    return true;
  });
  return first.length === points.rows ? points : pick(points, first);
}

function pick({ columns, data }: Matrix, chosen: Uint32Array): Matrix {
  const picked = new Float32Array(chosen.length * columns);
  chosen.forEach((from, i) => void picked.set(data.subarray(from * columns, (from + 1) * columns), i * columns));
  return { rows: chosen.length, columns, data: picked };
}
