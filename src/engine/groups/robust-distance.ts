import type { Matrix } from '../linear/matrix.ts';

const CORE = 0.75;
const STEPS = 15;
const RIDGE = 0.01;

/**
 * Mahalanobis distance of each row to the bulk of the rows: from the coordinate-wise median, the nearest three quarters give a mean and a
 * covariance, and these the distances for the next step, up to 15 times or until the bulk stays the same (the concentration step of
 * Rousseeuw and Van Driessen's FAST-MCD, Technometrics 1999, from one start). The covariance gets .01 of its mean variance on the
 * diagonal. For a few columns (attributes), not for a learnt space.
 */
export function robustDistance(points: Matrix): Float64Array {
  const { rows, columns, data } = points;
  let centre = medians(points);
  let distances: Float64Array = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1)
    for (let c = 0; c < columns; c += 1)
      distances[i] = (distances[i] as number) + ((data[i * columns + c] as number) - (centre[c] as number)) ** 2;
  let cut = Number.NaN;
  for (let step = 0; step < STEPS; step += 1) {
    const nextCut = Float64Array.from(distances).sort()[Math.max(0, Math.ceil(CORE * rows) - 1)] as number;
    if (nextCut === cut) break;
    cut = nextCut;
    const { mean, factor } = fit(points, distances, cut);
    centre = mean;
    distances = squaredMahalanobis(points, centre, factor);
  }
  return distances.map(Math.sqrt);
}

function medians({ rows, columns, data }: Matrix): Float64Array {
  return Float64Array.from({ length: columns }, (_, c) => {
    const values = new Float32Array(rows);
    for (let i = 0; i < rows; i += 1) values[i] = data[i * columns + c] as number;
    return values.sort()[rows >> 1] as number;
  });
}

/** Mean, and the Cholesky factor of the covariance, of the rows within the cut. */
function fit({ rows, columns, data }: Matrix, distances: Float64Array, cut: number): { mean: Float64Array; factor: Float64Array } {
  const mean = new Float64Array(columns);
  let kept = 0;
  for (let i = 0; i < rows; i += 1) {
    if ((distances[i] as number) > cut) continue;
    kept += 1;
    for (let c = 0; c < columns; c += 1) mean[c] = (mean[c] as number) + (data[i * columns + c] as number);
  }
  for (let c = 0; c < columns; c += 1) mean[c] = (mean[c] as number) / kept;
  const covariance = new Float64Array(columns * columns);
  for (let i = 0; i < rows; i += 1) {
    if ((distances[i] as number) > cut) continue;
    for (let a = 0; a < columns; a += 1)
      for (let b = 0; b <= a; b += 1)
        covariance[a * columns + b] =
          (covariance[a * columns + b] as number) +
          (((data[i * columns + a] as number) - (mean[a] as number)) * ((data[i * columns + b] as number) - (mean[b] as number))) / kept;
  }
  let trace = 0;
  for (let c = 0; c < columns; c += 1) trace += covariance[c * columns + c] as number;
  const ridge = (RIDGE * trace) / columns || 1;
  for (let c = 0; c < columns; c += 1) covariance[c * columns + c] = (covariance[c * columns + c] as number) + ridge;
  return { mean, factor: cholesky(covariance, columns) };
}

/** Lower triangle L of a positive definite matrix given by its lower triangle, A = L L'. */
function cholesky(lower: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let sum = lower[i * n + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (factor[i * n + k] as number) * (factor[j * n + k] as number);
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / (factor[j * n + j] as number);
    }
  return factor;
}

function squaredMahalanobis({ rows, columns, data }: Matrix, mean: Float64Array, factor: Float64Array): Float64Array {
  const solved = new Float64Array(columns);
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < columns; c += 1) {
      let value = (data[i * columns + c] as number) - (mean[c] as number);
      for (let k = 0; k < c; k += 1) value -= (factor[c * columns + k] as number) * (solved[k] as number);
      solved[c] = value / (factor[c * columns + c] as number);
      sum += (solved[c] as number) ** 2;
    }
    return sum;
  });
}
