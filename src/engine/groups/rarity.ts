import { trimmedGaussian } from '../density/trimmed-gaussian.ts';
import { unitRows } from '../features/space.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { ranks } from '../statistics/ranks.ts';
import { tf } from '../tensorflow.ts';

/** Distances are taken to this many images at most, so that a group's share, not its count, decides what is near. */
const REFERENCES = 2_400;
/** Half as far again as a group of 10 % reaches, so that its members do not hide behind each other. */
const NEIGHBOUR = 0.15;
/** Images a block: with 2,400 references 20 MB of scores. */
const BLOCK = 2_048;

/**
 * How rare what an image shows is, 0 (common) to 1 (rare): the rank of the mean of two ranks, of its distance to the nearest 15 % of 2,400
 * images and of the same by cosine. The length of half whitened features tells how unusual an image is, their direction of what sort: a
 * gesture of a hand among another's is seen by the first, a few sandals among many unlike shirts by the second.
 * @param features half whitened
 * @throws SondeError cancelled
 */
export async function rarityOfFeatures(features: Matrix, seed: number, hooks: Hooks = {}): Promise<Float32Array> {
  const references = sampleRows(features.rows, REFERENCES, new Random(seed));
  const neighbour = Math.min(references.length - 1, Math.max(5, Math.round(NEIGHBOUR * references.length)));
  const [away, turned] = [
    ranks(await neighbourSquares(features, references, neighbour, hooks)),
    ranks(await neighbourSquares(unitRows(features), references, neighbour, { signal: hooks.signal })),
  ];
  return rankShare(away.map((rank, image) => rank + (turned[image] as number)));
}

/** Squared distance of every row to its k-th nearest reference; a reference, itself among them, takes one further. */
async function neighbourSquares(points: Matrix, references: Uint32Array, k: number, { signal, onProgress }: Hooks): Promise<Float32Array> {
  const { rows, columns } = points;
  const isReference = new Uint8Array(rows);
  for (const row of references) isReference[row] = 1;
  const known = takeRows(points, references);
  const [turned, squares] = tf.tidy(() => {
    const all = tf.tensor2d(known.data, [known.rows, columns]);
    return [all.transpose().mul(2), all.square().sum(1)] as const;
  });
  const result = new Float32Array(rows);
  const wanted = Math.min(k + 1, references.length);
  try {
    for (let from = 0; from < rows; from += BLOCK) {
      const count = Math.min(BLOCK, rows - from);
      const distances = tf.tidy(() => {
        const some = tf.tensor2d(points.data.subarray(from * columns, (from + count) * columns), [count, columns]);
        const scores = tf.matMul(some, turned as typeof some).sub(squares);
        return some.square().sum(1, true).sub(tf.topk(scores, wanted).values).dataSync();
      });
      for (let i = 0; i < count; i += 1) result[from + i] = distances[i * wanted + (isReference[from + i] ? wanted : k) - 1] as number;
      onProgress?.(from + count, rows);
      await breathe(signal);
    }
  } finally {
    tf.dispose([turned, squares]);
  }
  return result;
}

/**
 * How rare an image's brightness, contrast and the like are together, 0..1: the rank of the robust Mahalanobis distance of their
 * logarithms. Dark and flat images look common in every learnt space and are seen here alone.
 * @param attributes standardised; null where no attribute varies
 */
export async function rarityOfAttributes(attributes: Matrix | null, rows: number, hooks: Hooks = {}): Promise<Float32Array> {
  if (!attributes) return new Float32Array(rows);
  return rankShare((await trimmedGaussian(attributes, { signal: hooks.signal })).squares);
}

/** (rank - 1) / (n - 1), ties sharing their mean. */
function rankShare(values: ArrayLike<number>): Float32Array {
  return Float32Array.from(ranks(values), (rank) => (rank - 1) / Math.max(1, values.length - 1));
}
