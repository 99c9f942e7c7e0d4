import type { PixelSet } from '../pixels/pixel-set.ts';
import { imagesAtOnce } from './images-at-once.ts';
import type { NeuralModel } from './neural-model.ts';

const EVERY_SECONDS = 3;
/** The share of the training time that it may cost at most. */
const SHARE = 0.02;

/** The loss of images that are not trained on, taken every few seconds, one block between two steps. */
export class HeldOut {
  readonly #model: NeuralModel;
  readonly #pixels: Uint8Array;
  readonly #count: number;
  readonly #block: number;
  readonly #seed: number;
  #done = 0;
  #sum = 0;
  #startedAt = 0;
  #spent = 0;
  /** With the full KL weight; for an autoencoder the squared error a pixel. null until the first round is whole. */
  loss: number | null = null;

  constructor(model: NeuralModel, pixels: PixelSet, images: Uint32Array, seed: number) {
    const length = pixels.size * pixels.size * pixels.channels;
    this.#model = model;
    this.#count = images.length;
    this.#block = imagesAtOnce(length);
    this.#seed = seed;
    this.#pixels = new Uint8Array(images.length * length);
    images.forEach((image, i) => {
      this.#pixels.set(pixels.data.subarray(image * length, (image + 1) * length), i * length);
    });
  }

  /** Takes one block where a round is due or under way. Answers whether it did. */
  afterStep(seconds: number): boolean {
    if (this.#count === 0 || this.#spent > SHARE * seconds) return false;
    if (this.#done === 0) {
      if (seconds - this.#startedAt < EVERY_SECONDS) return false;
      this.#startedAt = seconds;
    }
    const started = performance.now();
    this.#takeBlock();
    this.#spent += (performance.now() - started) / 1000;
    return true;
  }

  #takeBlock(): void {
    const n = Math.min(this.#block, this.#count - this.#done);
    const length = this.#pixels.length / this.#count;
    const block = this.#pixels.subarray(this.#done * length, (this.#done + n) * length);
    const { elbo, reconstructionError } = this.#model.perImage(block, n, (this.#seed + this.#done) | 0);
    for (const value of elbo ?? reconstructionError) this.#sum += elbo ? -value : value;
    this.#done += n;
    if (this.#done < this.#count) return;
    this.loss = this.#sum / this.#count;
    this.#done = 0;
    this.#sum = 0;
  }
}
