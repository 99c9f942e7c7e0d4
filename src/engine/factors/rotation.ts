import { symmetricEigen } from '../linear/eigen.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { leastKurtosis } from './pursuit.ts';

/** More points tell a direction no better than so many. */
const MOST_PURSUED = 2000;
/** Of the largest: below it a direction of the points is rounding. */
const LEAST_EIGENVALUE = 1e-6;

/** Rows that read factors off a point: factor k = read_k . (point - mean). */
export interface Rotation {
  /** factors x columns. Over the rows that it was fitted on the factors are uncorrelated, of variance 1. */
  read: Float64Array[];
  /** factors x columns: what one unit of a factor adds to a point. read_j . move_k is 1 where j = k and 0 elsewhere. */
  move: Float64Array[];
  /** Share of the visible change that each carries: move' metric move over the trace of metric times covariance. */
  visible: number[];
}

/**
 * Directions of points, chosen to be read. Points are sphered; within the `leading` directions that change the picture most (principal
 * components of the metric's pullback) the first `pursued` are those of least kurtosis, the rest principal components again.
 * @param points n x columns; metric columns x columns, what a step costs in visible change
 * @param rows those that it is fitted on
 */
export function fitRotation(
  points: Matrix,
  metric: Float64Array,
  rows: Uint32Array,
  { leading, pursued }: { leading: number; pursued: number },
  random: Random,
): Rotation {
  const d = points.columns;
  const covariance = covarianceOf(points, rows);
  const { root, inverse } = roots(covariance, d);
  const pulled = multiply(multiply(root, metric, d), root, d);
  const { values, vectors } = symmetricEigen(symmetrised(pulled, d), d);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const k = Math.min(leading, d);
  const axes = Array.from({ length: k }, (_, i) => vectors.slice(i * d, (i + 1) * d));
  const turned = pursued > 0 && k > 1 ? pursue(points, rows, axes, inverse, values, pursued, random) : axes;
  return {
    read: turned.map((axis) => apply(inverse, axis, d)),
    move: turned.map((axis) => apply(root, axis, d)),
    visible: turned.map((axis) => (total > 0 ? dot(axis, apply(pulled, axis, d)) / total : 0)),
  };
}

/** Turns the axes so that the first `pursued` have the least kurtosis; what is left is put in order of the metric again. */
function pursue(
  points: Matrix,
  rows: Uint32Array,
  axes: Float64Array[],
  inverse: Float64Array,
  values: Float64Array,
  pursued: number,
  random: Random,
): Float64Array[] {
  const k = axes.length;
  const d = points.columns;
  const some = sampleRows(rows.length, MOST_PURSUED, random).map((at) => rows[at] as number);
  const scores = sphered(
    points,
    some,
    axes.map((axis) => apply(inverse, axis, d)),
  );
  const all = Uint32Array.from({ length: some.length }, (_, i) => i);
  const found: Float64Array[] = [];
  for (let p = 0; p < Math.min(pursued, k - 1); p += 1) {
    const basis = complement(found, k);
    const direction = leastKurtosis(project(scores, basis), all, random);
    found.push(combine(basis, direction));
  }
  const rest = complement(found, k);
  const m = rest.length;
  const remaining = new Float64Array(m * m);
  rest.forEach((a, i) => {
    rest.forEach((b, j) => {
      remaining[i * m + j] = a.reduce((sum, value, at) => sum + value * (b[at] as number) * (values[at] as number), 0);
    });
  });
  const { vectors } = symmetricEigen(remaining, m);
  const ordered = Array.from({ length: m }, (_, i) => combine(rest, vectors.slice(i * m, (i + 1) * m)));
  return [...found, ...ordered].map((weights) => combine(axes, weights));
}

/** Scores of some rows on reading rows, their mean and (nearly unit) covariance taken away. */
function sphered(points: Matrix, rows: Uint32Array, read: Float64Array[]): Matrix {
  const k = read.length;
  const data = new Float32Array(rows.length * k);
  read.forEach((weights, j) => {
    let mean = 0;
    for (let i = 0; i < rows.length; i += 1) {
      const value = readAt(points, rows[i] as number, weights);
      data[i * k + j] = value;
      mean += value / rows.length;
    }
    for (let i = 0; i < rows.length; i += 1) data[i * k + j] = (data[i * k + j] as number) - mean;
  });
  const scores = { rows: rows.length, columns: k, data };
  const { inverse } = roots(covarianceOf(scores, null), k);
  return project(
    scores,
    Array.from({ length: k }, (_, j) => inverse.slice(j * k, (j + 1) * k)),
  );
}

/** read . point of one row, the mean not taken away. */
export function readAt(points: Matrix, row: number, read: Float64Array): number {
  let sum = 0;
  const at = row * points.columns;
  for (let j = 0; j < read.length; j += 1) sum += (points.data[at + j] as number) * (read[j] as number);
  return sum;
}

/** Over n; null: of all rows. */
export function covarianceOf(points: Matrix, rows: Uint32Array | null): Float64Array {
  const d = points.columns;
  const n = rows ? rows.length : points.rows;
  const mean = new Float64Array(d);
  const covariance = new Float64Array(d * d);
  for (let i = 0; i < n; i += 1) {
    const at = (rows ? (rows[i] as number) : i) * d;
    for (let j = 0; j < d; j += 1) mean[j] = (mean[j] as number) + (points.data[at + j] as number) / n;
  }
  const centred = new Float64Array(d);
  for (let i = 0; i < n; i += 1) {
    const at = (rows ? (rows[i] as number) : i) * d;
    for (let j = 0; j < d; j += 1) centred[j] = (points.data[at + j] as number) - (mean[j] as number);
    for (let a = 0; a < d; a += 1) {
      const value = (centred[a] as number) / n;
      for (let b = 0; b <= a; b += 1) covariance[a * d + b] = (covariance[a * d + b] as number) + value * (centred[b] as number);
    }
  }
  for (let a = 0; a < d; a += 1) for (let b = 0; b < a; b += 1) covariance[b * d + a] = covariance[a * d + b] as number;
  return covariance;
}

/** The symmetric square root of a covariance, and the root's inverse; directions without spread are left out of both. */
export function roots(covariance: Float64Array, d: number): { root: Float64Array; inverse: Float64Array } {
  const { values, vectors } = symmetricEigen(covariance, d);
  const root = new Float64Array(d * d);
  const inverse = new Float64Array(d * d);
  for (let e = 0; e < d; e += 1) {
    const value = values[e] as number;
    if (!(value > LEAST_EIGENVALUE * (values[0] as number))) continue;
    const size = Math.sqrt(value);
    for (let a = 0; a < d; a += 1)
      for (let b = 0; b < d; b += 1) {
        const product = (vectors[e * d + a] as number) * (vectors[e * d + b] as number);
        root[a * d + b] = (root[a * d + b] as number) + product * size;
        inverse[a * d + b] = (inverse[a * d + b] as number) + product / size;
      }
  }
  return { root, inverse };
}

/** An orthonormal basis of what is orthogonal to `taken` (orthonormal, of length k), by Gram and Schmidt over the axes. */
function complement(taken: Float64Array[], k: number): Float64Array[] {
  const basis: Float64Array[] = [];
  for (let axis = 0; axis < k && basis.length < k - taken.length; axis += 1) {
    const vector = Float64Array.from({ length: k }, (_, j) => Number(j === axis));
    for (let pass = 0; pass < 2; pass += 1)
      for (const other of [...taken, ...basis]) {
        const along = dot(vector, other);
        for (let j = 0; j < k; j += 1) vector[j] = (vector[j] as number) - along * (other[j] as number);
      }
    const length = Math.hypot(...vector);
    if (length > 0.05) basis.push(vector.map((value) => value / length));
  }
  return basis;
}

function project(points: Matrix, basis: Float64Array[]): Matrix {
  const k = basis.length;
  const data = new Float32Array(points.rows * k);
  for (let i = 0; i < points.rows; i += 1) for (let j = 0; j < k; j += 1) data[i * k + j] = readAt(points, i, basis[j] as Float64Array);
  return { rows: points.rows, columns: k, data };
}

function combine(basis: Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array((basis[0] as Float64Array).length);
  basis.forEach((vector, i) => {
    for (let j = 0; j < sum.length; j += 1) sum[j] = (sum[j] as number) + (weights[i] as number) * (vector[j] as number);
  });
  return sum;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** A symmetric d x d matrix times a vector. */
export function apply(matrix: Float64Array, vector: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: d }, (_, i) => dot(matrix.subarray(i * d, (i + 1) * d), vector));
}

function multiply(a: Float64Array, b: Float64Array, d: number): Float64Array {
  const product = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1)
    for (let k = 0; k < d; k += 1) {
      const value = a[i * d + k] as number;
      for (let j = 0; j < d; j += 1) product[i * d + j] = (product[i * d + j] as number) + value * (b[k * d + j] as number);
    }
  return product;
}

const symmetrised = (matrix: Float64Array, d: number): Float64Array =>
  matrix.map((value, at) => (value + (matrix[(at % d) * d + Math.floor(at / d)] as number)) / 2);
