import { sigmoid, softplus, unary } from '../graph/native-ops.ts';
import { tf } from '../tensorflow.ts';
import type { Link } from './net.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
export type Likelihood = 'gaussian' | 'bernoulli';

/** The picture in 0..1 that the decoder's output stands for. */
export const pictureOf = (link: Link, output: Tensor): Tensor => (link === 'clip' ? tf.clipByValue(output, 0, 1) : sigmoid(output));

/**
 * Negative log-likelihood of each image in nats, n, for pixels x in 0..1 (n x pixels) and the decoder's output.
 * gaussian: one variance for all pixels, `variance` a scalar (sigma-VAE, Rybkin et al. 2021): a density, so it may be negative.
 * bernoulli: cross entropy with the pixels as shares; the output are logits.
 */
export function negativeLogLikelihood(likelihood: Likelihood, link: Link, x: Tensor, output: Tensor, variance: Tensor): Tensor {
  if (likelihood === 'bernoulli') return crossEntropy(x, output);
  const pixels = x.shape[1] as number;
  const spread = tf.mul(tf.log(tf.mul(variance, 2 * Math.PI)), pixels / 2);
  const error = link === 'clip' ? clippedError(x, output) : squaredError(x, output);
  return tf.add(tf.div(error, tf.mul(variance, 2)), spread);
}

/** Of each image, n: the sum over pixels of log(1 + exp(l)) - x l. Its gradient by the logits is sigmoid(l) - x. */
const crossEntropy = (x: Tensor, logits: Tensor): Tensor =>
  unary(
    (l) => tf.sum(tf.sub(softplus(l), tf.mul(x, l)), 1),
    (dy, [l]) => tf.mul(tf.sub(x, sigmoid(l as Tensor)), asColumn(tf.neg(dy))),
  )(logits);

/** Of each image, n: the sum over pixels of (x - y)^2 with y = sigmoid(l). Its gradient by y is 2 (y - x). */
const squaredError = (x: Tensor, logits: Tensor): Tensor =>
  unary(
    (y) => tf.sum(tf.square(tf.sub(x, y)), 1),
    (dy, [y]) => tf.mul(tf.sub(x, y as Tensor), asColumn(tf.mul(dy, -2))),
  )(sigmoid(logits));

/**
 * Of each image, n: the sum over pixels of (x - y)^2 with y the output clipped to 0..1. Its gradient by the output is 2 (y - x), beyond the
 * range too: an output of -.2 is free where the pixel is 0, and called back where it is not.
 */
const clippedError = (x: Tensor, output: Tensor): Tensor =>
  unary(
    (y) => tf.sum(tf.square(tf.sub(x, tf.clipByValue(y, 0, 1))), 1),
    (dy, [y]) => tf.mul(tf.sub(x, tf.clipByValue(y as Tensor, 0, 1)), asColumn(tf.mul(dy, -2))),
  )(output);

const asColumn = (values: Tensor): Tensor => values.reshape([values.size, 1]);

/** KL(N(mean, exp(logVariance)) || N(0, 1)) by latent in nats, n x latent (Kingma and Welling 2014, appendix B). */
export function divergence(mean: Tensor, logVariance: Tensor): Tensor {
  return tf.mul(tf.sub(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), 1), logVariance), 0.5);
}
