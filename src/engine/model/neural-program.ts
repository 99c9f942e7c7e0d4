/** The functions of an autoencoder or VAE as one native program. */
import { type FunctionSpec, Program, type StepSpec, type Weights } from '../graph/program.ts';
import { tf } from '../tensorflow.ts';
import { linkOf, netOf } from './architecture.ts';
import { imagesAtOnce } from './images-at-once.ts';
import { divergence, type Likelihood, negativeLogLikelihood, pictureOf } from './likelihood.ts';
import type { Net, NetConfig } from './net.ts';
import { FROZEN } from './principal-net.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
type Named = Record<string, Tensor>;

/** Images a call of decode. */
export const DECODE_BLOCKS = [1, 16, 64] as const;
export const LARGEST_BLOCK = DECODE_BLOCKS[DECODE_BLOCKS.length - 1] as number;
/** Draws an importance call of one image. */
export const IMPORTANCE_BLOCK = 100;

export interface NeuralConfig extends NetConfig {
  likelihood: Likelihood;
}

const asImages = (bytes: Tensor, { size, channels }: NetConfig): Tensor =>
  tf.mul(bytes, 1 / 255).reshape([bytes.shape[0] as number, size, size, channels]);

/** z = mean + exp(log variance / 2) noise; the mean alone where there is no variance. */
function posterior(mean: Tensor, logVariance: Tensor | null, noise: Tensor | undefined): Tensor {
  return logVariance && noise ? tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise)) : mean;
}

function encodeSpec(config: NeuralConfig, net: Net): FunctionSpec {
  const pixels = config.size * config.size * config.channels;
  return {
    inputs: { bytes: { kind: 'bytes', shape: [imagesAtOnce(pixels), pixels] } },
    build: ({ bytes }, weights) => {
      const { mean, logVariance } = net.encode(asImages(bytes as Tensor, config), weights);
      const outputs: Named = logVariance ? { mean, logVariance } : { mean };
      return outputs;
    },
  };
}

function decodeSpec(config: NeuralConfig, net: Net, n: number): FunctionSpec {
  return {
    inputs: { z: { kind: 'float', shape: [n, config.latent] } },
    build: ({ z }, weights) => ({ pixels: tf.mul(pictureOf(linkOf(config), net.decode(z as Tensor, weights)), 255) }),
  };
}

/** Per image: squared error a pixel from the mean; negative log-likelihood and KL by latent with one draw. */
function evaluateSpec(config: NeuralConfig, net: Net): FunctionSpec {
  const pixels = config.size * config.size * config.channels;
  const block = imagesAtOnce(pixels);
  return {
    inputs: {
      bytes: { kind: 'bytes', shape: [block, pixels] },
      noise: { kind: 'normal', shape: [block, config.latent] },
      variance: { kind: 'float', shape: [] },
    },
    build: ({ bytes, noise, variance }, weights) => {
      const x = asImages(bytes as Tensor, config);
      const flat = x.reshape([block, pixels]);
      const { mean, logVariance } = net.encode(x, weights);
      const error = tf.mean(tf.square(tf.sub(flat, pictureOf(linkOf(config), net.decode(mean, weights)))), 1);
      const drawn = net.decode(posterior(mean, logVariance, noise), weights);
      const nll = negativeLogLikelihood(config.likelihood, linkOf(config), flat, drawn, variance as Tensor);
      const outputs: Named = { mean, error, nll };
      return logVariance ? { ...outputs, logVariance, kl: divergence(mean, logVariance) } : outputs;
    },
  };
}

/** log p(x | z) + log p(z) - log q(z | x) of one image for many draws z from its posterior. */
function importanceSpec(config: NeuralConfig, net: Net): FunctionSpec {
  const pixels = config.size * config.size * config.channels;
  return {
    inputs: {
      bytes: { kind: 'bytes', shape: [1, pixels] },
      mean: { kind: 'float', shape: [1, config.latent] },
      logVariance: { kind: 'float', shape: [1, config.latent] },
      noise: { kind: 'normal', shape: [IMPORTANCE_BLOCK, config.latent] },
      variance: { kind: 'float', shape: [] },
    },
    build: ({ bytes, mean, logVariance, noise, variance }, weights) => {
      const x = tf.mul(tf.tile((bytes as Tensor).as2D(1, pixels), [IMPORTANCE_BLOCK, 1]), 1 / 255);
      const z = posterior(mean as Tensor, logVariance as Tensor, noise as Tensor);
      const nll = negativeLogLikelihood(config.likelihood, linkOf(config), x, net.decode(z, weights), variance as Tensor);
      // log N(z; 0, 1) - log N(z; mean, variance) = (noise^2 + log variance - z^2) / 2
      const ratio = tf.mul(tf.sum(tf.sub(tf.add(tf.square(noise as Tensor), logVariance as Tensor), tf.square(z)), 1), 0.5);
      return { logWeights: tf.sub(ratio, nll) };
    },
  };
}

/**
 * One training step on up to `batch` images; `present` marks the real ones with 1, so that a last, shorter batch counts as what it is.
 * Metrics: [reconstruction, KL, squared error a pixel], means over the real images.
 */
function stepSpec(config: NeuralConfig, net: Net, batch: number, clipNorm: number): StepSpec {
  const pixels = config.size * config.size * config.channels;
  return {
    clipNorm,
    frozen: config.principal ? FROZEN : [],
    inputs: {
      bytes: { kind: 'bytes', shape: [batch, pixels] },
      present: { kind: 'float', shape: [batch] },
      noise: { kind: 'normal', shape: [batch, config.latent] },
      variance: { kind: 'float', shape: [] },
      klWeight: { kind: 'float', shape: [] },
    },
    build: ({ bytes, present, noise, variance, klWeight }: Named, weights) => {
      const x = asImages(bytes as Tensor, config);
      const flat = x.reshape([batch, pixels]);
      const share = tf.div(present as Tensor, tf.sum(present as Tensor));
      const average = (values: Tensor): Tensor => tf.sum(tf.mul(values, share));
      const { mean, logVariance } = net.encode(x, weights);
      const output = net.decode(posterior(mean, logVariance, noise), weights);
      const reconstruction = average(negativeLogLikelihood(config.likelihood, linkOf(config), flat, output, variance as Tensor));
      const kl = logVariance ? average(tf.sum(divergence(mean, logVariance), 1)) : (tf.mul(reconstruction, 0) as Tensor);
      const error = average(tf.mean(tf.square(tf.sub(flat, pictureOf(linkOf(config), output))), 1));
      const loss = logVariance ? tf.add(reconstruction, tf.mul(kl, klWeight as Tensor)) : tf.add(reconstruction, 0);
      return { loss, metrics: tf.stack([reconstruction, kl, error]) };
    },
  };
}

/** With `step`, a program that trains; without, one that only encodes and decodes. */
export function neuralProgram(config: NeuralConfig, weights: Weights, step: { batch: number; clipNorm: number } | null): Program {
  const net = netOf(config);
  const functions: Record<string, FunctionSpec> = { encode: encodeSpec(config, net), evaluate: evaluateSpec(config, net) };
  for (const n of DECODE_BLOCKS) functions[`decode${n}`] = decodeSpec(config, net, n);
  return new Program({ weights, functions, ...(step ? { step: stepSpec(config, net, step.batch, step.clipNorm) } : {}) });
}

/** Apart from the rest: few ask for it, none while the model learns, and tracing its many draws would make every training begin later. */
export function importanceProgram(config: NeuralConfig, weights: Weights): Program {
  return new Program({ weights, functions: { importance: importanceSpec(config, netOf(config)) } });
}
