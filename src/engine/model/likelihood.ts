import { sigmoid, softplus } from '../graph/native-ops.ts';
import { tf } from '../tensorflow.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
export type Likelihood = 'gaussian' | 'bernoulli';

/**
 * Negative log-likelihood of each image in nats, n, for pixels x in 0..1 (n x pixels) and the decoder's logits.
 * gaussian: one variance for all pixels, `variance` a scalar (sigma-VAE, Rybkin et al. 2021): a density, so it may be negative.
 * bernoulli: cross entropy with the pixels as shares.
 */
export function negativeLogLikelihood(likelihood: Likelihood, x: Tensor, logits: Tensor, variance: Tensor): Tensor {
  if (likelihood === 'bernoulli') return tf.sum(tf.sub(softplus(logits), tf.mul(x, logits)), 1);
  const pixels = x.shape[1] as number;
  const squares = tf.sum(tf.square(tf.sub(x, sigmoid(logits))), 1);
  const spread = tf.mul(tf.log(tf.mul(variance, 2 * Math.PI)), pixels / 2);
  return tf.add(tf.div(squares, tf.mul(variance, 2)), spread);
}

/** KL(N(mean, exp(logVariance)) || N(0, 1)) by latent in nats, n x latent (Kingma and Welling 2014, appendix B). */
export function divergence(mean: Tensor, logVariance: Tensor): Tensor {
  return tf.mul(tf.sub(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), 1), logVariance), 0.5);
}
