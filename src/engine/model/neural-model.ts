import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { SondeError } from '../../errors/sonde-error.ts';
import { SAVED_MODEL_FOLDER, WEIGHTS_FILE } from '../../study/files.ts';
import { writeModelConfig } from '../../study/model-config.ts';
import { writeTensors } from '../../study/tensors-file.ts';
import type { Program, Weights } from '../graph/program.ts';
import { exportSavedModel } from './export-saved-model.ts';
import { imagesAtOnce } from './images-at-once.ts';
import type { ImageFigures, Model } from './model.ts';
import { DECODE_BLOCKS, IMPORTANCE_BLOCK, importanceProgram, LARGEST_BLOCK, type NeuralConfig } from './neural-program.ts';

/** An autoencoder or VAE over a program; while training, the same object shows what was learnt so far. */
export class NeuralModel implements Model {
  readonly config: NeuralConfig;
  readonly #program: Program;
  #importance: { program: Program; of: number } | null = null;
  /** Variance of the Gaussian likelihood, pixels in 0..1. */
  variance: number;

  constructor(config: NeuralConfig, program: Program, variance: number) {
    this.config = config;
    this.#program = program;
    this.variance = variance;
  }

  get kind() {
    return this.config.variational ? ('vae' as const) : ('ae' as const);
  }
  get latent() {
    return this.config.latent;
  }
  get size() {
    return this.config.size;
  }
  get channels() {
    return this.config.channels;
  }
  get likelihood() {
    return this.config.likelihood;
  }
  get #pixels() {
    return this.size * this.size * this.channels;
  }
  /** Images a call of encode and evaluate. */
  get #block() {
    return imagesAtOnce(this.#pixels);
  }

  encode(pixels: Uint8Array, n: number): { mean: Float32Array; logVariance: Float32Array | null } {
    const mean = new Float32Array(n * this.latent);
    const logVariance = this.config.variational ? new Float32Array(n * this.latent) : null;
    for (let from = 0; from < n; from += this.#block) {
      const count = Math.min(this.#block, n - from);
      const [means, logVariances] = this.#program.call('encode', this.#padded(pixels, from, count));
      mean.set((means as Float32Array).subarray(0, count * this.latent), from * this.latent);
      logVariance?.set((logVariances as Float32Array).subarray(0, count * this.latent), from * this.latent);
    }
    return { mean, logVariance };
  }

  /** A block of images from the given one on, zeros after the last. */
  #padded(pixels: Uint8Array, from: number, count: number): Uint8Array {
    const part = pixels.subarray(from * this.#pixels, (from + count) * this.#pixels);
    if (count === this.#block) return part;
    const padded = new Uint8Array(this.#block * this.#pixels);
    padded.set(part);
    return padded;
  }

  decode(z: Float32Array): Uint8Array {
    const n = z.length / this.latent;
    const pixels = new Uint8Array(n * this.#pixels);
    for (let from = 0; from < n; ) {
      const left = n - from;
      const block = DECODE_BLOCKS.find((size) => size >= left) ?? LARGEST_BLOCK;
      const count = Math.min(block, left);
      const fed = new Float32Array(block * this.latent);
      fed.set(z.subarray(from * this.latent, (from + count) * this.latent));
      const [decoded] = this.#program.call(`decode${block}`, fed) as [Float32Array];
      for (let i = 0; i < count * this.#pixels; i += 1) pixels[from * this.#pixels + i] = Math.round(decoded[i] as number);
      from += count;
    }
    return pixels;
  }

  perImage(pixels: Uint8Array, n: number, seed: number): ImageFigures {
    const { latent } = this;
    const mean = new Float32Array(n * latent);
    const reconstructionError = new Float32Array(n);
    const logVariance = this.config.variational ? new Float32Array(n * latent) : null;
    const elbo = this.config.variational ? new Float32Array(n) : null;
    const kl = this.config.variational ? new Float32Array(n * latent) : null;
    for (let from = 0; from < n; from += this.#block) {
      const count = Math.min(this.#block, n - from);
      const feeds = [this.#padded(pixels, from, count), Int32Array.of(seed | 0, from), Float32Array.of(this.variance)] as const;
      const [means, error, nll, logVariances, divergence] = this.#program.call('evaluate', ...feeds) as Float32Array[];
      mean.set((means as Float32Array).subarray(0, count * latent), from * latent);
      reconstructionError.set((error as Float32Array).subarray(0, count), from);
      if (!elbo || !kl) continue;
      logVariance?.set((logVariances as Float32Array).subarray(0, count * latent), from * latent);
      kl.set((divergence as Float32Array).subarray(0, count * latent), from * latent);
      for (let i = 0; i < count; i += 1) {
        let total = 0;
        for (let j = 0; j < latent; j += 1) total += kl[(from + i) * latent + j] as number;
        elbo[from + i] = -((nll as Float32Array)[i] as number) - total;
      }
    }
    return { mean, logVariance, reconstructionError, elbo, kl, bitsPerDimension: elbo && this.#bits(elbo) };
  }

  /** -elbo / (pixels ln 2) + 8: each of the 256 levels is a bin of width 1/256 of the density. A mass already for Bernoulli: no 8. */
  #bits(elbo: Float32Array): Float32Array | null {
    if (this.likelihood === 'bernoulli') return null;
    return elbo.map((bound) => 8 - bound / (this.#pixels * Math.LN2));
  }

  importanceLogWeights(pixels: Uint8Array, n: number, k: number, seed: number): Float32Array {
    const { mean, logVariance } = this.encode(pixels, n);
    if (!logVariance) throw new SondeError('bad-request', { model: this.kind }, 'an autoencoder has no posterior to draw from');
    const program = this.#importanceProgram();
    const out = new Float32Array(n * k);
    for (let image = 0; image < n; image += 1) {
      const own = [image * this.latent, (image + 1) * this.latent] as const;
      for (let from = 0; from < k; from += IMPORTANCE_BLOCK) {
        const [weights] = program.call(
          'importance',
          pixels.subarray(image * this.#pixels, (image + 1) * this.#pixels),
          mean.subarray(...own),
          logVariance.subarray(...own),
          Int32Array.of((seed ^ Math.imul(image + 1, 0x9e3779b1)) | 0, from),
          Float32Array.of(this.variance),
        ) as [Float32Array];
        out.set(weights.subarray(0, Math.min(IMPORTANCE_BLOCK, k - from)), image * k + from);
      }
    }
    return out;
  }

  /** Made when it is first asked for, and again when the weights have changed since. */
  #importanceProgram(): Program {
    const of = this.#program.changes;
    if (this.#importance?.of !== of) {
      this.#importance?.program.dispose();
      this.#importance = { program: importanceProgram(this.config, this.weights()), of };
    }
    return this.#importance.program;
  }

  weights(): Weights {
    return Object.fromEntries(Object.entries(this.#program.read()).filter(([name]) => !/_[mv]$/.test(name)));
  }

  async save(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const weights = this.weights();
    exportSavedModel(this.config, weights, path.join(folder, SAVED_MODEL_FOLDER));
    await writeTensors(folder, WEIGHTS_FILE, { tensors: weights, metadata: { format: 'sonde' } });
    await writeModelConfig(folder, { format: 1, kind: this.kind, ...this.config, variance: this.variance });
  }

  dispose(): void {
    this.#importance?.program.dispose();
    this.#program.dispose();
  }
}
