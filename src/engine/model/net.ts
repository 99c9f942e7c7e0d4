/** What the nets share: their configuration, their two halves, and how a layer's weights begin. */
import { biasAdd, matMul } from '../graph/native-ops.ts';
import type { Weights } from '../graph/program.ts';
import type { Random } from '../random.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;

export interface NetConfig {
  architecture: 'convolutional' | 'dense';
  size: number;
  channels: 1 | 3;
  latent: number;
  /** Whether the encoder also gives a log variance. */
  variational: boolean;
  /** Whether the net adds to principal components (true), or stands alone as in studies made before it could. */
  principal?: boolean | undefined;
  /** Of a convolutional net that stands alone, instead of what its size calls for. */
  shape?: ConvolutionalShape | undefined;
  /** Of a convolutional net that adds to principal components: half of the channels at its lower sizes. */
  width?: number | undefined;
  /** Of the same: the edge is divided by this first, by a convolution of stride two (2, in studies made before there was a choice) or in patches (4). */
  stem?: 2 | 4 | undefined;
}

export interface ConvolutionalShape {
  /** Channels after each halving. */
  widths: number[];
  /** Units of the dense layer between convolutions and latents; null: none. */
  hidden: number | null;
  /** Whether the convolutions add a bias; default: yes. */
  biases?: boolean;
}

/** What the decoder's output becomes as a picture in 0..1: clipped to it, or the sigmoid of it. */
export type Link = 'clip' | 'sigmoid';

export interface Net {
  weights(random: Random): Weights;
  /** x: n x size x size x channels in 0..1 -> mean and log variance, n x latent each. */
  encode(x: Tensor, weights: Record<string, Tensor>): { mean: Tensor; logVariance: Tensor | null };
  /** z: n x latent -> what the link makes the picture of, n x (size * size * channels). */
  decode(z: Tensor, weights: Record<string, Tensor>): Tensor;
}

/** He et al. 2015: standard deviation sqrt(2 / fan in). */
export function draw(random: Random, shape: number[], fanIn: number, scale = 1) {
  const length = shape.reduce((product, size) => product * size, 1);
  const deviation = Math.sqrt(2 / fanIn) * scale;
  return { shape, values: Float32Array.from({ length }, () => random.normal() * deviation) };
}

export const zeros = (shape: number[]) => ({ shape, values: new Float32Array(shape.reduce((product, size) => product * size, 1)) });

export const dot = (x: Tensor, w: Tensor | undefined, b: Tensor | undefined): Tensor => biasAdd(matMul(x, w as Tensor), b as Tensor);
