import type { Matrix } from '../linear/matrix.ts';
import { type PixelSet, takeImages } from '../pixels/pixel-set.ts';
import { imagesAtOnce } from './images-at-once.ts';
import type { NeuralModel } from './neural-model.ts';
import type { PcaModel } from './pca-model.ts';
import type { TrainingHooks } from './training-hooks.ts';

/** The share of the training time that showing it may cost at most. */
const SHARE = 0.1;
/** A round this often is enough for the points to move steadily: the window moves them from one to the next. */
const ROUND_SECONDS = 1.5;
/** Variance of a latent's posterior mean over the images above which it counts as active (Burda et al. 2016, section 5). */
const ACTIVE_VARIANCE = 0.01;

/** Encodes a fixed subsample between steps, one batch at a time: a round every 1.5 seconds, or as often as a tenth of the time allows. */
export class LiveEncoder {
  readonly #model: NeuralModel;
  readonly #pixels: Uint8Array;
  readonly #count: number;
  readonly #onMap: ((z: Matrix) => void) | undefined;
  #next: Float32Array;
  #filled = 0;
  #spent = 0;
  #startedAt = Number.NEGATIVE_INFINITY;
  /** Latents that vary over the images, of the last whole round. */
  active: number[] = [];

  constructor(model: NeuralModel, pixels: PixelSet, indices: Uint32Array, onMap?: (z: Matrix) => void) {
    this.#model = model;
    this.#count = indices.length;
    this.#onMap = onMap;
    this.#pixels = takeImages(pixels, indices).data;
    this.#next = new Float32Array(indices.length * model.latent);
  }

  /** `seconds` of training so far. */
  afterStep(seconds: number): void {
    if (this.#filled === 0) {
      if (seconds - this.#startedAt < ROUND_SECONDS) return;
      this.#startedAt = seconds;
    }
    if (this.#spent <= SHARE * seconds) this.#encodeBatch();
  }

  /**
   * A whole round of the model as it is now. One that was under way is begun anew: its first images were encoded by older weights,
   * and how many of them depends on how busy the machine was.
   */
  finish(): void {
    this.#filled = 0;
    do this.#encodeBatch();
    while (this.#filled > 0);
  }

  #encodeBatch(): void {
    const started = performance.now();
    const { latent } = this.#model;
    const length = this.#pixels.length / this.#count;
    const count = Math.min(imagesAtOnce(length), this.#count - this.#filled);
    const { mean } = this.#model.encode(this.#pixels.subarray(this.#filled * length, (this.#filled + count) * length), count);
    this.#next.set(mean, this.#filled * latent);
    this.#filled += count;
    if (this.#filled === this.#count) {
      const z: Matrix = { rows: this.#count, columns: latent, data: this.#next };
      this.active = activeLatents(z, this.#model.kind === 'vae');
      this.#onMap?.(z);
      this.#next = new Float32Array(this.#count * latent);
      this.#filled = 0;
    }
    this.#spent += (performance.now() - started) / 1000;
  }
}

/**
 * Shows a net that begins as these components before it is built: their whitened scores are its codes, their pictures its pictures.
 * @param deviation along each component, one a latent: at least as many as there are components
 */
export function showFirst(
  plain: PcaModel,
  pixels: PixelSet,
  { indices, onMap }: NonNullable<TrainingHooks['liveMap']>,
  deviation: Float32Array,
): void {
  const rescaled = (from: Float32Array, columns: number, to: number, scale: (value: number, deviation: number) => number) => {
    const rows = from.length / columns;
    const scaled = new Float32Array(rows * to);
    for (let row = 0; row < rows; row += 1)
      for (let j = 0; j < Math.min(columns, to); j += 1)
        scaled[row * to + j] = scale(from[row * columns + j] as number, deviation[j] as number);
    return scaled;
  };
  const latent = deviation.length;
  const { mean: scores } = plain.encode(takeImages(pixels, indices).data, indices.length);
  const data = rescaled(scores, plain.latent, latent, (score, s) => score / s);
  onMap({ rows: indices.length, columns: latent, data }, (codes) =>
    plain.decode(rescaled(codes, latent, plain.latent, (code, s) => code * s)),
  );
}

/**
 * Latents whose mean's variance over the images exceeds 0.01. An autoencoder's latents have no common scale:
 * there, 0.01 of the largest variance.
 */
export function activeLatents(z: Matrix, commonScale: boolean): number[] {
  const variances = Array.from({ length: z.columns }, (_, latent) => {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < z.rows; i += 1) {
      const value = z.data[i * z.columns + latent] as number;
      sum += value;
      squares += value * value;
    }
    return squares / z.rows - (sum / z.rows) ** 2;
  });
  const threshold = commonScale ? ACTIVE_VARIANCE : ACTIVE_VARIANCE * Math.max(...variances);
  return variances.flatMap((variance, latent) => (variance > threshold ? [latent] : []));
}
