import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../atomic-write.ts';
import type { Weight } from '../graph/program.ts';
import { SondeError } from '../sonde-error.ts';
import type { ImageFigures, Model } from './model.ts';
import { CONFIG_FILE, WEIGHTS_FILE } from './neural-model.ts';
import { encodeSafetensors } from './safetensors.ts';

interface Shape {
  size: number;
  channels: 1 | 3;
  latent: number;
}

/** Principal components of the pixels (0..1): z = axes (x - mean), x' = mean + axes' z. Largest variance first. */
export class PcaModel implements Model {
  readonly kind = 'pca';
  readonly likelihood = 'gaussian';
  readonly latent: number;
  readonly size: number;
  readonly channels: 1 | 3;
  readonly #mean: Float32Array;
  /** latent x pixels, rows of length one. */
  readonly #axes: Float32Array;
  /** Of the data along each axis. */
  readonly variance: Float32Array;

  constructor({ size, channels, latent }: Shape, mean: Float32Array, axes: Float32Array, variance: Float32Array) {
    this.size = size;
    this.channels = channels;
    this.latent = latent;
    this.#mean = mean;
    this.#axes = axes;
    this.variance = variance;
  }

  static fromTensors(shape: Shape, tensors: Record<string, Weight>): PcaModel {
    const { mean, axes, variance } = tensors;
    if (!mean || !axes || !variance) throw new Error('mean, axes or variance is missing');
    return new PcaModel(shape, mean.values, axes.values, variance.values);
  }

  get #pixels(): number {
    return this.size * this.size * this.channels;
  }

  encode(pixels: Uint8Array, n: number): { mean: Float32Array; logVariance: null } {
    const z = new Float32Array(n * this.latent);
    const centred = new Float32Array(this.#pixels);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < this.#pixels; j += 1) centred[j] = (pixels[i * this.#pixels + j] as number) / 255 - (this.#mean[j] as number);
      for (let k = 0; k < this.latent; k += 1) {
        let sum = 0;
        const axis = k * this.#pixels;
        for (let j = 0; j < this.#pixels; j += 1) sum += (this.#axes[axis + j] as number) * (centred[j] as number);
        z[i * this.latent + k] = sum;
      }
    }
    return { mean: z, logVariance: null };
  }

  /** Pixels in 0..1, not clamped. */
  #reconstruct(z: Float32Array, at: number, image: Float32Array): Float32Array {
    image.set(this.#mean);
    for (let k = 0; k < this.latent; k += 1) {
      const weight = z[at * this.latent + k] as number;
      const axis = k * this.#pixels;
      for (let j = 0; j < this.#pixels; j += 1) image[j] = (image[j] as number) + weight * (this.#axes[axis + j] as number);
    }
    return image;
  }

  decode(z: Float32Array): Uint8Array {
    const n = z.length / this.latent;
    const pixels = new Uint8Array(n * this.#pixels);
    const image = new Float32Array(this.#pixels);
    for (let i = 0; i < n; i += 1) {
      this.#reconstruct(z, i, image);
      for (let j = 0; j < this.#pixels; j += 1) {
        pixels[i * this.#pixels + j] = Math.round(255 * Math.min(1, Math.max(0, image[j] as number)));
      }
    }
    return pixels;
  }

  perImage(pixels: Uint8Array, n: number): ImageFigures {
    const { mean } = this.encode(pixels, n);
    const image = new Float32Array(this.#pixels);
    const reconstructionError = new Float32Array(n);
    for (let i = 0; i < n; i += 1) {
      this.#reconstruct(mean, i, image);
      let sum = 0;
      for (let j = 0; j < this.#pixels; j += 1) {
        const apart = (pixels[i * this.#pixels + j] as number) / 255 - Math.min(1, Math.max(0, image[j] as number));
        sum += apart * apart;
      }
      reconstructionError[i] = sum / this.#pixels;
    }
    return { reconstructionError, elbo: null, bitsPerDimension: null, kl: null };
  }

  importanceLogWeights(): Float32Array {
    throw new SondeError('bad-request', { model: this.kind }, 'PCA has no posterior to draw from');
  }

  async save(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const { latent, size, channels } = this;
    const tensors = {
      mean: { shape: [this.#pixels], values: this.#mean },
      axes: { shape: [latent, this.#pixels], values: this.#axes },
      variance: { shape: [latent], values: this.variance },
    };
    await writeAtomically(path.join(folder, WEIGHTS_FILE), encodeSafetensors({ tensors, metadata: { format: 'sonde' } }));
    const config = { format: 1, kind: this.kind, size, channels, latent };
    await writeAtomically(path.join(folder, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`);
  }

  dispose(): void {}
}
