import type { Likelihood } from './likelihood.ts';

/** Per-image figures; null where the model does not define them. */
export interface ImageFigures {
  /** Posterior mean, n x latent. */
  mean: Float32Array;
  /** Log variance of the posterior, n x latent. */
  logVariance: Float32Array | null;
  /** Mean squared error a pixel of the image decoded from its posterior mean, pixels in 0..1, n. */
  reconstructionError: Float32Array;
  /** Evidence lower bound in nats with one posterior draw an image, n. Density units for a Gaussian likelihood. */
  elbo: Float32Array | null;
  /** The same bound in bits a pixel value, with the 1/256 step of 8-bit pixels as the quantisation, n. */
  bitsPerDimension: Float32Array | null;
  /** KL to the prior by latent in nats, n x latent. */
  kl: Float32Array | null;
}

/** A trained model. Pixels are n x size x size x channels, 0..255, row-major; latents n x latent. */
export interface Model {
  readonly kind: 'vae' | 'ae' | 'pca';
  readonly latent: number;
  readonly size: number;
  readonly channels: 1 | 3;
  readonly likelihood: Likelihood;
  encode(pixels: Uint8Array, n: number): { mean: Float32Array; logVariance: Float32Array | null };
  decode(z: Float32Array): Uint8Array;
  perImage(pixels: Uint8Array, n: number, seed: number): ImageFigures;
  /** log p(x, z_k) - log q(z_k | x) for k draws from the posterior, n x k (Burda et al. 2016, equation 8). @throws where there is no posterior */
  importanceLogWeights(pixels: Uint8Array, n: number, k: number, seed: number): Float32Array;
  /** Writes config.json, weights.safetensors and saved_model/. */
  save(folder: string): Promise<void>;
  dispose(): void;
}
