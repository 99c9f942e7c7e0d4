/** What is computed of every image before principal components: layout of colours, shape, patches; in one graph, a block of images a run. */

import { Program } from '../graph/program.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { tf } from '../tensorflow.ts';
import { shapeFeatures } from './hog.ts';
import { patchActivations, patchWeights } from './patch-activations.ts';
import type { PatchDictionary } from './patch-dictionary.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;
type Tensor4D = import('@tensorflow/tfjs-node').Tensor4D;

/** The folder's own features, in the order they are joined. */
export const OWN_BLOCKS = ['colour', 'shape', 'patches'] as const;
export type OwnBlock = (typeof OWN_BLOCKS)[number];
export type RawFeatures = Record<OwnBlock, Float32Array>;

/** Images a run: what lies between the ops of so many stays in the processor's cache. */
const IMAGES_A_RUN = 8;
/** Edge of the picture whose colours are compared place by place. */
const LAYOUT_EDGE = 16;
/** Images up to this edge are taken as they are; larger ones are halved until they are. */
const LARGEST = 64;

const halvings = (size: number): number => Math.max(0, Math.ceil(Math.log2(size / LARGEST)));
/** Edge at which an image's features are computed. */
export const workingSize = (size: number): number => Math.floor(size / 2 ** halvings(size));

/** The picture in small: means over pools of about 16 x 16, n x columns. */
function colourLayout(x: Tensor4D): Tensor2D {
  const pool = Math.max(1, Math.round(x.shape[1] / LAYOUT_EDGE));
  const small = pool === 1 ? x : tf.avgPool(x, pool, pool, 'same');
  return small.reshape([x.shape[0], -1]) as Tensor2D;
}

export class RawExtractor {
  readonly size: number;
  readonly channels: 1 | 3;
  readonly #program: Program;

  /** @param size edge of the images, square */
  constructor(dictionary: PatchDictionary, size: number) {
    this.size = size;
    const { channels } = dictionary;
    this.channels = channels;
    this.#program = new Program({
      weights: patchWeights(dictionary, workingSize(size)),
      functions: {
        features: {
          inputs: { bytes: { kind: 'bytes', shape: [IMAGES_A_RUN, size, size, channels] } },
          build: ({ bytes }, weights) => {
            let x = tf.mul(bytes as Tensor, 1 / 255) as Tensor4D;
            for (let i = 0; i < halvings(size); i += 1) x = tf.avgPool(x, 2, 2, 'valid') as Tensor4D;
            return { colour: colourLayout(x), shape: shapeFeatures(x), patches: patchActivations(x, weights) };
          },
        },
      },
    });
  }

  /** Calls `take` with the features of images `from` .. `from + count`, block by block. */
  async each(
    pixels: PixelSet,
    rows: ArrayLike<number>,
    take: (features: RawFeatures, first: number, count: number) => void,
    { signal, onProgress }: Hooks = {},
  ): Promise<void> {
    const length = this.size * this.size * this.channels;
    for (let from = 0; from < rows.length; from += IMAGES_A_RUN) {
      const count = Math.min(IMAGES_A_RUN, rows.length - from);
      const block = new Uint8Array(IMAGES_A_RUN * length);
      for (let i = 0; i < count; i += 1) {
        const at = (rows[from + i] as number) * length;
        block.set(pixels.data.subarray(at, at + length), i * length);
      }
      const results = this.#program.call('features', block);
      const features = Object.fromEntries(
        OWN_BLOCKS.map((name, i) => {
          const values = results[i] as Float32Array;
          return [name, values.subarray(0, (values.length / IMAGES_A_RUN) * count)];
        }),
      ) as RawFeatures;
      take(features, from, count);
      onProgress?.(from + count, rows.length);
      await breathe(signal);
    }
  }

  /** The features of these images, a matrix a block. */
  async of(pixels: PixelSet, rows: ArrayLike<number>, hooks: Hooks = {}): Promise<Record<OwnBlock, Matrix>> {
    const result: Partial<Record<OwnBlock, Matrix>> = {};
    await this.each(
      pixels,
      rows,
      (features, first, count) => {
        for (const name of OWN_BLOCKS) {
          const columns = features[name].length / count;
          result[name] ??= { rows: rows.length, columns, data: new Float32Array(rows.length * columns) };
          (result[name] as Matrix).data.set(features[name], first * columns);
        }
      },
      hooks,
    );
    return result as Record<OwnBlock, Matrix>;
  }

  dispose(): void {
    this.#program.dispose();
  }
}
