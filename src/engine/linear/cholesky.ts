/** Lower Cholesky factors of symmetric positive definite matrices, row-major, 64 bits. */

/** null where the matrix is not positive definite. */
export function cholesky(matrix: Float64Array, n: number): Float64Array | null {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * n + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (factor[i * n + k] as number) * (factor[j * n + k] as number);
      if (i !== j) factor[i * n + j] = sum / (factor[j * n + j] as number);
      else if (sum > 0) factor[i * n + i] = Math.sqrt(sum);
      else return null;
    }
  }
  return factor;
}

const FIRST_JITTER = 1e-9;
const GROWTH = 10;

/** The factor of the matrix, or of the nearest one with enough added to its diagonal to be positive definite. */
export function choleskyWithJitter(matrix: Float64Array, n: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < n; i += 1) trace += matrix[i * n + i] as number;
  const scale = Math.max(trace / n, Number.MIN_VALUE * 1e20);
  for (let jitter = 0; ; jitter = jitter === 0 ? FIRST_JITTER : jitter * GROWTH) {
    const tried = matrix.slice();
    for (let i = 0; i < n; i += 1) tried[i * n + i] = (tried[i * n + i] as number) + jitter * scale;
    const factor = cholesky(tried, n);
    if (factor) return factor;
    if (!Number.isFinite(jitter)) throw new Error('the covariance holds values that are not finite');
  }
}

/** The solution of L L' x = b, L a lower factor. */
export function choleskySolve(factor: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const x = b.slice();
  for (let i = 0; i < n; i += 1) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k += 1) sum -= (factor[i * n + k] as number) * (x[k] as number);
    x[i] = sum / (factor[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k += 1) sum -= (factor[k * n + i] as number) * (x[k] as number);
    x[i] = sum / (factor[i * n + i] as number);
  }
  return x;
}

/** Inverse of a lower factor. */
export function invertLower(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let column = 0; column < n; column += 1) {
    for (let i = column; i < n; i += 1) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k += 1) sum -= (factor[i * n + k] as number) * (inverse[k * n + column] as number);
      inverse[i * n + column] = sum / (factor[i * n + i] as number);
    }
  }
  return inverse;
}

/** log of the determinant of the matrix that the factor belongs to. */
export function logDeterminant(factor: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += Math.log(factor[i * n + i] as number);
  return 2 * sum;
}
