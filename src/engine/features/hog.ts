import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { tf } from '../tensorflow.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;
type Tensor4D = import('@tensorflow/tfjs-node').Tensor4D;

const BINS = 9;
const CELL = 4;
/** Larger images are halved first, so that a cell covers the same share of the picture. */
const HALVED_ABOVE = 40;
const CLAMP = 0.6;
const FLOOR = 0.02;
const IMAGES_A_BLOCK = 64;

/** Luma of Rec. 601, n x size x size x 1, 0..1. */
function gray(pixels: PixelSet, from: number, count: number): Tensor4D {
  const { size, channels, data } = pixels;
  const length = size * size * channels;
  const x = tf.div(
    tf.tensor4d(data.subarray(from * length, (from + count) * length), [count, size, size, channels], 'int32').toFloat(),
    255,
  );
  return (channels === 1 ? x : tf.sum(tf.mul(x, [0.299, 0.587, 0.114]), 3, true)) as Tensor4D;
}

/** Central differences along rows and columns; the border repeats itself. */
function gradients(x: Tensor4D): [Tensor4D, Tensor4D] {
  const [n, h, w] = x.shape;
  const wide = tf.concat([x.slice([0, 0, 0, 0], [n, h, 1, 1]), x, x.slice([0, 0, w - 1, 0], [n, h, 1, 1])], 2);
  const tall = tf.concat([x.slice([0, 0, 0, 0], [n, 1, w, 1]), x, x.slice([0, h - 1, 0, 0], [n, 1, w, 1])], 1);
  const gx = tf.sub(wide.slice([0, 0, 2, 0], [n, h, w, 1]), wide.slice([0, 0, 0, 0], [n, h, w, 1])) as Tensor4D;
  const gy = tf.sub(tall.slice([0, 2, 0, 0], [n, h, w, 1]), tall.slice([0, 0, 0, 0], [n, h, w, 1])) as Tensor4D;
  return [gx, gy];
}

function describe(x: Tensor4D): Tensor4D {
  const [gx, gy] = gradients(x);
  const square = tf.add(tf.square(gx), tf.square(gy));
  const magnitude = tf.sqrt(square);
  const safe = tf.maximum(square, 1e-12);
  // cos 2t and sin 2t of the edge's direction: light on dark and dark on light are the same edge.
  const cosine = tf.div(tf.sub(tf.square(gx), tf.square(gy)), safe);
  const sine = tf.div(tf.mul(tf.mul(gx, gy), 2), safe);
  const [n, h, w] = x.shape;
  const angles = Array.from({ length: BINS }, (_, k) => (2 * Math.PI * k) / BINS);
  const directions = tf.tensor2d([...angles.map(Math.cos), ...angles.map(Math.sin)], [2, BINS]);
  // cos(2t - a) of every bin at once.
  const near = tf.relu(tf.matMul(tf.concat([cosine, sine], 3).reshape([n * h * w, 2]) as Tensor2D, directions)).reshape([n, h, w, BINS]);
  const bins = tf.mul(magnitude, tf.square(tf.square(near))) as Tensor4D;
  const cells = tf.avgPool(bins, CELL, CELL, 'valid') as Tensor4D;
  const energy = tf.avgPool(tf.sum(tf.square(cells), 3, true) as Tensor4D, 2, 1, 'same');
  return tf.minimum(tf.div(cells, tf.add(tf.mul(tf.sqrt(energy), 2), FLOOR)), CLAMP) as Tensor4D;
}

/**
 * Histograms of oriented gradients (Dalal and Triggs 2005) with soft, unsigned orientation bins: n x (cells x cells x 9), where cells
 * are 4 x 4 pixels (8 x 8 above an edge of 40), each normalised by the energy of its 2 x 2 neighbourhood. Values 0..0.6.
 */
export async function hogFeatures(pixels: PixelSet, { signal, onProgress }: Hooks = {}): Promise<Matrix> {
  const { count, size } = pixels;
  let result: Matrix | null = null;
  for (let from = 0; from < count; from += IMAGES_A_BLOCK) {
    const n = Math.min(IMAGES_A_BLOCK, count - from);
    const features = tf.tidy(() => {
      const x = gray(pixels, from, n);
      return describe(size > HALVED_ABOVE ? (tf.avgPool(x, 2, 2, 'valid') as Tensor4D) : x).dataSync() as Float32Array;
    });
    const columns = features.length / n;
    result ??= { rows: count, columns, data: new Float32Array(count * columns) };
    result.data.set(features, from * columns);
    onProgress?.(from + n, count);
    await breathe(signal);
  }
  return result ?? { rows: 0, columns: 0, data: new Float32Array(0) };
}
