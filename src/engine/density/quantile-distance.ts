import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';

/** So many images stand for all: what is wanted is a quantile of the distances to them. */
const MOST_REFERENCES = 1000;
const ROWS = 256;

/**
 * The mean distance of every image to those of the folder that are its `low` to `high` nearest, as shares of the folder. Where they lie
 * beyond the nearest twentieth, a clump of wrong images that is smaller than that cannot vouch for itself, and nothing is trimmed away.
 * @param outside of each point, the length of what its columns leave out, taken to be at right angles to any other's
 */
export async function quantileDistance(
  points: Matrix,
  outside: Float32Array | null,
  [low, high]: readonly [number, number],
  random: Random,
  { signal }: Hooks = {},
): Promise<Float32Array> {
  const references = sampleRows(points.rows, MOST_REFERENCES, random);
  const own = new Uint8Array(points.rows);
  for (const row of references) own[row] = 1;
  const { data } = takeRows(points, references);
  const all = tf.tidy(() => tf.keep(tf.tensor2d(data, [references.length, points.columns])));
  const squares = Float64Array.from({ length: points.rows }, (_, i) => {
    const row = points.data.subarray(i * points.columns, (i + 1) * points.columns);
    return row.reduce((sum, value) => sum + value * value, (outside?.[i] ?? 0) ** 2);
  });
  const result = new Float32Array(points.rows);
  try {
    for (let from = 0; from < points.rows; from += ROWS) {
      const count = Math.min(ROWS, points.rows - from);
      const products = tf.tidy(() => {
        const block = tf.tensor2d(points.data.subarray(from * points.columns, (from + count) * points.columns), [count, points.columns]);
        return tf.matMul(block, all, false, true).dataSync() as Float32Array;
      });
      for (let i = 0; i < count; i += 1) {
        const nearest = products
          .subarray(i * references.length, (i + 1) * references.length)
          .map((product, j) => (squares[from + i] as number) + (squares[references[j] as number] as number) - 2 * product);
        nearest.sort();
        // A reference finds itself among the nearest.
        const others = references.length - (own[from + i] as number);
        const first = Math.max(1, Math.floor(low * others));
        const last = Math.max(first, Math.floor(high * others));
        let sum = 0;
        for (let rank = first; rank <= last; rank += 1)
          sum += Math.sqrt(Math.max(0, nearest[rank - 1 + (own[from + i] as number)] as number));
        result[from + i] = sum / (last - first + 1);
      }
      await breathe(signal);
    }
    return result;
  } finally {
    all.dispose();
  }
}
