import type { BiasReport, Estimate } from '../../contract/report.ts';
import type { Mixture } from '../density/mixture.ts';
import type { Hooks } from '../hooks.ts';
import { exactNeighbours } from '../latent/neighbours.ts';
import type { Matrix } from '../linear/matrix.ts';
import { fitPixelPcaSoon, projectPixelPca } from '../linear/pca.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { decodeAll } from '../model/decode-all.ts';
import type { Model } from '../model/model.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { prdc } from './sample-quality.ts';
import { unseenMassWithin } from './unseen-mass.ts';
import { vendiScore } from './vendi.ts';

const PICTURE_COMPONENTS = 64;
const PRDC_NEIGHBOURS = 5;
/** Images and samples of a draw. */
const MOST_IMAGES = 1000;
/** Images that the pictures' components are fitted on. */
const COMPONENT_IMAGES = 2000;
const REPEATS = 5;
const VENDI_IMAGES = 400;
const UNSEEN_IMAGES = 20_000;
/** Student's t for 95 % with four degrees of freedom. */
const T_FOUR = 2.776;

/** Mean over independent draws, with the interval that their spread gives. */
function overRepeats(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  const half = (T_FOUR * deviation) / Math.sqrt(values.length);
  return { value: mean, low: mean - half, high: mean + half };
}

/**
 * How varied the data are and how well the model's samples stand for them: Vendi score and unseen mass of the latents; precision, recall,
 * density and coverage of images decoded from the mixture, against the data in pixel-PCA64. Five draws give the intervals.
 */
export async function diversity(
  model: Model,
  pixels: PixelSet,
  z: Matrix,
  mixture: Mixture,
  { seed, signal, onProgress }: Hooks & { seed: number },
): Promise<NonNullable<BiasReport['diversity']>> {
  const random = new Random(seed);
  const components = Math.min(PICTURE_COMPONENTS, pixels.count - 1);
  const pca = await fitPixelPcaSoon(pixels, components, { signal }, sampleRows(pixels.count, COMPONENT_IMAGES, random));
  const count = Math.min(MOST_IMAGES, pixels.count);
  const rounds: { precision: number; recall: number; density: number; coverage: number }[] = [];
  const vendi: number[] = [];
  const bandwidth = await medianDistance(z, random);
  for (let round = 0; round < REPEATS; round += 1) {
    const drawn = mixture.sample(count, random);
    const decoded: PixelSet = { count, size: pixels.size, channels: pixels.channels, data: await decodeAll(model, drawn.data, { signal }) };
    const fake = await projectPixelPca(pca, decoded, { signal });
    const real = await projectPixelPca(pca, pixels, { signal }, sampleRows(pixels.count, count, random));
    rounds.push(await prdc(real, fake, PRDC_NEIGHBOURS, { signal }));
    vendi.push(vendiScore(takeRows(z, sampleRows(z.rows, VENDI_IMAGES, random)), { kernel: 'rbf', bandwidth }));
    onProgress?.(round + 1, REPEATS);
  }
  return {
    vendi: overRepeats(vendi),
    unseenMass: await unseen(z, bandwidth, random, signal),
    precision: overRepeats(rounds.map((one) => one.precision)),
    recall: overRepeats(rounds.map((one) => one.recall)),
    density: overRepeats(rounds.map((one) => one.density)),
    coverage: overRepeats(rounds.map((one) => one.coverage)),
  };
}

/** Half of the median distance between two images: the scale at which the Vendi score tells images apart. */
async function medianDistance(z: Matrix, random: Random): Promise<number> {
  const distances = Float32Array.from({ length: 1000 }, () => {
    const [a, b] = [random.integer(z.rows), random.integer(z.rows)];
    let square = 0;
    for (let j = 0; j < z.columns; j += 1) square += ((z.data[a * z.columns + j] as number) - (z.data[b * z.columns + j] as number)) ** 2;
    return Math.sqrt(square);
  }).sort();
  return Math.max(1e-6, (distances[500] as number) / 2);
}

/**
 * The share of further images without an image of the data nearer than half the typical distance of two images: a radius that does not
 * come from the nearest distances themselves, for that would answer the same whatever the data.
 */
async function unseen(z: Matrix, radius: number, random: Random, signal: AbortSignal | undefined): Promise<Estimate> {
  const some = takeRows(z, sampleRows(z.rows, UNSEEN_IMAGES, random));
  return unseenMassWithin(await exactNeighbours(some, 1, { signal }), radius);
}
