/** Principal components: exact from the covariance up to 1,024 columns, by subspace iteration above. */

import { SondeError } from '../../errors/sonde-error.ts';
import type { Hooks } from '../hooks.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';
import { orthonormalColumns, symmetricEigen } from './eigen.ts';
import type { Matrix } from './matrix.ts';
import { Pace } from './pace.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

export interface Pca {
  mean: Float32Array;
  /** components x columns, orthonormal rows, the entry of largest magnitude of each positive. */
  axes: Matrix;
  /** Along each axis, divided by n - 1. */
  variance: Float32Array;
  /** Of all columns together. */
  totalVariance: number;
}

/** Rows as 32-bit floats, from wherever they lie. */
interface Rows {
  rows: number;
  columns: number;
  /** count x columns as a tensor; the caller disposes it. */
  block(from: number, count: number): Tensor2D;
}

const WIDEST_COVARIANCE = 1024;
/** Floats a block: 8 MB. */
const BLOCK_FLOATS = 2 ** 21;
const OVERSAMPLING = 16;
const MOST_PASSES = 12;
/** Share of the squared error that a pass must take away to be followed by another, where the components only begin a training. */
const SOON_ENOUGH = 1e-3;
/** Up to here the rows are held as floats between the passes of an iteration: 128 MB. */
const MOST_HELD_FLOATS = 2 ** 25;

/**
 * @param points rows are observations
 * @param components at most the number of columns
 * @throws SondeError bad-request
 */
export function fitPca(points: Matrix, components: number, hooks: Hooks = {}): Promise<Pca> {
  return fitRows(matrixRows(points), components, hooks);
}

/** The same over pixels in 0..1 (of these images; default: of all), read block by block; many are never held as floats. */
export function fitPixelPca(pixels: PixelSet, components: number, hooks: Hooks = {}, images?: Uint32Array): Promise<Pca> {
  return fitRows(pixelRows(pixels, images), components, hooks);
}

/**
 * The same by iteration alone, until another pass would lower the squared error of the picture by less than a thousandth: in a
 * fraction of the time, with axes of nearly equal variance not yet told apart.
 */
export function fitPixelPcaSoon(pixels: PixelSet, components: number, hooks: Hooks, images: Uint32Array): Promise<Pca> {
  const rows = pixelRows(pixels, images);
  if (components + OVERSAMPLING >= Math.min(rows.columns, rows.rows)) return fitRows(rows, components, hooks);
  return subspaceIteration(rows, components, hooks, (now, before, total) => {
    const [explained, was] = [now, before].map((values) => values.subarray(0, components).reduce((sum, value) => sum + value, 0)) as [
      number,
      number,
    ];
    return explained - was <= SOON_ENOUGH * Math.max(0, total - explained);
  });
}

/** rows x components. */
export function projectPca(pca: Pca, points: Matrix): Matrix {
  const rows = matrixRows(points);
  const result = emptyProjection(pca, rows);
  for (const [from, count] of blocks(rows)) projectBlock(pca, rows, from, count, result);
  return result;
}

/** rows x components of pixels in 0..1 (of these images; default: of all), with breaths between the blocks. */
export async function projectPixelPca(pca: Pca, pixels: PixelSet, hooks: Hooks = {}, images?: Uint32Array): Promise<Matrix> {
  const rows = pixelRows(pixels, images);
  const result = emptyProjection(pca, rows);
  const pace = new Pace(hooks, rows.rows);
  for (const [from, count] of blocks(rows)) {
    projectBlock(pca, rows, from, count, result);
    await pace.at(from + count);
  }
  return result;
}

async function fitRows(rows: Rows, components: number, hooks: Hooks): Promise<Pca> {
  const { columns } = rows;
  if (!(components >= 1 && components <= columns && rows.rows >= 2))
    throw new SondeError('bad-request', { components, columns, rows: rows.rows }, 'components must lie in 1..columns, rows be at least 2');
  if (columns <= WIDEST_COVARIANCE) {
    const { mean, variances, covariance } = await secondMoments(rows, hooks);
    const { values, vectors } = symmetricEigen(covariance, columns);
    const axes = { rows: components, columns, data: Float32Array.from(vectors.subarray(0, components * columns)) };
    const variance = Float32Array.from(values.subarray(0, components), (value) => Math.max(0, value));
    return { mean, axes, variance, totalVariance: sum(variances) };
  }
  return subspaceIteration(rows, components, hooks);
}

async function means(rows: Rows, hooks: Hooks): Promise<Float64Array> {
  const total = new Float64Array(rows.columns);
  const pace = new Pace({ signal: hooks.signal }, rows.rows);
  for (const [from, count] of blocks(rows)) {
    const sums = tf.tidy(() => rows.block(from, count).sum(0).dataSync());
    for (let j = 0; j < total.length; j += 1) total[j] = (total[j] as number) + (sums[j] as number);
    await pace.at(from + count);
  }
  return total.map((value) => value / rows.rows);
}

/** Covariance from blocks centred first, summed in 64 bits. */
async function secondMoments(rows: Rows, hooks: Hooks) {
  const { columns } = rows;
  const mean = Float32Array.from(await means(rows, hooks));
  const covariance = new Float64Array(columns * columns);
  const pace = new Pace(hooks, rows.rows);
  for (const [from, count] of blocks(rows)) {
    const products = tf.tidy(() => {
      const centred = rows.block(from, count).sub(mean) as Tensor2D;
      return tf.matMul(centred, centred, true, false).dataSync();
    });
    for (let i = 0; i < covariance.length; i += 1) covariance[i] = (covariance[i] as number) + (products[i] as number);
    await pace.at(from + count);
  }
  for (let i = 0; i < covariance.length; i += 1) covariance[i] = (covariance[i] as number) / (rows.rows - 1);
  const variances = Float64Array.from({ length: columns }, (_, j) => covariance[j * columns + j] as number);
  return { mean, variances, covariance };
}

/** Ritz values of two passes and the sum of all squares: whether another pass is not worth its while. */
type Still = (values: Float64Array, before: Float64Array, totalSquares: number) => boolean;

/** Halko, Martinsson and Tropp 2011, algorithm 4.4, iterated until the Ritz values of the wanted axes stand still, by default to 1e-4. */
async function subspaceIteration(given: Rows, components: number, hooks: Hooks, enough?: Still): Promise<Pca> {
  const { rows, release } = held(given);
  try {
    return await iterate(rows, components, hooks, enough ?? stillValues(components));
  } finally {
    release();
  }
}

const stillValues =
  (components: number): Still =>
  (values, before) =>
    values.subarray(0, components).every((value, i) => Math.abs(value - (before[i] as number)) <= 1e-4 * value);

/** The rows with their blocks made once, unless they are too many to hold. */
function held(rows: Rows): { rows: Rows; release(): void } {
  if (rows.rows * rows.columns > MOST_HELD_FLOATS) return { rows, release: () => {} };
  const made = new Map<number, Tensor2D>();
  const block = (from: number, count: number): Tensor2D => {
    const known = made.get(from) ?? tf.keep(rows.block(from, count));
    made.set(from, known);
    return known;
  };
  return { rows: { ...rows, block }, release: () => tf.dispose([...made.values()]) };
}

async function iterate(rows: Rows, components: number, hooks: Hooks, enough: Still): Promise<Pca> {
  const { columns } = rows;
  const width = Math.min(columns, components + OVERSAMPLING);
  const mean = Float32Array.from(await means(rows, hooks));
  const random = new Random(0);
  let basis: Tensor2D = tf.tensor2d(
    Float32Array.from({ length: columns * width }, () => random.normal()),
    [columns, width],
  );
  let before: Float64Array = new Float64Array(width);
  let totalSquares = 0;
  for (let pass = 1; ; pass += 1) {
    const orthonormal = orthonormalColumns(basis);
    basis.dispose();
    const pace = new Pace(pass === 1 ? hooks : { signal: hooks.signal }, rows.rows);
    let product: Tensor2D = tf.zeros([columns, width]);
    let squares = 0;
    for (const [from, count] of blocks(rows)) {
      const [next, square] = tf.tidy(() => {
        const centred = rows.block(from, count).sub(mean) as Tensor2D;
        const turned = tf.matMul(centred, tf.matMul(centred, orthonormal), true, false) as Tensor2D;
        return [product.add(turned) as Tensor2D, pass === 1 ? (centred.square().sum().dataSync()[0] as number) : 0] as const;
      });
      product.dispose();
      product = next;
      squares += square;
      await pace.at(from + count);
    }
    if (pass === 1) totalSquares = squares;
    const small = Float64Array.from(tf.tidy(() => tf.matMul(orthonormal, product, true, false).dataSync()));
    const { values, vectors } = symmetricEigen(symmetrised(small, width), width);
    if (pass === MOST_PASSES || (pass > 1 && enough(values, before, totalSquares))) {
      const rotation = tf.tensor2d(Float32Array.from(vectors.subarray(0, components * width)), [components, width]);
      const axes = tf.tidy(() => tf.matMul(rotation, orthonormal, false, true).dataSync() as Float32Array);
      tf.dispose([rotation, orthonormal, product]);
      return {
        mean,
        axes: { rows: components, columns, data: axes },
        variance: Float32Array.from(values.subarray(0, components), (value) => Math.max(0, value) / (rows.rows - 1)),
        totalVariance: totalSquares / (rows.rows - 1),
      };
    }
    before = values;
    orthonormal.dispose();
    basis = product;
  }
}

function symmetrised(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((value, at) => (value + (matrix[(at % n) * n + Math.floor(at / n)] as number)) / 2);
}

function emptyProjection(pca: Pca, rows: Rows): Matrix {
  if (rows.columns !== pca.axes.columns)
    throw new SondeError(
      'size-mismatch',
      { expected: pca.axes.columns, actual: rows.columns },
      'the points differ in columns from the axes',
    );
  return { rows: rows.rows, columns: pca.axes.rows, data: new Float32Array(rows.rows * pca.axes.rows) };
}

function projectBlock(pca: Pca, rows: Rows, from: number, count: number, result: Matrix): void {
  const projected = tf.tidy(() => {
    const axes = tf.tensor2d(pca.axes.data, [pca.axes.rows, pca.axes.columns]);
    return tf.matMul(rows.block(from, count).sub(pca.mean) as Tensor2D, axes, false, true).dataSync();
  });
  result.data.set(projected, from * result.columns);
}

function matrixRows({ rows, columns, data }: Matrix): Rows {
  return {
    rows,
    columns,
    block: (from, count) => tf.tensor2d(data.subarray(from * columns, (from + count) * columns), [count, columns]),
  };
}

function pixelRows({ count: all, size, channels, data }: PixelSet, images?: Uint32Array): Rows {
  const columns = size * size * channels;
  return {
    rows: images?.length ?? all,
    columns,
    block: (from, count) => {
      const scaled = new Float32Array(count * columns);
      for (let i = 0; i < count; i += 1) {
        const start = (images ? (images[from + i] as number) : from + i) * columns;
        for (let j = 0; j < columns; j += 1) scaled[i * columns + j] = (data[start + j] as number) / 255;
      }
      return tf.tensor2d(scaled, [count, columns]);
    },
  };
}

function* blocks({ rows, columns }: Rows): Generator<readonly [from: number, count: number]> {
  const size = Math.max(1, Math.floor(BLOCK_FLOATS / columns));
  for (let from = 0; from < rows; from += size) yield [from, Math.min(size, rows - from)] as const;
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
