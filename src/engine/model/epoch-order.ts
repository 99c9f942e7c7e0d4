import { Random } from '../random.ts';

/** The images in the order an epoch visits them; the same seed and epoch, the same order, so that a resume needs no memory of it. */
export class EpochOrder {
  readonly #images: Uint32Array;
  readonly #seed: number;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array(0);
  #cumulative: Float64Array | null = null;
  /** What images are drawn by, one weight an image; null: evenly. */
  weights: Float32Array | null = null;

  constructor(images: Uint32Array, seed: number) {
    this.#images = images;
    this.#seed = seed;
  }

  get length(): number {
    return this.#images.length;
  }

  /** Images of a step counted from 0; the last of an epoch may be shorter than `batch`. */
  batch(step: number, batch: number): Uint32Array {
    const stepsAnEpoch = Math.ceil(this.#images.length / batch);
    const epoch = Math.floor(step / stepsAnEpoch);
    if (epoch !== this.#epoch) {
      const random = new Random((this.#seed ^ Math.imul(epoch + 1, 0x9e3779b1)) >>> 0);
      this.#order = this.#cumulative ? this.#draw(this.#cumulative, random) : random.shuffle(this.#images.slice());
      this.#epoch = epoch;
    }
    const from = (step % stepsAnEpoch) * batch;
    return this.#order.subarray(from, from + batch);
  }

  /** From the next epoch on (or this one, where it has not begun) images are drawn with replacement, by these weights of all images. */
  drawBy(weights: Float32Array): void {
    this.weights = weights;
    let sum = 0;
    this.#cumulative = Float64Array.from(this.#images, (image) => {
      sum += weights[image] as number;
      return sum;
    });
    this.#epoch = -1;
  }

  #draw(cumulative: Float64Array, random: Random): Uint32Array {
    const total = cumulative.at(-1) as number;
    return Uint32Array.from(cumulative, () => {
      const at = random.uniform() * total;
      let low = 0;
      let high = cumulative.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((cumulative[middle] as number) > at) high = middle;
        else low = middle + 1;
      }
      return this.#images[low] as number;
    });
  }
}
