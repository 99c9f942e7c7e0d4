import { biasAdd, matMul, relu } from '../graph/native-ops.ts';
import type { Weights } from '../graph/program.ts';
import { tf } from '../tensorflow.ts';
import { CONTRAST_FLOOR, PATCH, type PatchDictionary } from './patch-dictionary.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;
type Tensor3D = import('@tensorflow/tfjs-node').Tensor3D;
type Tensor4D = import('@tensorflow/tfjs-node').Tensor4D;

type PatchTensors = Record<'patch_kernel' | 'patch_offset' | 'word_transform' | 'word_bias' | 'pools', Tensor>;

const POOLS = 3;
/** Images up to this edge are looked at at every pixel, larger ones at every second: 500 to 900 places an image either way. */
const LARGEST_DENSE = 40;

export const patchStride = (size: number): number => (size > LARGEST_DENSE ? 2 : 1);
/** Places along an edge. */
const places = (size: number): number => Math.floor((size - PATCH) / patchStride(size)) + 1;

/** What the activations' graph holds: the whitening as a convolution, the words, the pools. */
export function patchWeights({ channels, whitening, offset, words }: PatchDictionary, size: number): Weights {
  const directions = whitening.rows;
  const area = whitening.columns;
  const kernel = new Float32Array(area * directions);
  for (let d = 0; d < directions; d += 1) {
    // A kernel that sums to nothing takes the patch's mean off by itself.
    let mean = 0;
    for (let j = 0; j < area; j += 1) mean += (whitening.data[d * area + j] as number) / area;
    for (let j = 0; j < area; j += 1) kernel[j * directions + d] = (whitening.data[d * area + j] as number) - mean;
  }
  // mean |q - c|^2 - |q - c_w|^2 = 2 q . (c_w - mean c) - (|c_w|^2 - mean |c|^2): a product with a matrix, in which |q|^2 cancels.
  const transform = new Float32Array(directions * words.rows);
  const bias = new Float32Array(words.rows);
  for (let d = 0; d < directions; d += 1) {
    let mean = 0;
    for (let w = 0; w < words.rows; w += 1) mean += (words.data[w * directions + d] as number) / words.rows;
    for (let w = 0; w < words.rows; w += 1) {
      const value = words.data[w * directions + d] as number;
      transform[d * words.rows + w] = 2 * (value - mean);
      bias[w] = (bias[w] as number) - value * value;
    }
  }
  const meanBias = bias.reduce((sum, value) => sum + value, 0) / words.rows;
  return {
    patch_kernel: { shape: [PATCH, PATCH, channels, directions], values: kernel },
    patch_offset: { shape: [directions], values: offset },
    word_transform: { shape: [directions, words.rows], values: transform },
    word_bias: { shape: [words.rows], values: bias.map((value) => value - meanBias) },
    pools: { shape: [POOLS * POOLS, places(size) ** 2], values: poolWeights(places(size)) },
  };
}

/** POOLS^2 x places^2: each row takes the mean over one of 3 x 3 parts of the image. */
function poolWeights(edge: number): Float32Array {
  const pools = new Float32Array(POOLS * POOLS * edge * edge);
  const border = (i: number): number => Math.floor((i * edge) / POOLS);
  for (let py = 0; py < POOLS; py += 1)
    for (let px = 0; px < POOLS; px += 1) {
      const area = (border(py + 1) - border(py)) * (border(px + 1) - border(px));
      for (let y = border(py); y < border(py + 1); y += 1)
        for (let x = border(px); x < border(px + 1); x += 1) pools[(py * POOLS + px) * edge * edge + y * edge + x] = 1 / area;
    }
  return pools;
}

/**
 * How much each word is present in each of 3 x 3 parts of the image: max(0, mean squared distance to the words - squared distance to
 * this one) of every patch, averaged over the part; its square root, so that a word that is everywhere does not drown the others. Coates,
 * Lee and Ng's "triangle" has distances where this has their squares, which costs one product instead of six passes over the
 * activations; bench/RESULTS.md has both.
 * @param x n x size x size x channels, 0..1
 * @returns n x (3 * 3 * words)
 */
export function patchActivations(x: Tensor4D, weights: Record<string, Tensor>): Tensor2D {
  const { patch_kernel: kernel, patch_offset: offset, word_transform: transform, word_bias: bias, pools } = weights as PatchTensors;
  const [n, size] = x.shape;
  const stride = patchStride(size);
  const edge = places(size);
  const centred = tf.sub(x, 0.5) as Tensor4D;
  // The mean and the mean square of each patch, over its pixels and channels.
  const means = tf.concat([tf.mean(centred, 3, true), tf.mean(tf.square(centred), 3, true)], 3) as Tensor4D;
  const moments = tf.avgPool(means, PATCH, stride, 'valid');
  const mean = moments.slice([0, 0, 0, 0], [n, edge, edge, 1]);
  const meanSquare = moments.slice([0, 0, 0, 1], [n, edge, edge, 1]);
  const contrast = tf.sqrt(tf.add(relu(tf.sub(meanSquare, tf.square(mean))), CONTRAST_FLOOR));
  const convolved = tf.conv2d(centred, kernel as Tensor4D, stride, 'valid');
  const whitened = tf.sub(tf.div(convolved, contrast), offset).reshape([n * edge * edge, kernel.shape[3] as number]);
  const words = bias.shape[0] as number;
  const active = relu(biasAdd(matMul(whitened, transform), bias)).reshape([n, edge * edge, words]);
  const pooled = tf.matMul(tf.reshape(pools, [1, POOLS * POOLS, edge * edge]) as Tensor3D, active as Tensor3D);
  return tf.sqrt(pooled).reshape([n, POOLS * POOLS * words]) as Tensor2D;
}
