import type { Diversity, Estimate } from '../../contract/report.ts';
import type { Mixture } from '../density/mixture.ts';
import type { Hooks } from '../hooks.ts';
import { exactNeighbours } from '../latent/neighbours.ts';
import type { Matrix } from '../linear/matrix.ts';
import { fitPixelPcaSoon } from '../linear/pca.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { decodeAll } from '../model/decode-all.ts';
import type { Model } from '../model/model.ts';
import { PcaModel } from '../model/pca-model.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { prdc, type SampleQuality } from './sample-quality.ts';
import { unseenMass, unseenShares } from './unseen-mass.ts';
import { vendiScore } from './vendi.ts';

/** Of the shapeless pictures: as many as carry the folder's colours and light, and no outline. */
const SHAPELESS_COMPONENTS = 64;
/** Images that those are fitted on. */
const COMPONENT_IMAGES = 2000;
const PRDC_NEIGHBOURS = 5;
/** Images of a round that samples are set against; and samples, images set aside and shapeless pictures of a round. */
const MOST_IMAGES = 1000;
const DRAWN = 100;
const REPEATS = 5;
const VENDI_IMAGES = 400;
const UNSEEN_IMAGES = 20_000;
/** Student's t for 95 % with four degrees of freedom. */
const T_FOUR = 2.776;

export interface DiversityInput {
  model: Model;
  pixels: PixelSet;
  z: Matrix;
  mixture: Mixture;
  /** Rows of images that repeat no other: a copy among what was set aside would stand beside itself. */
  originals: Uint32Array;
  /** The folder's own features, rows of length one, of all its images, and of any pictures of their size. */
  features: { points: Matrix; of(pictures: PixelSet, hooks: Hooks): Promise<Matrix> };
}

/** Mean over independent draws, with the interval that their spread gives. */
function overRepeats(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  const half = (T_FOUR * deviation) / Math.sqrt(values.length);
  return { value: mean, low: mean - half, high: mean + half };
}

/** A share's interval lies within 0..1; the density of samples has no upper bound. */
function summarise(rounds: readonly SampleQuality[]): Omit<Diversity, 'vendi' | 'unseenMass' | 'unseen' | 'scale'> {
  const over = (of: (one: SampleQuality) => number, most = 1): Estimate => {
    const { value, low, high } = overRepeats(rounds.map(of));
    return { value, low: Math.max(0, low), high: Math.min(most, high) };
  };
  return {
    precision: over(({ precision }) => precision),
    recall: over(({ recall }) => recall),
    density: over(({ density }) => density, Number.MAX_VALUE),
    coverage: over(({ coverage }) => coverage),
  };
}

/**
 * How varied the data are and how well the model's samples stand for them: Vendi score and unseen mass of the latents; precision, recall,
 * density and coverage of pictures decoded from the mixture, among images in the folder's own features, with what the same figures are for
 * images that were set aside and for shapeless pictures. Five draws give the intervals.
 */
export async function diversity(input: DiversityInput, { seed, signal, onProgress }: Hooks & { seed: number }): Promise<Diversity> {
  const { model, pixels, z, mixture, originals, features } = input;
  const random = new Random(seed);
  const hooks = { signal };
  const shapeless = await shapelessPictures(pixels, random, hooks);
  const count = Math.min(DRAWN, originals.length >> 1);
  const rounds: Record<'samples' | 'images' | 'shapeless', SampleQuality[]> = { samples: [], images: [], shapeless: [] };
  const vendi: number[] = [];
  const typical = await typicalDistance(z, random);
  try {
    for (let round = 0; round < REPEATS; round += 1) {
      const order = random.shuffle(originals.slice());
      const aside = takeRows(features.points, order.subarray(0, count));
      const real = takeRows(features.points, order.subarray(count, count + MOST_IMAGES));
      const drawn: PixelSet = { ...pixels, count, data: await decodeAll(model, mixture.sample(count, random).data, hooks) };
      const against = (pictures: Matrix) => prdc(real, pictures, PRDC_NEIGHBOURS, hooks);
      rounds.samples.push(await against(await features.of(drawn, hooks)));
      rounds.shapeless.push(await against(await features.of(shapeless.draw(count), hooks)));
      rounds.images.push(await against(aside));
      vendi.push(vendiScore(takeRows(z, sampleRows(z.rows, VENDI_IMAGES, random)), { kernel: 'rbf', bandwidth: typical / 2 }));
      onProgress?.(round + 1, REPEATS);
    }
  } finally {
    shapeless.dispose();
  }
  const some = sampleRows(originals.length, UNSEEN_IMAGES, random).map((i) => originals[i] as number);
  const unseen = unseenShares(await exactNeighbours(takeRows(z, some), 1, hooks), typical);
  return {
    vendi: overRepeats(vendi),
    unseenMass: unseenMass(unseen),
    unseen,
    ...summarise(rounds.samples),
    scale: { images: summarise(rounds.images), shapeless: summarise(rounds.shapeless) },
  };
}

/** Pictures of a Gaussian over the pixels' first components: the folder's colours, light and dark where it has them, and nothing in them. */
async function shapelessPictures(pixels: PixelSet, random: Random, hooks: Hooks) {
  const components = Math.min(SHAPELESS_COMPONENTS, pixels.count - 1);
  const { mean, axes, variance } = await fitPixelPcaSoon(pixels, components, hooks, sampleRows(pixels.count, COMPONENT_IMAGES, random));
  const model = new PcaModel({ size: pixels.size, channels: pixels.channels, latent: components }, mean, axes.data, variance);
  return {
    draw(count: number): PixelSet {
      const codes = Float32Array.from(
        { length: count * components },
        (_, i) => Math.sqrt(variance[i % components] as number) * random.normal(),
      );
      return { ...pixels, count, data: model.decode(codes) };
    },
    dispose: () => model.dispose(),
  };
}

/** The median distance between two images. */
async function typicalDistance(z: Matrix, random: Random): Promise<number> {
  const distances = Float32Array.from({ length: 1000 }, () => {
    const [a, b] = [random.integer(z.rows), random.integer(z.rows)];
    let square = 0;
    for (let j = 0; j < z.columns; j += 1) square += ((z.data[a * z.columns + j] as number) - (z.data[b * z.columns + j] as number)) ** 2;
    return Math.sqrt(square);
  }).sort();
  return Math.max(2e-6, distances[500] as number);
}
