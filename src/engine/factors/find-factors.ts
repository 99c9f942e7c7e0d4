/** Variables that a person can read: directions of the latent space, chosen by what they change in the picture and how they part the data. */
import { breathe, type Hooks } from '../hooks.ts';
import { pictureMetric } from '../latent/picture-metric.ts';
import type { Matrix } from '../linear/matrix.ts';
import { fitPca, projectPca } from '../linear/pca.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { holm } from '../statistics/binomial.ts';
import { moments } from '../statistics/histogram.ts';
import { correlation } from '../statistics/ranks.ts';
import { dipOf } from './dip.ts';
import { type Confirmed, confirmedRotation, REFITS, SAME_ABOVE, STABLE_FROM } from './refits.ts';
import { apply, covarianceOf, dot, readAt, roots } from './rotation.ts';
import { type TwoModes, twoModes } from './two-modes.ts';

/** At most so many are listed: what a person looks through. */
const MOST_FACTORS = 8;
/** Images that a direction more wants, so that it is not one of the sample's. */
const IMAGES_A_DIRECTION = 25;
const PURSUED = 2;
/** Of the data, at which the decoder's slope is taken. */
const PLACES = 24;
/** Of the features, whose many directions would let any sample be parted. */
const LEADING_FEATURES = 4;
const LEVEL = 0.05;

export interface Factor {
  /** Where it was found. One of the features is carried to the latents by regression, so that it can be drawn. */
  seen: 'latents' | 'features';
  /** One an image; mean 0, variance 1. */
  values: Float32Array;
  /** value = read . z + offset; move is what one unit adds to z. read . move is 1. */
  read: Float64Array;
  offset: number;
  move: Float64Array;
  /** Share of its variance that the latents follow: 1 where it was found among them. */
  carried: number;
  /** Variance of the decoded picture along it, over that of all latents, to first order. */
  visibleShare: number;
  returned: number;
  refits: number;
  stable: boolean;
  dip: { statistic: number; pValue: number; adjustedPValue: number };
  /** null where one mode was not rejected, or the factor does not come back. */
  modes: TwoModes | null;
}

export interface FactorInput {
  /** Posterior means, n x latent. */
  z: Matrix;
  active: readonly number[];
  /** Rows that differ from each other: copies would make modes. */
  distinct: ArrayLike<number>;
  /** n x d, or null where only the latents are looked at. */
  features: Matrix | null;
  /** Latent vectors to pixels 0..255. */
  decode: (z: Float32Array) => Uint8Array;
}

/** Findings first: of two modes, the clearest first, then by visible share; what did not come back last. null under 50 distinct images or without active latents. */
export async function findFactors(
  { z, active, distinct, features, decode }: FactorInput,
  seed: number,
  hooks: Hooks = {},
): Promise<Factor[] | null> {
  const rows = Uint32Array.from(distinct);
  if (rows.length < 2 * IMAGES_A_DIRECTION || active.length === 0) return null;
  const random = new Random(seed ^ 0xfac7);
  const latents = standardised(z, active, rows);
  const places = takeRows(z, sampleRows(z.rows, PLACES, random));
  const metric = await pictureMetric(places, active, latents.deviations, decode, hooks.signal);
  const leading = Math.min(MOST_FACTORS, Math.floor(rows.length / IMAGES_A_DIRECTION));
  const own = await confirmedRotation(latents.points, metric, rows, { leading, pursued: PURSUED }, random, hooks.signal);
  const found = own.read.map((_, k) => ownFactor(own, k, latents, z));
  const other = features ? await featureFactor(features, rows, latents, metric, z, random, hooks) : null;
  // One that the latents show as well is theirs: it is drawn exactly.
  if (other && !found.some(({ values }) => Math.abs(correlation(values, other.values)) >= SAME_ABOVE)) found.push(other);
  const adjusted = holm(found.map(({ dip }) => dip.pValue));
  for (const [k, factor] of found.entries()) {
    factor.dip.adjustedPValue = adjusted[k] as number;
    if (factor.stable && factor.dip.adjustedPValue <= LEVEL) {
      await breathe(hooks.signal);
      factor.modes = twoModes(pick(factor.values, rows), random);
    }
  }
  const standing = (factor: Factor): number => (factor.modes ? 2 + factor.dip.statistic : Number(factor.stable));
  return found.sort((a, b) => standing(b) - standing(a) || b.visibleShare - a.visibleShare);
}

interface Latents {
  /** n x active, mean 0 and deviation 1 over the distinct rows. */
  points: Matrix;
  active: readonly number[];
  deviations: number[];
  /** Of the active ones; 0 for the others. */
  mean: Float64Array;
}

function standardised(z: Matrix, active: readonly number[], rows: Uint32Array): Latents {
  const points: Matrix = { rows: z.rows, columns: active.length, data: new Float32Array(z.rows * active.length) };
  const means = new Float64Array(z.columns);
  const deviations = active.map((latent, a) => {
    const { mean, standardDeviation } = moments(Float32Array.from(rows, (row) => z.data[row * z.columns + latent] as number));
    const scale = standardDeviation || 1;
    means[latent] = mean;
    for (let i = 0; i < z.rows; i += 1) points.data[i * active.length + a] = ((z.data[i * z.columns + latent] as number) - mean) / scale;
    return scale;
  });
  return { points, active, deviations, mean: means };
}

/** Weights of standardised active latents as weights of z: what reads is divided by the deviation, what moves multiplied. */
function widened(weights: Float64Array, { active, deviations }: Latents, z: Matrix, how: 'read' | 'move'): Float64Array {
  const wide = new Float64Array(z.columns);
  active.forEach((latent, a) => {
    const deviation = deviations[a] as number;
    wide[latent] = how === 'read' ? (weights[a] as number) / deviation : (weights[a] as number) * deviation;
  });
  return wide;
}

/** How a factor of the standardised latents is read off z, and what it adds to z. */
function ofLatents(read: Float64Array, move: Float64Array, latents: Latents, z: Matrix): Pick<Factor, 'read' | 'offset' | 'move'> {
  const wide = widened(read, latents, z, 'read');
  return { read: wide, offset: -dot(wide, latents.mean), move: widened(move, latents, z, 'move') };
}

function ownFactor(fit: Confirmed, k: number, latents: Latents, z: Matrix): Factor {
  const [read, move] = [fit.read[k] as Float64Array, fit.move[k] as Float64Array];
  const values = Float32Array.from({ length: z.rows }, (_, i) => readAt(latents.points, i, read));
  return {
    seen: 'latents',
    values,
    ...ofLatents(read, move, latents, z),
    carried: 1,
    visibleShare: fit.visible[k] as number,
    ...confirmation(fit, k, values),
  };
}

function confirmation(fit: Confirmed, k: number, values: Float32Array): Pick<Factor, 'returned' | 'refits' | 'stable' | 'dip' | 'modes'> {
  const returned = fit.returned[k] as number;
  return {
    returned,
    refits: REFITS,
    stable: returned >= STABLE_FROM,
    dip: { statistic: dipOf(values), pValue: fit.pValues[k] as number, adjustedPValue: 1 },
    modes: null,
  };
}

/** The direction of the features' leading components that parts the images most, as a direction of the latents. */
async function featureFactor(
  features: Matrix,
  rows: Uint32Array,
  latents: Latents,
  metric: Float64Array,
  z: Matrix,
  random: Random,
  hooks: Hooks,
): Promise<Factor | null> {
  const count = Math.min(LEADING_FEATURES, features.columns);
  const pca = await fitPca(features, count, { signal: hooks.signal });
  const scores = projectPca(pca, features);
  const own = new Float64Array(count * count);
  for (let j = 0; j < count; j += 1) own[j * count + j] = 1;
  const fit = await confirmedRotation(scores, own, rows, { leading: count, pursued: 1 }, random, hooks.signal);
  const [read] = fit.read;
  if (!read) return null;
  const raw = Float32Array.from({ length: features.rows }, (_, i) => readAt(scores, i, read));
  const { mean, standardDeviation } = moments(pick(raw, rows));
  if (!(standardDeviation > 0)) return null;
  const values = raw.map((value) => (value - mean) / standardDeviation);
  const d = latents.points.columns;
  // E[z | value] is linear in the value to the first order: the latents' covariance with it.
  const move = new Float64Array(d);
  for (const row of rows)
    for (let j = 0; j < d; j += 1)
      move[j] = (move[j] as number) + ((latents.points.data[row * d + j] as number) * (values[row] as number)) / rows.length;
  const covariance = covarianceOf(latents.points, rows);
  const { inverse } = roots(covariance, d);
  const reading = apply(inverse, apply(inverse, move, d), d);
  const carried = dot(reading, move);
  if (!(carried > 0)) return null;
  let total = 0;
  for (let j = 0; j < d * d; j += 1) total += (metric[j] as number) * (covariance[j] as number);
  const unbiased = reading.map((value) => value / carried);
  return {
    seen: 'features',
    values,
    ...ofLatents(unbiased, move, latents, z),
    carried: Math.min(1, carried),
    visibleShare: total > 0 ? dot(move, apply(metric, move, d)) / total : 0,
    ...confirmation(fit, 0, values),
  };
}

const pick = (values: Float32Array, rows: Uint32Array): Float32Array => Float32Array.from(rows, (row) => values[row] as number);
