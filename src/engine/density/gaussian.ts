import { breathe, type Hooks } from '../hooks.ts';
import { choleskyWithJitter, invertLower, logDeterminant } from '../linear/cholesky.ts';
import type { Matrix } from '../linear/matrix.ts';
import { tf } from '../tensorflow.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

/** Floats a block of work holds: 8 MB. */
const BLOCK_FLOATS = 2 ** 21;

export interface Gaussian {
  columns: number;
  mean: Float64Array;
  /** columns x columns. */
  covariance: Float64Array;
}

/**
 * Mean and full covariance (divided by n) of the chosen rows, in 64 bits from centred 32-bit blocks.
 * `ridge` is added to the diagonal. rows null: all.
 */
export async function fitGaussian(
  points: Matrix,
  rows: Uint32Array | null,
  ridge: (meanVariance: number) => number,
  hooks: Hooks = {},
): Promise<Gaussian> {
  const { columns } = points;
  const n = rows ? rows.length : points.rows;
  const row = (i: number): number => (rows ? (rows[i] as number) : i);
  const mean = new Float64Array(columns);
  for (let i = 0; i < n; i += 1)
    for (let j = 0, at = row(i) * columns; j < columns; j += 1) mean[j] = (mean[j] as number) + (points.data[at + j] as number);
  for (let j = 0; j < columns; j += 1) mean[j] = (mean[j] as number) / n;
  const covariance = new Float64Array(columns * columns);
  const block = Math.max(1, Math.floor(BLOCK_FLOATS / columns));
  for (let from = 0; from < n; from += block) {
    const count = Math.min(block, n - from);
    const centred = new Float32Array(count * columns);
    for (let i = 0; i < count; i += 1)
      for (let j = 0, at = row(from + i) * columns; j < columns; j += 1)
        centred[i * columns + j] = (points.data[at + j] as number) - (mean[j] as number);
    const products = tf.tidy(() => {
      const x = tf.tensor2d(centred, [count, columns]);
      return tf.matMul(x, x, true, false).dataSync();
    });
    for (let i = 0; i < covariance.length; i += 1) covariance[i] = (covariance[i] as number) + (products[i] as number) / n;
    await breathe(hooks.signal);
  }
  let trace = 0;
  for (let j = 0; j < columns; j += 1) trace += covariance[j * columns + j] as number;
  const added = ridge(trace / columns);
  for (let j = 0; j < columns; j += 1) covariance[j * columns + j] = (covariance[j * columns + j] as number) + added;
  return { columns, mean, covariance };
}

/** Squared Mahalanobis distance of every point, n. */
export async function mahalanobis({ columns, mean, covariance }: Gaussian, points: Matrix, hooks: Hooks = {}): Promise<Float64Array> {
  const whitening = Float32Array.from(invertLower(choleskyWithJitter(covariance, columns), columns));
  const out = new Float64Array(points.rows);
  const block = Math.max(1, Math.floor(BLOCK_FLOATS / columns));
  const [w, centre] = tf.tidy(
    () => [tf.keep(tf.tensor2d(whitening, [columns, columns])), tf.keep(tf.tensor1d(Float32Array.from(mean)))] as const,
  );
  try {
    for (let from = 0; from < points.rows; from += block) {
      const count = Math.min(block, points.rows - from);
      const squares = tf.tidy(() => {
        const x = tf.tensor2d(points.data.subarray(from * columns, (from + count) * columns), [count, columns]);
        return tf.sum(tf.square(tf.matMul(tf.sub(x, centre) as Tensor2D, w, false, true)), 1).dataSync();
      });
      out.set(squares, from);
      await breathe(hooks.signal);
    }
    return out;
  } finally {
    tf.dispose([w, centre]);
  }
}

/** Log density of every point in nats, n. */
export async function gaussianLogDensity(gaussian: Gaussian, points: Matrix, hooks: Hooks = {}): Promise<Float64Array> {
  const { columns, covariance } = gaussian;
  const constant = -0.5 * (columns * Math.log(2 * Math.PI) + logDeterminant(choleskyWithJitter(covariance, columns), columns));
  return (await mahalanobis(gaussian, points, hooks)).map((square) => constant - 0.5 * square);
}
