/** Eigenvalues and eigenvectors of symmetric matrices. */

import { SondeError } from '../../errors/sonde-error.ts';
import { binding, DataType, nativeId } from '../graph/binding.ts';
import { tf } from '../tensorflow.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

export interface Eigen {
  /** Descending. */
  values: Float64Array;
  /** n x n, row i the unit eigenvector of values[i]; its entry of largest magnitude is positive. */
  vectors: Float64Array;
}

/** Up to here Jacobi's rotations in 64 bits take milliseconds; above, TensorFlow's kernel. */
const LARGEST_JACOBI = 48;
const MOST_SWEEPS = 60;

/** @param matrix n x n, symmetric, row-major */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  return n <= LARGEST_JACOBI ? jacobi(matrix, n) : native(matrix, n);
}

/** Cyclic Jacobi (Golub and Van Loan, Matrix Computations, 8.5). */
function jacobi(matrix: Float64Array, n: number): Eigen {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) v[i * n + i] = 1;
  const size = Math.hypot(...a) || 1;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep += 1) {
    let off = 0;
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) off += (a[p * n + q] as number) ** 2;
    if (Math.sqrt(off) <= 1e-14 * size) break;
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) rotate(a, v, n, p, q);
  }
  return sorted(
    (i) => a[i * n + i] as number,
    (i, j) => v[i * n + j] as number,
    n,
  );
}

function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q] as number;
  if (apq === 0) return;
  const tau = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * apq);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (let i = 0; i < n; i += 1) {
    const ip = a[i * n + p] as number;
    const iq = a[i * n + q] as number;
    a[i * n + p] = c * ip - s * iq;
    a[i * n + q] = s * ip + c * iq;
  }
  for (let i = 0; i < n; i += 1) {
    const pi = a[p * n + i] as number;
    const qi = a[q * n + i] as number;
    a[p * n + i] = c * pi - s * qi;
    a[q * n + i] = s * pi + c * qi;
    const vp = v[p * n + i] as number;
    const vq = v[q * n + i] as number;
    v[p * n + i] = c * vp - s * vq;
    v[q * n + i] = s * vp + c * vq;
  }
}

function native(matrix: Float64Array, n: number): Eigen {
  const input = tf.tensor2d(Float32Array.from(matrix), [n, n]);
  try {
    const [e, v] = binding.executeOp(
      'SelfAdjointEigV2',
      [
        { name: 'compute_v', type: binding.TF_ATTR_BOOL, value: true },
        { name: 'T', type: binding.TF_ATTR_TYPE, value: DataType.float },
      ],
      [nativeId(input)],
      2,
    );
    if (!e || !v) throw new SondeError('internal', { n }, 'SelfAdjointEigV2 gave no eigenvectors');
    const values = binding.tensorDataSync(e.id) as Float32Array;
    const columns = binding.tensorDataSync(v.id) as Float32Array;
    binding.deleteTensor(e.id);
    binding.deleteTensor(v.id);
    return sorted(
      (i) => values[i] as number,
      (i, j) => columns[j * n + i] as number,
      n,
    );
  } finally {
    input.dispose();
  }
}

/** An orthonormal basis of the columns of a tall matrix (the Q of its QR); the caller disposes it. */
export function orthonormalColumns(matrix: Tensor2D): Tensor2D {
  const [q, r] = binding.executeOp(
    'Qr',
    [
      { name: 'full_matrices', type: binding.TF_ATTR_BOOL, value: false },
      { name: 'T', type: binding.TF_ATTR_TYPE, value: DataType.float },
    ],
    [nativeId(matrix)],
    2,
  );
  if (!q || !r) throw new SondeError('internal', {}, 'Qr gave no factors');
  const values = binding.tensorDataSync(q.id) as Float32Array;
  binding.deleteTensor(q.id);
  binding.deleteTensor(r.id);
  return tf.tensor2d(values, [q.shape[0] as number, q.shape[1] as number]);
}

function sorted(value: (i: number) => number, entry: (i: number, j: number) => number, n: number): Eigen {
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => value(b) - value(a));
  const vectors = new Float64Array(n * n);
  order.forEach((from, i) => {
    let largest = 0;
    for (let j = 0; j < n; j += 1) if (Math.abs(entry(from, j)) > Math.abs(largest) + 1e-9) largest = entry(from, j);
    for (let j = 0; j < n; j += 1) vectors[i * n + j] = largest < 0 ? -entry(from, j) : entry(from, j);
  });
  return { values: Float64Array.from(order, value), vectors };
}
