import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { fitGaussian, type Gaussian, mahalanobis } from './gaussian.ts';

const ROUNDS = 15;
const FIRST_SHARE = 0.5;
const LAST_SHARE = 0.75;
const GROWING_ROUNDS = 5;
const RIDGE = 0.01;

/** Rows of the `count` smallest values. */
export function smallest(values: Float64Array, count: number): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i)
    .sort((a, b) => (values[a] as number) - (values[b] as number) || a - b)
    .slice(0, count)
    .sort();
}

/**
 * A Gaussian fitted to the central part of the points: concentration steps in the manner of FAST-MCD (Rousseeuw and Van Driessen 1999)
 * from the squared distances to the median, keeping half of the points at first and three quarters from the fifth round on; up to 15 of
 * them, or until the same points are kept. The covariance gets .01 of its mean variance on the diagonal.
 * Returns it with the squared distance of every point and the rows it rests on.
 */
export async function trimmedGaussian(
  points: Matrix,
  hooks: Hooks = {},
): Promise<{ gaussian: Gaussian; squares: Float64Array; kept: Uint32Array }> {
  let squares = distancesToMedian(points);
  let kept = smallest(squares, Math.ceil(FIRST_SHARE * points.rows));
  for (let round = 1; ; round += 1) {
    // Where the kept points are all the same, any spread will do: the others' order is that of their distance.
    const gaussian = await fitGaussian(points, kept, (variance) => RIDGE * variance || 1, hooks);
    squares = await mahalanobis(gaussian, points, hooks);
    const share = FIRST_SHARE + (LAST_SHARE - FIRST_SHARE) * Math.min(1, round / GROWING_ROUNDS);
    const next = smallest(squares, Math.ceil(share * points.rows));
    const still = next.length === kept.length && next.every((row, i) => row === kept[i]);
    kept = next;
    hooks.onProgress?.(round, ROUNDS);
    if (round >= ROUNDS || (still && round > GROWING_ROUNDS)) return { gaussian, squares, kept };
  }
}

function distancesToMedian({ rows, columns, data }: Matrix): Float64Array {
  const squares = new Float64Array(rows);
  const column = new Float32Array(rows);
  for (let j = 0; j < columns; j += 1) {
    for (let i = 0; i < rows; i += 1) column[i] = data[i * columns + j] as number;
    column.sort();
    const median = column[rows >> 1] as number;
    for (let i = 0; i < rows; i += 1) squares[i] = (squares[i] as number) + ((data[i * columns + j] as number) - median) ** 2;
  }
  return squares;
}
