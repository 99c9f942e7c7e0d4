/** Whether two grey pictures are the same after a small crop of one of them and any change of brightness and contrast. */
import type { PixelSet } from '../pixels/pixel-set.ts';
import { tf } from '../tensorflow.ts';

type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;
type Tensor3D = import('@tensorflow/tfjs-node').Tensor3D;

/** Edge of the grid on which pictures are compared. */
export const GRID = 24;
export const CELLS = GRID * GRID;

/** Left, top and edge of a window, as shares of the picture's own edge. */
export type Window = readonly [left: number, top: number, edge: number];

export const WHOLE: Window = [0, 0, 1];
/** 5 % off each edge's length, from either side or both, and 5 % off all four sides. */
export const CROPS: readonly Window[] = [
  ...[0, 0.025, 0.05].flatMap((left) => [0, 0.025, 0.05].map((top): Window => [left, top, 0.95])),
  [0.05, 0.05, 0.9],
];

/** What is looked at lies between two scales: standard deviations of Gaussian blurs, as shares of the edge. */
const FINE = 1 / 28;
const COARSE = 1 / 12;

/**
 * Windows of pictures, between two scales: without the shading that all images of a set share, and without what a smaller copy has lost.
 * Blurring and sampling are linear along rows and along columns, so that a window is a product A X B' of the picture X with small
 * matrices, less another of them; a block of pictures takes two products in all.
 */
export class WindowSampler {
  readonly #size: number;
  readonly #windows: readonly Window[];
  /** Parts of an edge, [start, length], of which the windows are made. */
  readonly #parts: (readonly [number, number])[] = [];
  /** (parts * GRID) x size. */
  readonly #fine: Tensor2D;
  readonly #coarse: Tensor2D;

  /** @param size edge of the pictures, square */
  constructor(size: number, windows: readonly Window[]) {
    this.#size = size;
    this.#windows = windows;
    for (const [left, top, edge] of windows)
      for (const start of [left, top]) if (this.#part(start, edge) < 0) this.#parts.push([start, edge]);
    const fine = blur(size, FINE * size);
    const coarse = multiply(blur(size, COARSE * size), fine, size);
    const sampled = (blurred: Float64Array) => {
      const rows = this.#parts.flatMap(([start, length]) => Array.from(multiply(samples(size, start, length), blurred, size)));
      return tf.tensor2d(rows, [this.#parts.length * GRID, size]);
    };
    this.#fine = sampled(fine);
    this.#coarse = sampled(coarse);
  }

  #part(start: number, length: number): number {
    return this.#parts.findIndex(([s, l]) => s === start && l === length);
  }

  /** Every window of these images on the grid, less its mean and scaled to length 1; all zeros where it is flat: images x windows x CELLS. */
  of(pixels: PixelSet, images: ArrayLike<number>): Float32Array {
    const n = images.length;
    const wide = this.#parts.length * GRID;
    const band = tf.tidy(() => {
      const grey = tf.tensor3d(greyOf(pixels, images), [n, this.#size, this.#size]);
      return tf.sub(this.#turned(grey, this.#fine), this.#turned(grey, this.#coarse)).dataSync() as Float32Array;
    });
    const sampled = new Float32Array(n * this.#windows.length * CELLS);
    let to = 0;
    for (let i = 0; i < n; i += 1)
      for (const [left, top, edge] of this.#windows) {
        const [across, down] = [this.#part(left, edge) * GRID, this.#part(top, edge) * GRID];
        for (let y = 0; y < GRID; y += 1) {
          const from = (i * wide + down + y) * wide + across;
          sampled.set(band.subarray(from, from + GRID), to + y * GRID);
        }
        normalise(sampled.subarray(to, to + CELLS));
        to += CELLS;
      }
    return sampled;
  }

  /** A X A' of each picture X: n x rows x rows. */
  #turned(grey: Tensor3D, rows: Tensor2D): Tensor3D {
    const [n, size] = grey.shape;
    const wide = rows.shape[0];
    const across = tf.matMul(grey.reshape([n * size, size]) as Tensor2D, rows, false, true).reshape([n, size, wide]);
    const down = tf.matMul(tf.transpose(across, [0, 2, 1]).reshape([n * wide, size]) as Tensor2D, rows, false, true);
    return tf.transpose(down.reshape([n, wide, wide]), [0, 2, 1]) as Tensor3D;
  }

  dispose(): void {
    tf.dispose([this.#fine, this.#coarse]);
  }
}

/** Luma of Rec. 601 about the middle grey, where 32 bits are finest: images x size x size. */
function greyOf({ size, channels, data }: PixelSet, images: ArrayLike<number>): Float32Array {
  const area = size * size;
  const grey = new Float32Array(images.length * area);
  for (let i = 0; i < images.length; i += 1) {
    let at = (images[i] as number) * area * channels;
    for (let p = i * area; p < (i + 1) * area; p += 1, at += channels)
      grey[p] =
        (channels === 1
          ? (data[at] as number)
          : 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number)) - 127.5;
  }
  return grey;
}

/** A Gaussian blur of a line of `size` values as a matrix, its ends repeated. */
function blur(size: number, sigma: number): Float64Array {
  const radius = Math.ceil(2.5 * sigma);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const matrix = new Float64Array(size * size);
  for (let to = 0; to < size; to += 1)
    for (let i = -radius; i <= radius; i += 1) {
      const at = to * size + Math.min(size - 1, Math.max(0, to + i));
      matrix[at] = (matrix[at] as number) + (kernel[i + radius] as number) / total;
    }
  return matrix;
}

/** Linear interpolation of part of a line at GRID places as a matrix, GRID x size. */
function samples(size: number, start: number, length: number): Float64Array {
  const matrix = new Float64Array(GRID * size);
  for (let i = 0; i < GRID; i += 1) {
    const place = Math.min(size - 1, Math.max(0, start * size + ((i + 0.5) * length * size) / GRID - 0.5));
    const low = Math.floor(place);
    const high = Math.min(size - 1, low + 1);
    matrix[i * size + low] = (matrix[i * size + low] as number) + 1 - (place - low);
    matrix[i * size + high] = (matrix[i * size + high] as number) + place - low;
  }
  return matrix;
}

/** a (rows x size) times b (size x size). */
function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(a.length);
  for (let row = 0; row < a.length; row += size)
    for (let k = 0; k < size; k += 1) {
      const value = a[row + k] as number;
      if (value === 0) continue;
      for (let j = 0; j < size; j += 1) product[row + j] = (product[row + j] as number) + value * (b[k * size + j] as number);
    }
  return product;
}

/** Mean 0, length 1, in place; a spread of less than half a grey level is no picture and becomes zeros. */
function normalise(values: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += ((values[i] as number) - mean) ** 2;
  const scale = squares > values.length / 4 ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < values.length; i += 1) values[i] = ((values[i] as number) - mean) * scale;
}

/** Of two windows that begin at these places. */
export function correlation(a: Float32Array, aFrom: number, b: Float32Array, bFrom: number): number {
  let dot = 0;
  for (let i = 0; i < CELLS; i += 1) dot += (a[aFrom + i] as number) * (b[bFrom + i] as number);
  return dot;
}
