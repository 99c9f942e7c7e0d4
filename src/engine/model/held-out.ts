import { breathe } from '../hooks.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { imagesAtOnce } from './images-at-once.ts';
import type { Model } from './model.ts';

/** How a model does on images that it was not trained on. */
export interface HeldOutFigures {
  /** Of each image: minus the ELBO with the full KL weight; of a model without one, the squared error a pixel. */
  losses: Float32Array;
  loss: number;
  /** Squared error a pixel of the picture from the mean code. */
  error: number;
}

/** The images that are not trained on. The same draws every time, so that two rounds differ by the weights alone. */
export class HeldOut {
  readonly #pixels: Uint8Array;
  readonly #length: number;
  readonly #seed: number;
  readonly count: number;

  constructor(pixels: PixelSet, images: Uint32Array, seed: number) {
    this.#length = pixels.size * pixels.size * pixels.channels;
    this.#seed = seed;
    this.count = images.length;
    this.#pixels = new Uint8Array(images.length * this.#length);
    images.forEach((image, i) => {
      this.#pixels.set(pixels.data.subarray(image * this.#length, (image + 1) * this.#length), i * this.#length);
    });
  }

  /** One round over all of them; calls are answered between its blocks. @throws SondeError cancelled */
  async take(model: Model, signal?: AbortSignal): Promise<HeldOutFigures> {
    const losses = new Float32Array(this.count);
    const block = imagesAtOnce(this.#length);
    let error = 0;
    for (let from = 0; from < this.count; from += block) {
      const n = Math.min(block, this.count - from);
      const bytes = this.#pixels.subarray(from * this.#length, (from + n) * this.#length);
      const { elbo, reconstructionError } = model.perImage(bytes, n, (this.#seed + from) | 0);
      for (let i = 0; i < n; i += 1) {
        losses[from + i] = elbo ? -(elbo[i] as number) : (reconstructionError[i] as number);
        error += reconstructionError[i] as number;
      }
      await breathe(signal);
    }
    return { losses, loss: losses.reduce((sum, loss) => sum + loss, 0) / this.count, error: error / this.count };
  }

  /** Squared error a pixel of answering each of them with this image, values in 0..1. */
  errorOf(image: Float32Array): number {
    let sum = 0;
    for (let i = 0; i < this.#pixels.length; i += 1) {
      const apart = (this.#pixels[i] as number) / 255 - (image[i % this.#length] as number);
      sum += apart * apart;
    }
    return sum / this.#pixels.length;
  }
}

/** Whether the second lies below the first by more than its standard error, image by image: a gap that is not the luck of the draw. */
export function clearlyLower(first: HeldOutFigures, second: HeldOutFigures): boolean {
  const n = first.losses.length;
  const gaps = Float64Array.from(first.losses, (loss, i) => loss - (second.losses[i] as number));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / Math.max(1, n - 1);
  return mean > Math.sqrt(variance / n);
}
