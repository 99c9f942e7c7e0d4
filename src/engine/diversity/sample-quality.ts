/** Precision, recall, density and coverage of samples against data (Naeem et al., ICML 2020, equations 1, 4 and 6). */

import { SondeError } from '../../errors/sonde-error.ts';
import type { Hooks } from '../hooks.ts';
import { exactNeighbours } from '../latent/neighbours.ts';
import type { Matrix } from '../linear/matrix.ts';
import { Pace } from '../linear/pace.ts';
import { tf } from '../tensorflow.ts';

type Tensor1D = import('@tensorflow/tfjs-node').Tensor1D;
type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

export interface SampleQuality {
  /** Share of samples inside the data's manifold: within some real image's distance to its k-th neighbour. */
  precision: number;
  /** Share of images inside the samples' manifold. */
  recall: number;
  /** Mean number of real neighbourhoods around a sample over k; may exceed 1. */
  density: number;
  /** Share of images with a sample nearer than their k-th neighbour. */
  coverage: number;
}

const BLOCK_FLOATS = 2 ** 22;

/**
 * @param real images, one a row, in the space they are judged in (pixel PCA, say)
 * @param fake samples in the same space
 * @param k neighbours that make an image's neighbourhood, 5 in the paper
 * @throws SondeError size-mismatch, bad-request
 */
export async function prdc(real: Matrix, fake: Matrix, k: number, hooks: Hooks = {}): Promise<SampleQuality> {
  if (real.columns !== fake.columns)
    throw new SondeError('size-mismatch', { expected: real.columns, actual: fake.columns }, 'samples and images differ in columns');
  const pace = new Pace(hooks, fake.rows);
  const realRadii = await squaredRadii(real, k, hooks.signal);
  const fakeRadii = await squaredRadii(fake, k, hooks.signal);
  const mean = tf.tidy(() => tf.tensor2d(real.data, [real.rows, real.columns]).mean(0).dataSync() as Float32Array);
  const held = tf.tidy(() => {
    const points = tf.tensor2d(real.data, [real.rows, real.columns]).sub(mean) as Tensor2D;
    return { points, norms: points.square().sum(1) as Tensor1D, radii: tf.tensor1d(realRadii) };
  });
  const block = Math.max(1, Math.floor(BLOCK_FLOATS / real.rows));
  const nearest = new Float32Array(real.rows).fill(Number.POSITIVE_INFINITY);
  const recalled = new Uint8Array(real.rows);
  let [inside, neighbourhoods] = [0, 0];
  try {
    for (let from = 0; from < fake.rows; from += block) {
      const count = Math.min(block, fake.rows - from);
      const found = tf.tidy(() => {
        const samples = tf
          .tensor2d(fake.data.subarray(from * fake.columns, (from + count) * fake.columns), [count, fake.columns])
          .sub(mean);
        const squares = samples
          .square()
          .sum(1, true)
          .add(held.norms)
          .sub(tf.matMul(samples as Tensor2D, held.points, false, true).mul(2));
        const within = squares.less(held.radii).cast('float32').sum(1);
        const radii = tf.tensor2d(fakeRadii.subarray(from, from + count), [count, 1]);
        return {
          within: within.dataSync(),
          nearest: squares.min(0).dataSync(),
          recalled: squares.less(radii).any(0).dataSync(),
        };
      });
      for (const number of found.within) {
        neighbourhoods += number;
        if (number > 0) inside += 1;
      }
      for (let i = 0; i < real.rows; i += 1) {
        if ((found.nearest[i] as number) < (nearest[i] as number)) nearest[i] = found.nearest[i] as number;
        if (found.recalled[i]) recalled[i] = 1;
      }
      await pace.at(from + count);
    }
  } finally {
    tf.dispose(held);
  }
  const covered = nearest.reduce((sum, square, i) => sum + (square < (realRadii[i] as number) ? 1 : 0), 0);
  return {
    precision: inside / fake.rows,
    recall: recalled.reduce((sum, one) => sum + one, 0) / real.rows,
    density: neighbourhoods / (k * fake.rows),
    coverage: covered / real.rows,
  };
}

async function squaredRadii(points: Matrix, k: number, signal: AbortSignal | undefined): Promise<Float32Array> {
  const { distances } = await exactNeighbours(points, k, { signal });
  return Float32Array.from({ length: points.rows }, (_, i) => (distances[i * k + k - 1] as number) ** 2);
}
