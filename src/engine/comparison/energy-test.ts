import { ACCUSED } from '../../contract/comparison.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

export interface EnergyTest {
  /** E / (2 mean distance between the sets), 0..1. */
  coefficient: number;
  nullQuantile: number;
  pValue: number;
  permutations: number;
}

const PERMUTATIONS = 999;
const BATCH = 100;

/**
 * Energy distance 2 E|X-Y| - E|X-X'| - E|Y-Y'| (Székely and Rizzo 2013) with its permutation test: p = (1 + permutations at least as far) /
 * (1 + permutations), so uniform where both sets are drawn alike.
 * @param a and b rows of the same columns, already on one scale; memory grows with the square of all rows together
 */
export async function energyTest(
  a: Matrix,
  b: Matrix,
  random: Random,
  { signal }: Hooks = {},
  permutations = PERMUTATIONS,
): Promise<EnergyTest> {
  const [m, n] = [a.rows, b.rows];
  const distances = pairwise(a, b);
  const order = Uint32Array.from({ length: m + n }, (_, i) => i);
  // With s = 1/m on a and -1/n on b, the energy distance is -s' D s: many permutations are one product.
  const energies: number[] = [];
  try {
    for (let done = -1; done < permutations; ) {
      const width = done < 0 ? 1 : Math.min(BATCH, permutations - done);
      const signs = new Float32Array((m + n) * width);
      for (let p = 0; p < width; p += 1) {
        if (done >= 0) random.shuffle(order);
        order.forEach((row, i) => {
          signs[row * width + p] = i < m ? 1 / m : -1 / n;
        });
      }
      const found = tf.tidy(() => {
        const s = tf.tensor2d(signs, [m + n, width]);
        return tf.matMul(distances, s).mul(s).sum(0).neg().dataSync();
      });
      energies.push(...found);
      done += done < 0 ? 1 : width;
      await breathe(signal);
    }
    const observed = energies.shift() as number;
    const between = tf.tidy(() => distances.slice([0, m], [m, n]).mean().dataSync()[0] as number);
    const atLeast = energies.filter((energy) => energy >= observed).length;
    const sorted = energies.sort((x, y) => x - y);
    const scale = between > 0 ? 1 / (2 * between) : 0;
    return {
      coefficient: Math.max(0, observed * scale),
      nullQuantile: Math.max(0, (sorted[Math.floor((1 - ACCUSED) * permutations)] as number) * scale),
      pValue: (1 + atLeast) / (1 + permutations),
      permutations,
    };
  } finally {
    distances.dispose();
  }
}

function pairwise(a: Matrix, b: Matrix): Tensor2D {
  return tf.tidy(() => {
    const points = tf.concat([tf.tensor2d(a.data, [a.rows, a.columns]), tf.tensor2d(b.data, [b.rows, b.columns])], 0);
    const centred = points.sub(points.mean(0)) as Tensor2D;
    const norms = centred.square().sum(1, true);
    const squares = norms.add(norms.transpose()).sub(tf.matMul(centred, centred, false, true).mul(2));
    // The diagonal is 0 by definition, not by rounding.
    const others = tf.sub(1, tf.eye(a.rows + b.rows));
    return squares.maximum(0).sqrt().mul(others) as Tensor2D;
  });
}
