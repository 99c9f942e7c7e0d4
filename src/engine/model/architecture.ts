/** The nets that stand alone: shapes of the weights, their initial values, and the two halves written with tfjs ops. Nothing here trains. */
import { biasAdd, relu } from '../graph/native-ops.ts';
import type { Weights } from '../graph/program.ts';
import type { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';
import type { Likelihood } from './likelihood.ts';
import { type ConvolutionalShape, dot, draw, type Link, type Net, type NetConfig, zeros } from './net.ts';
import { principalNet } from './principal-net.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
type Tensor4D = import('@tensorflow/tfjs-node').Tensor4D;

const HIDDEN = 128;
const DENSE_HIDDEN = 400;
const KERNEL = 4;
const CHANNELS = [16, 32, 64];
/** Above this edge a third halving keeps the dense layer small. */
const TWO_HALVINGS_UP_TO = 40;
/** exp(-3): a small first variance lets the reconstruction be learnt before the noise bites. */
const LOG_VARIANCE_SCALE = 0.1;

/** A net that adds to principal components answers in their own terms: pixels, or for a cross entropy their logits. */
export function linkOf(config: NetConfig & { likelihood: Likelihood }): Link {
  return config.principal && config.likelihood === 'gaussian' ? 'clip' : 'sigmoid';
}

export function netOf(config: NetConfig & { likelihood: Likelihood }): Net {
  if (config.principal) return principalNet(config, config.likelihood);
  return config.architecture === 'dense' ? denseNet(config) : convolutionalNet(config);
}

function heads(h: Tensor, w: Record<string, Tensor>, variational: boolean) {
  return { mean: dot(h, w.mean_w, w.mean_b), logVariance: variational ? dot(h, w.variance_w, w.variance_b) : null };
}

function headWeights(random: Random, from: number, { latent, variational }: NetConfig): Weights {
  return {
    mean_w: draw(random, [from, latent], from),
    mean_b: zeros([latent]),
    ...(variational ? { variance_w: draw(random, [from, latent], from, LOG_VARIANCE_SCALE), variance_b: zeros([latent]) } : {}),
  };
}

function denseNet(config: NetConfig): Net {
  const { size, channels, latent, variational } = config;
  const pixels = size * size * channels;
  return {
    weights: (random) => ({
      e_w: draw(random, [pixels, DENSE_HIDDEN], pixels),
      e_b: zeros([DENSE_HIDDEN]),
      ...headWeights(random, DENSE_HIDDEN, config),
      d_w: draw(random, [latent, DENSE_HIDDEN], latent),
      d_b: zeros([DENSE_HIDDEN]),
      out_w: draw(random, [DENSE_HIDDEN, pixels], DENSE_HIDDEN),
      out_b: zeros([pixels]),
    }),
    encode: (x, w) => heads(relu(dot(x.reshape([x.shape[0] as number, pixels]), w.e_w, w.e_b)), w, variational),
    decode: (z, w) => dot(relu(dot(z, w.d_w, w.d_b)), w.out_w, w.out_b),
  };
}

function defaultShape(size: number): ConvolutionalShape {
  return { widths: size <= TWO_HALVINGS_UP_TO ? CHANNELS.slice(0, 2) : CHANNELS, hidden: HIDDEN };
}

function convolutionalNet(config: NetConfig): Net {
  const { size, channels, latent, variational } = config;
  const { widths, hidden, biases = true } = config.shape ?? defaultShape(size);
  const biasOf = (name: string, length: number): Weights => (biases ? { [name]: zeros([length]) } : {});
  const withBias = (x: Tensor, bias: Tensor | undefined): Tensor => (bias ? biasAdd(x, bias) : x);
  /** Edges before each halving, and after the last. */
  const edges = widths.reduce<number[]>((all) => [...all, Math.ceil((all.at(-1) as number) / 2)], [size]);
  const inner = edges.at(-1) as number;
  const innerWidth = widths.at(-1) as number;
  const flat = inner * inner * innerWidth;
  const widthBefore = (i: number): number => (i === 0 ? channels : (widths[i - 1] as number));
  return {
    weights: (random) => ({
      ...Object.fromEntries(
        widths.flatMap((width, i) =>
          Object.entries({
            [`conv${i}_w`]: draw(random, [KERNEL, KERNEL, widthBefore(i), width], KERNEL * KERNEL * widthBefore(i)),
            ...biasOf(`conv${i}_b`, width),
          }),
        ),
      ),
      ...(hidden === null ? {} : { e_w: draw(random, [flat, hidden], flat), e_b: zeros([hidden]) }),
      ...headWeights(random, hidden ?? flat, config),
      ...(hidden === null ? {} : { d_w: draw(random, [latent, hidden], latent), d_b: zeros([hidden]) }),
      u_w: draw(random, [hidden ?? latent, flat], hidden ?? latent),
      u_b: zeros([flat]),
      ...Object.fromEntries(
        widths
          .map((width, i) =>
            Object.entries({
              // A transposed kernel is height x width x out x in; each output pixel sees a quarter of the kernel.
              [`up${i}_w`]: draw(random, [KERNEL, KERNEL, widthBefore(i), width], (KERNEL * KERNEL * width) / 4),
              ...biasOf(`up${i}_b`, widthBefore(i)),
            }),
          )
          .reverse()
          .flat(),
      ),
    }),
    encode(x, w) {
      let h = x;
      for (let i = 0; i < widths.length; i += 1) {
        h = relu(withBias(tf.conv2d(h as Tensor4D, w[`conv${i}_w`] as Tensor4D, 2, 'same'), w[`conv${i}_b`]));
      }
      const features = h.reshape([x.shape[0] as number, flat]);
      return heads(hidden === null ? features : relu(dot(features, w.e_w, w.e_b)), w, variational);
    },
    decode(z, w) {
      const n = z.shape[0] as number;
      const features = hidden === null ? z : relu(dot(z, w.d_w, w.d_b));
      let h = relu(dot(features, w.u_w, w.u_b)).reshape([n, inner, inner, innerWidth]) as Tensor;
      for (let i = widths.length - 1; i >= 0; i -= 1) {
        const edge = edges[i] as number;
        h = tf.conv2dTranspose(h as Tensor4D, w[`up${i}_w`] as Tensor4D, [n, edge, edge, widthBefore(i)], 2, 'same');
        h = withBias(h, w[`up${i}_b`]);
        if (i > 0) h = relu(h);
      }
      return h.reshape([n, size * size * channels]);
    },
  };
}
