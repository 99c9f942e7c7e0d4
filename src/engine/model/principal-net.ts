/**
 * A net that begins as PCA. Encoder mean = whitened principal components of (x + what a net adds to the image); picture = their
 * inverse + what a net adds to it. Both nets end in a layer of zeros: before the first step they add nothing, and training only has to
 * improve on PCA. The components are not trained: by squared error they are the best linear code already, and their
 * many weights would learn a small folder by heart.
 *
 * What is added is made of convolutions over the image and over PCA's picture, not of a dense layer on the code: one image teaches them
 * as many times as it has pixels, so that a few thousand images, or a few hundred, are enough to learn from.
 */
import { biasAdd, matMul, matMulTransposed, relu } from '../graph/native-ops.ts';
import type { Weights } from '../graph/program.ts';
import type { Pca } from '../linear/pca.ts';
import { tf } from '../tensorflow.ts';
import type { Likelihood } from './likelihood.ts';
import { dot, draw, type Net, type NetConfig, zeros } from './net.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
type Tensor4D = import('@tensorflow/tfjs-node').Tensor4D;
type Named = Record<string, Tensor>;

export const DEFAULT_WIDTH = 16;
const KERNEL = 4;
/** The image is halved until its edge is at most this: there a 3 x 3 convolution sees a fair share of it. */
const INNER_EDGE = 12;
const DENSE_HIDDEN = 400;
/** Above this edge the image is first cut into patches of 4 x 4. */
const LARGEST_WHOLE = 40;
/** Half a grey level: what keeps PCA's picture off 0 and 1, where a cross entropy has no end. */
const LEAST_SHARE = 1 / 510;
/** Components whose variance is below this share of the first's are rounding. */
const LEAST_VARIANCE_SHARE = 1e-7;

/** What `stem` of the configuration is for images of this edge. */
export const stemOf = (size: number): 2 | 4 => (size > LARGEST_WHOLE ? 4 : 2);

/** Weights that no step changes. */
export const FROZEN = ['pca_mean', 'pca_axes', 'pca_deviation'] as const;

/**
 * PCA as weights: mean, axes (latent x pixels) and deviation along each. Where the folder has fewer components than the code has latents,
 * the rest are axes of zeros, which only the net may fill.
 */
export function principalWeights(pca: Pca, latent: number): Weights {
  const pixels = pca.axes.columns;
  const axes = new Float32Array(latent * pixels);
  const deviation = new Float32Array(latent).fill(1);
  const least = LEAST_VARIANCE_SHARE * (pca.variance[0] ?? 0);
  for (let i = 0; i < pca.axes.rows; i += 1) {
    const variance = pca.variance[i] as number;
    if (!(variance > least)) continue;
    axes.set(pca.axes.data.subarray(i * pixels, (i + 1) * pixels), i * pixels);
    deviation[i] = Math.sqrt(variance);
  }
  return {
    pca_mean: { shape: [pixels], values: pca.mean },
    pca_axes: { shape: [latent, pixels], values: axes },
    pca_deviation: { shape: [latent], values: deviation },
  };
}

/**
 * Log variance of the posterior of a whitened component under probabilistic PCA (Tipping and Bishop 1999): noise / (noise + variance),
 * where `noise` is the variance of a pixel about the picture. What a VAE begins with, so that it begins as good a VAE as PCA can be.
 */
export function principalLogVariance(pca: Pca, latent: number, noise: number): Float32Array {
  return Float32Array.from({ length: latent }, (_, i) => Math.log(noise / (noise + (i < pca.axes.rows ? (pca.variance[i] as number) : 0))));
}

/** The net over its components; `likelihood` says whether it adds to the picture itself or to its logits. */
export function principalNet(config: NetConfig, likelihood: Likelihood): Net {
  const { size, channels, latent } = config;
  const pixels = size * size * channels;
  const [toImage, toPicture] = config.architecture === 'dense' ? denseHalves(config) : convolutionalHalves(config);
  const whiten = (flat: Tensor, w: Named): Tensor =>
    tf.div(matMulTransposed(tf.sub(flat, w.pca_mean as Tensor), w.pca_axes as Tensor), w.pca_deviation as Tensor);
  const colour = (z: Tensor, w: Named): Tensor =>
    biasAdd(matMul(tf.mul(z, w.pca_deviation as Tensor), w.pca_axes as Tensor), w.pca_mean as Tensor);
  return {
    weights: (random) => ({
      ...toImage.weights(random),
      ...toPicture.weights(random),
      ...(config.variational ? { variance_w: zeros([toImage.features, latent]), variance_b: zeros([latent]) } : {}),
    }),
    encode(x, w) {
      const flat = x.reshape([x.shape[0] as number, pixels]);
      const { added, mean, features } = toImage.run(tf.sub(flat, w.pca_mean as Tensor), null, w);
      const linear = whiten(added ? tf.add(flat, added) : flat, w);
      return {
        mean: mean ? tf.add(linear, mean) : linear,
        // A step moves every weight by the learning rate alike: over thousands of features that is a jump, unless they are scaled.
        logVariance: config.variational ? dot(tf.mul(features, 1 / Math.sqrt(toImage.features)), w.variance_w, w.variance_b) : null,
      };
    },
    decode(z, w) {
      const picture = colour(z, w);
      const { added } = toPicture.run(tf.sub(picture, w.pca_mean as Tensor), z, w);
      return tf.add(likelihood === 'bernoulli' ? logit(picture) : picture, added as Tensor);
    },
  };
}

function logit(picture: Tensor): Tensor {
  const share = tf.clipByValue(picture, LEAST_SHARE, 1 - LEAST_SHARE);
  return tf.sub(tf.log(share), tf.log(tf.sub(1, share)));
}

/** One of the two nets. `added` goes onto an image, n x pixels; `mean` onto the code; `features` are what the variance is read from. */
interface Half {
  features: number;
  weights: Net['weights'];
  run(centred: Tensor, z: Tensor | null, w: Named): { added: Tensor | null; mean: Tensor | null; features: Tensor };
}

/** Down by convolutions of stride two, one at the bottom, up by transposed ones, each joined with what came down at its size. */
function convolutionalHalves(config: NetConfig): [Half, Half] {
  return [convolutionalHalf('e', config), convolutionalHalf('d', config)];
}

function convolutionalHalf(prefix: string, { size, channels, width = DEFAULT_WIDTH, stem = 2 }: NetConfig): Half {
  const edges = stem === 2 ? [size] : [size, size / stem];
  while ((edges.at(-1) as number) > INNER_EDGE) edges.push(Math.ceil((edges.at(-1) as number) / 2));
  const levels = edges.length - 1;
  /** Channels at each edge. */
  const widths = edges.map((_, i) => (i === 0 ? channels : i === 1 && stem === 2 ? width : 2 * width));
  const inner = edges.at(-1) as number;
  const innerWidth = widths.at(-1) as number;
  const at = (name: string) => `${prefix}_${name}`;
  const conv = (x: Tensor, w: Named, name: string, stride: 1 | 2): Tensor =>
    biasAdd(tf.conv2d(x as Tensor4D, w[at(`${name}_w`)] as Tensor4D, stride, 'same'), w[at(`${name}_b`)] as Tensor);
  return {
    features: inner * inner * innerWidth,
    weights(random) {
      const all: Weights = {};
      const layer = (name: string, kernel: number, from: number, to: number) => {
        all[at(`${name}_w`)] = draw(random, [kernel, kernel, from, to], kernel * kernel * from);
        all[at(`${name}_b`)] = zeros([to]);
      };
      for (let i = 0; i < levels; i += 1) layer(`down${i}`, KERNEL, widths[i] as number, widths[i + 1] as number);
      // The mean image says where in the picture a pixel lies: its own kernel at the first size.
      all[at('place_w')] = draw(random, [KERNEL, KERNEL, channels, widths[1] as number], KERNEL * KERNEL * channels);
      layer('inner', 3, innerWidth, innerWidth);
      for (let i = levels - 1; i >= 0; i -= 1) {
        const [from, to] = [widths[i + 1] as number, widths[i] as number];
        // A transposed kernel is height x width x out x in; each output pixel sees a quarter of it.
        const shape = [KERNEL, KERNEL, to, from];
        all[at(`up${i}_w`)] = i === 0 ? zeros(shape) : draw(random, shape, (KERNEL * KERNEL * from) / 4);
        all[at(`up${i}_b`)] = zeros([to]);
        if (i === 1) layer('join', 3, to, to);
      }
      return all;
    },
    run(centred, _z, w) {
      const n = centred.shape[0] as number;
      const image = centred.reshape([n, size, size, channels]);
      const mean = (w.pca_mean as Tensor).reshape([1, size, size, channels]);
      const first = (x: Tensor, name: string): Tensor => {
        const kernel = w[at(`${name}_w`)] as Tensor4D;
        return stem === 2 ? tf.conv2d(x as Tensor4D, kernel, 2, 'same') : patchesThrough(x as Tensor4D, kernel);
      };
      const down = [relu(tf.add(biasAdd(first(image, 'down0'), w[at('down0_b')] as Tensor), first(mean, 'place')))];
      for (let i = 1; i < levels; i += 1) down.push(relu(conv(down.at(-1) as Tensor, w, `down${i}`, 2)));
      const bottom = down.at(-1) as Tensor;
      let h = tf.add(relu(conv(bottom, w, 'inner', 1)), bottom) as Tensor;
      const features = h.reshape([n, inner * inner * innerWidth]);
      for (let i = levels - 1; i >= 0; i -= 1) {
        const edge = edges[i] as number;
        const kernel = w[at(`up${i}_w`)] as Tensor4D;
        if (i === 0 && stem !== 2) h = patchesFrom(h as Tensor4D, kernel);
        else h = tf.conv2dTranspose(h as Tensor4D, kernel, [n, edge, edge, widths[i] as number], 2, 'same');
        h = biasAdd(h, w[at(`up${i}_b`)] as Tensor);
        if (i > 0) h = tf.add(relu(h), down[i - 1] as Tensor);
        if (i === 1) h = tf.add(relu(conv(h, w, 'join', 1)), h);
      }
      return { added: h.reshape([n, size * size * channels]), mean: null, features };
    },
  };
}

/** A convolution whose stride is its kernel's edge, as one product of a matrix: n x edge x edge x in -> n x edge/k x edge/k x out. */
function patchesThrough(x: Tensor4D, kernel: Tensor4D): Tensor {
  const [n, edge, , from] = x.shape;
  const [k, , , to] = kernel.shape;
  const places = edge / k;
  // The patches' pixels side by side.
  const patches = tf.transpose(x.reshape([n * places, k, places, k * from]), [0, 2, 1, 3]);
  const flat = patches.reshape([n * places * places, k * k * from]);
  return matMul(flat, kernel.reshape([k * k * from, to])).reshape([n, places, places, to]);
}

/** The other way: each place becomes a patch. kernel: k x k x out x in, as a transposed convolution has it. */
function patchesFrom(x: Tensor4D, kernel: Tensor4D): Tensor {
  const [n, places, , from] = x.shape;
  const [k, , to] = kernel.shape;
  const flat = matMulTransposed(x.reshape([n * places * places, from]), kernel.reshape([k * k * to, from]));
  const rows = tf.transpose(flat.reshape([n * places, places, k, k * to]), [0, 2, 1, 3]);
  return rows.reshape([n, places * k, places * k, to]);
}

/** One hidden layer on each side: from the image to the code, from the code to the picture. */
function denseHalves({ size, channels, latent }: NetConfig): [Half, Half] {
  const pixels = size * size * channels;
  const half = (prefix: string, from: number, to: number): Omit<Half, 'run'> => ({
    features: DENSE_HIDDEN,
    weights: (random) => ({
      [`${prefix}_w`]: draw(random, [from, DENSE_HIDDEN], from),
      [`${prefix}_b`]: zeros([DENSE_HIDDEN]),
      [`${prefix}_out_w`]: zeros([DENSE_HIDDEN, to]),
      [`${prefix}_out_b`]: zeros([to]),
    }),
  });
  return [
    {
      ...half('e', pixels, latent),
      run(centred, _z, w) {
        const features = relu(dot(centred, w.e_w, w.e_b));
        return { added: null, mean: dot(features, w.e_out_w, w.e_out_b), features };
      },
    },
    {
      ...half('d', latent, pixels),
      run(_centred, z, w) {
        const features = relu(dot(z as Tensor, w.d_w, w.d_b));
        return { added: dot(features, w.d_out_w, w.d_out_b), mean: null, features };
      },
    },
  ];
}
