import type { Mixture } from '../density/mixture.ts';
import { Random } from '../random.ts';

/** n latent vectors from the standard normal prior, n x latent. */
export function drawFromPrior(latent: number, n: number, seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: n * latent }, () => random.normal());
}

/** n latent vectors from the mixture fitted on the data's own latents: nearer to the data than the prior is. */
export function drawFromMixture(mixture: Mixture, n: number, seed: number): Float32Array {
  return mixture.sample(n, new Random(seed)).data;
}
