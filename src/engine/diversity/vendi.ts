import { SondeError } from '../../errors/sonde-error.ts';
import { symmetricEigen } from '../linear/eigen.ts';
import type { Matrix } from '../linear/matrix.ts';
import { tf } from '../tensorflow.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

/** How alike two rows are, 1 for the same: exp(-|x-y|^2 / 2h^2), exp(-|x-y| / h), or the cosine of their angle. */
export type SimilarityKernel = { kernel: 'rbf' | 'laplacian'; bandwidth: number } | { kernel: 'cosine' };

/** What one eigendecomposition in one go may take: 1,000 rows hold the engine for about a quarter of a second. */
export const MOST_VENDI_ROWS = 2000;

/**
 * The Vendi score (Friedman and Dieng 2023): exp of the entropy of the eigenvalues of K / n, the effective number of different rows,
 * between 1 (all alike) and n (nothing alike).
 * @throws SondeError bad-request above 2,000 rows, unless the kernel is the cosine (whose eigenvalues are those of a columns x columns matrix)
 */
export function vendiScore(points: Matrix, similarity: SimilarityKernel): number {
  const { rows, columns } = points;
  if (similarity.kernel === 'cosine') return exponentialOfEntropy(cosineEigenvalues(points));
  if (rows > MOST_VENDI_ROWS)
    throw new SondeError('bad-request', { rows, most: MOST_VENDI_ROWS }, 'the Vendi score takes at most 2,000 rows');
  const kernel = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let square = 0;
      for (let c = 0; c < columns; c += 1)
        square += ((points.data[i * columns + c] as number) - (points.data[j * columns + c] as number)) ** 2;
      const h = similarity.bandwidth;
      const value = similarity.kernel === 'rbf' ? Math.exp(-square / (2 * h * h)) : Math.exp(-Math.sqrt(square) / h);
      kernel[i * rows + j] = value / rows;
      kernel[j * rows + i] = value / rows;
    }
  }
  return exponentialOfEntropy(symmetricEigen(kernel, rows).values);
}

function cosineEigenvalues({ rows, columns, data }: Matrix): Float64Array {
  const products = tf.tidy(() => {
    const points = tf.tensor2d(data, [rows, columns]);
    const unit = points.div(points.norm('euclidean', 1, true).maximum(1e-12)) as Tensor2D;
    return tf.matMul(unit, unit, true, false).div(rows).dataSync();
  });
  return symmetricEigen(Float64Array.from(products), columns).values;
}

function exponentialOfEntropy(eigenvalues: Float64Array): number {
  return Math.exp(eigenvalues.reduce((sum, value) => (value > 0 ? sum - value * Math.log(value) : sum), 0));
}
