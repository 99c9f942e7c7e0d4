import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { tf } from '../tensorflow.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;
type Tensor4D = import('@tensorflow/tfjs-node').Tensor4D;

const BINS = 9;
const CELL = 4;
/** Larger images are halved first, so that a cell covers the same share of the picture. */
const HALVED_ABOVE = 40;
const CLAMP = 0.6;
const FLOOR = 0.02;
const IMAGES_A_BLOCK = 64;
/** Dalal and Triggs' limit of a normalised entry. */
const BLOCK_CLAMP = 0.2;

/** Luma of Rec. 601, n x size x size x 1, of the same range as x. */
function luma(x: Tensor4D): Tensor4D {
  return (x.shape[3] === 1 ? x : tf.sum(tf.mul(x, [0.299, 0.587, 0.114]), 3, true)) as Tensor4D;
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

/** Mean gradient by direction in each cell of cell x cell pixels: n x cells x cells x 9. */
function orientationCells(x: Tensor4D, cell: number): Tensor4D {
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
  return tf.avgPool(bins, cell, cell, 'valid') as Tensor4D;
}

const energyOf = (cells: Tensor4D): Tensor4D => tf.sum(tf.square(cells), 3, true) as Tensor4D;
const halvedIfLarge = (x: Tensor4D): Tensor4D => (x.shape[1] > HALVED_ABOVE ? (tf.avgPool(x, 2, 2, 'valid') as Tensor4D) : x);

function describe(x: Tensor4D): Tensor4D {
  const cells = orientationCells(halvedIfLarge(x), CELL);
  const energy = tf.avgPool(energyOf(cells), 2, 1, 'same');
  return tf.minimum(tf.div(cells, tf.add(tf.mul(tf.sqrt(energy), 2), FLOOR)), CLAMP) as Tensor4D;
}

/**
 * Histograms of oriented gradients as Dalal and Triggs (CVPR 2005) normalise them: each cell by each of the four 2 x 2 blocks that it lies
 * in, clamped at .2; of the 36 numbers a cell the sums over the blocks and over the directions are kept, which lose next to nothing
 * (Felzenszwalb, Girshick, McAllester and Ramanan, PAMI 2010, section 6.2).
 * @param x n x size x size x channels, 0..1
 * @returns n x (cells * cells * 13), 7 x 7 cells at 28 pixels, 8 x 8 at 32 and 64
 */
export function shapeFeatures(x: Tensor4D): Tensor2D {
  const cell = Math.max(CELL, Math.round(x.shape[1] / 8));
  const cells = orientationCells(luma(x), cell);
  const [n, edge] = cells.shape;
  // Blocks over the border hold what of them lies inside.
  const energy = tf.pad(energyOf(cells), [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]) as Tensor4D;
  const blocks = tf.mul(tf.avgPool(energy, 2, 1, 'valid'), 4) as Tensor4D;
  const norms = tf.add(tf.sqrt(blocks), FLOOR);
  let directions: Tensor | null = null;
  const strengths: Tensor[] = [];
  for (const [dy, dx] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as const) {
    const one = tf.minimum(tf.div(cells, norms.slice([0, dy, dx, 0], [n, edge, edge, 1])), BLOCK_CLAMP);
    directions = directions ? tf.add(directions, one) : one;
    strengths.push(tf.sum(one, 3, true));
  }
  // Scaled as in the paper: halves of the sums over blocks, .2357 (1 / sqrt 18) of those over directions.
  const parts = [tf.mul(directions as Tensor, 0.5), tf.mul(tf.concat(strengths, 3), 0.2357)];
  return tf.concat(parts, 3).reshape([n, edge * edge * (BINS + 4)]) as Tensor2D;
}

/** n x size x size x channels, 0..1. */
function asImages({ size, channels, data }: PixelSet, from: number, count: number): Tensor4D {
  const length = size * size * channels;
  const bytes = tf.tensor4d(data.subarray(from * length, (from + count) * length), [count, size, size, channels], 'int32');
  return tf.div(bytes.toFloat(), 255) as Tensor4D;
}

/**
 * Histograms of oriented gradients (Dalal and Triggs 2005) with soft, unsigned orientation bins: n x (cells x cells x 9), where cells
 * are 4 x 4 pixels (8 x 8 above an edge of 40), each normalised by the energy of its 2 x 2 neighbourhood. Values 0..0.6.
 */
export async function hogFeatures(pixels: PixelSet, { signal, onProgress }: Hooks = {}): Promise<Matrix> {
  const { count } = pixels;
  let result: Matrix | null = null;
  for (let from = 0; from < count; from += IMAGES_A_BLOCK) {
    const n = Math.min(IMAGES_A_BLOCK, count - from);
    const features = tf.tidy(() => describe(luma(asImages(pixels, from, n))).dataSync() as Float32Array);
    const columns = features.length / n;
    result ??= { rows: count, columns, data: new Float32Array(count * columns) };
    result.data.set(features, from * columns);
    onProgress?.(from + n, count);
    await breathe(signal);
  }
  return result ?? { rows: 0, columns: 0, data: new Float32Array(0) };
}
