/** A dictionary of patches, learnt from the images themselves: what small pieces they are made of (Coates, Lee and Ng, AISTATS 2011). */
import type { Hooks } from '../hooks.ts';
import { symmetricEigen } from '../linear/eigen.ts';
import { kMeans } from '../linear/k-means.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import type { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

/** Edge of a patch, in pixels. */
export const PATCH = 6;
export const WORDS = 300;
/** Patches that the dictionary is learnt on. */
const DRAWN = 20_000;
/** Rounds of k-means before those over all patches: what comes after them is hardly seen in the features. */
const ROUNDS = 10;
/** Directions that are kept of the patches' whitened space; the rest is hardly ever more than noise. */
const MOST_DIRECTIONS = 64;
/** Added to a patch's variance (pixels in 0..1): flat patches are not blown up to noise. */
export const CONTRAST_FLOOR = 1e-3;
/** Added to the eigenvalues of normalised patches, whose entries have variance 1 at most. */
const WHITENING_FLOOR = 0.1;

export interface PatchDictionary {
  channels: 1 | 3;
  /** directions x (PATCH * PATCH * channels): PCA whitening, whose distances are those of ZCA whitening. */
  whitening: Matrix;
  /** A whitened patch is whitening * normalised patch - offset; directions. */
  offset: Float32Array;
  /** words x directions. */
  words: Matrix;
}

/**
 * Learns up to 300 words: patches drawn at random places of random images, each with its mean taken off and divided by its contrast,
 * whitened, and clustered by k-means. Fewer words where there are fewer different patches.
 */
export async function learnDictionary(pixels: PixelSet, random: Random, hooks: Hooks = {}): Promise<PatchDictionary> {
  const drawn = drawPatches(pixels, DRAWN, random);
  const { whitening, offset } = fitWhitening(drawn);
  const whitened = tf.tidy(() => {
    const transform = tf.tensor2d(whitening.data, [whitening.rows, whitening.columns]);
    const patches = tf.tensor2d(drawn.data, [drawn.rows, drawn.columns]);
    return tf.sub(tf.matMul(patches, transform, false, true), offset).dataSync() as Float32Array;
  });
  const { centres } = await kMeans({ rows: drawn.rows, columns: whitening.rows, data: whitened }, WORDS, random, {
    ...hooks,
    rounds: ROUNDS,
  });
  return { channels: pixels.channels, whitening, offset, words: centres };
}

/** count x (PATCH * PATCH * channels), each with mean 0 and variance v / (v + floor). */
function drawPatches({ count, size, channels, data }: PixelSet, wanted: number, random: Random): Matrix {
  const columns = PATCH * PATCH * channels;
  const patches: Matrix = { rows: wanted, columns, data: new Float32Array(wanted * columns) };
  const row = PATCH * channels;
  for (let i = 0; i < wanted; i += 1) {
    const image = random.integer(count);
    const [top, left] = [random.integer(size - PATCH + 1), random.integer(size - PATCH + 1)];
    const patch = patches.data.subarray(i * columns, (i + 1) * columns);
    for (let y = 0; y < PATCH; y += 1) {
      const from = ((image * size + top + y) * size + left) * channels;
      for (let j = 0; j < row; j += 1) patch[y * row + j] = (data[from + j] as number) / 255;
    }
    normalise(patch);
  }
  return patches;
}

function normalise(patch: Float32Array): void {
  let sum = 0;
  for (const value of patch) sum += value;
  const mean = sum / patch.length;
  let squares = 0;
  for (const value of patch) squares += (value - mean) ** 2;
  const contrast = Math.sqrt(squares / patch.length + CONTRAST_FLOOR);
  for (let j = 0; j < patch.length; j += 1) patch[j] = ((patch[j] as number) - mean) / contrast;
}

function fitWhitening(patches: Matrix): Pick<PatchDictionary, 'whitening' | 'offset'> {
  const { rows, columns } = patches;
  const [mean, covariance] = tf.tidy(() => {
    const x = tf.tensor2d(patches.data, [rows, columns]);
    const average = tf.mean(x, 0);
    const centred = tf.sub(x, average) as Tensor2D;
    return [average.dataSync(), tf.div(tf.matMul(centred, centred, true, false), rows - 1).dataSync()] as const;
  });
  const { values, vectors } = symmetricEigen(Float64Array.from(covariance), columns);
  const directions = Math.min(columns, MOST_DIRECTIONS);
  const whitening: Matrix = { rows: directions, columns, data: new Float32Array(directions * columns) };
  const offset = new Float32Array(directions);
  for (let i = 0; i < directions; i += 1) {
    const scale = 1 / Math.sqrt(Math.max(0, values[i] as number) + WHITENING_FLOOR);
    let centre = 0;
    for (let j = 0; j < columns; j += 1) {
      const entry = (vectors[i * columns + j] as number) * scale;
      whitening.data[i * columns + j] = entry;
      centre += entry * (mean[j] as number);
    }
    offset[i] = centre;
  }
  return { whitening, offset };
}
