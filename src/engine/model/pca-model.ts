import { mkdir } from 'node:fs/promises';
import { SondeError } from '../../errors/sonde-error.ts';
import { WEIGHTS_FILE } from '../../study/files.ts';
import { writeModelConfig } from '../../study/model-config.ts';
import { writeTensors } from '../../study/tensors-file.ts';
import type { Weight } from '../graph/program.ts';
import { tf } from '../tensorflow.ts';
import type { ImageFigures, Model } from './model.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;
/** Floats that are worked on at once: 8 MB. */
const BLOCK_FLOATS = 2 ** 21;

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
  readonly #meanRow: Tensor2D;
  readonly #axesMatrix: Tensor2D;
  /** Of the data along each axis. */
  readonly variance: Float32Array;

  constructor({ size, channels, latent }: Shape, mean: Float32Array, axes: Float32Array, variance: Float32Array) {
    this.size = size;
    this.channels = channels;
    this.latent = latent;
    this.#mean = mean;
    this.#axes = axes;
    this.variance = variance;
    this.#meanRow = tf.keep(tf.tensor2d(mean, [1, mean.length]));
    this.#axesMatrix = tf.keep(tf.tensor2d(axes, [latent, mean.length]));
  }

  static fromTensors(shape: Shape, tensors: Record<string, Weight>): PcaModel {
    const { mean, axes, variance } = tensors;
    if (!mean || !axes || !variance) throw new Error('mean, axes or variance is missing');
    return new PcaModel(shape, mean.values, axes.values, variance.values);
  }

  get #pixels(): number {
    return this.size * this.size * this.channels;
  }

  /** Pixels of n images from `from` on, less the mean, in 0..1. */
  #centred(pixels: Uint8Array, from: number, n: number): Tensor2D {
    const [start, length] = [from * this.#pixels, n * this.#pixels];
    const values = Float32Array.from(pixels.subarray(start, start + length));
    return tf.sub(tf.mul(tf.tensor2d(values, [n, this.#pixels]), 1 / 255), this.#meanRow);
  }

  #project(centred: Tensor2D): Tensor2D {
    return tf.matMul(centred, this.#axesMatrix, false, true);
  }

  /** Pixels in 0..1. */
  #reconstruct(z: Tensor2D): Tensor2D {
    return tf.clipByValue(tf.add(tf.matMul(z, this.#axesMatrix), this.#meanRow), 0, 1);
  }

  encode(pixels: Uint8Array, n: number): { mean: Float32Array; logVariance: null } {
    const mean = new Float32Array(n * this.latent);
    for (const [from, count] of this.#blocks(n))
      mean.set(tf.tidy(() => this.#project(this.#centred(pixels, from, count)).dataSync()) as Float32Array, from * this.latent);
    return { mean, logVariance: null };
  }

  decode(z: Float32Array): Uint8Array {
    const n = z.length / this.latent;
    const pixels = new Uint8Array(n * this.#pixels);
    for (const [from, count] of this.#blocks(n)) {
      const codes = z.subarray(from * this.latent, (from + count) * this.latent);
      const drawn = tf.tidy(() => tf.round(tf.mul(this.#reconstruct(tf.tensor2d(codes, [count, this.latent])), 255)).dataSync());
      pixels.set(drawn, from * this.#pixels);
    }
    return pixels;
  }

  perImage(pixels: Uint8Array, n: number): ImageFigures {
    const mean = new Float32Array(n * this.latent);
    const reconstructionError = new Float32Array(n);
    for (const [from, count] of this.#blocks(n)) {
      const [codes, errors] = tf.tidy(() => {
        const centred = this.#centred(pixels, from, count);
        const z = this.#project(centred);
        const apart = tf.sub(tf.add(centred, this.#meanRow), this.#reconstruct(z));
        return [z.dataSync(), tf.mean(tf.square(apart), 1).dataSync()] as const;
      });
      mean.set(codes, from * this.latent);
      reconstructionError.set(errors, from);
    }
    return { mean, logVariance: null, reconstructionError, elbo: null, bitsPerDimension: null, kl: null };
  }

  *#blocks(n: number): Generator<readonly [from: number, count: number]> {
    const most = Math.max(1, Math.floor(BLOCK_FLOATS / this.#pixels));
    for (let from = 0; from < n; from += most) yield [from, Math.min(most, n - from)] as const;
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
    await writeTensors(folder, WEIGHTS_FILE, { tensors, metadata: { format: 'sonde' } });
    await writeModelConfig(folder, { format: 1, kind: this.kind, size, channels, latent });
  }

  dispose(): void {
    tf.dispose([this.#meanRow, this.#axesMatrix]);
  }
}
