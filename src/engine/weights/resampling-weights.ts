/**
 * DB-VAE resampling weights (Amini, Soleimany, Schwarting, Bhatia and Rus, "Uncovering and Mitigating Algorithmic Bias through
 * Learned Latent Structure", AIES 2019): images in thin parts of the latent histograms are drawn more often.
 */
import { columnOf, type Matrix } from '../linear/matrix.ts';

export type WeightsVariant = 'product' | 'maximum';

export interface WeightsOptions {
  variant: WeightsVariant;
  /** Bins a latent; 10 in the authors' code. */
  bins?: number;
  /** product: alpha of the paper's equation 6, added to each density. maximum: the lab's smoothing, .001. */
  alpha?: number;
  /** Latents to use; all unless given. */
  latents?: readonly number[];
}

export const WEIGHT_BINS = 10;
export const WEIGHT_ALPHA = { product: 0.01, maximum: 0.001 } as const;

/**
 * A weight an image, in double precision, summing to 1.
 *
 * product: W(z) = prod_i 1 / (Q_i(z_i) + alpha) (equation 6), Q_i the density of latent i's histogram.
 * maximum (MIT 6.S191's lab): per latent the densities are smoothed by alpha and normalised to sum 1, 1 / density is normalised
 * over the images, and an image takes its greatest value over the latents; the result is normalised again.
 * Both on the posterior means. As in the lab, histogram bins are evenly wide from the least to the greatest value, and the outermost
 * edges reach to infinity.
 * @param z n x latent, finite
 */
export function resamplingWeights(z: Matrix, { variant, bins = WEIGHT_BINS, alpha, latents }: WeightsOptions): Float64Array {
  const smoothing = alpha ?? WEIGHT_ALPHA[variant];
  const used = latents ?? Array.from({ length: z.columns }, (_, i) => i);
  // In the logarithm until here, so that a product over many latents neither overflows nor vanishes.
  if (variant === 'product') return fromLogs(productLogs(z, { bins, alpha: smoothing, latents: used }));
  const combined = new Float64Array(z.rows);
  for (const latent of used) {
    const { densities, bin } = density(columnOf(z, latent), bins);
    const total = densities.reduce((sum, q) => sum + q + smoothing, 0);
    const inverse = densities.map((q) => total / (q + smoothing));
    let sum = 0;
    for (let i = 0; i < z.rows; i += 1) sum += inverse[bin[i] as number] as number;
    for (let i = 0; i < z.rows; i += 1) combined[i] = Math.max(combined[i] as number, (inverse[bin[i] as number] as number) / sum);
  }
  return normalise(combined);
}

/** log W(z) of the product (equation 6), up to a constant; n. */
function productLogs(z: Matrix, { bins, alpha, latents }: { bins: number; alpha: number; latents: readonly number[] }): Float64Array {
  const logs = new Float64Array(z.rows);
  for (const latent of latents) {
    const { densities, bin } = density(columnOf(z, latent), bins);
    const own = densities.map((q) => -Math.log(q + alpha));
    for (let i = 0; i < z.rows; i += 1) logs[i] = (logs[i] as number) + (own[bin[i] as number] as number);
  }
  return logs;
}

/** Weights that few images cannot carry alone: an effective sample of at least this share of the images. */
export const LEAST_EFFECTIVE = 0.1;
const HALVINGS = 40;

/**
 * The product's weights raised to the greatest power, 0 to 1, that leaves an effective sample size of at least a tenth of the images. The size
 * falls with the power, from all images at 0 (every weight the same) to the product's own at 1.
 * @param latents to use
 */
export function temperedWeights(z: Matrix, latents: readonly number[]): { weights: Float64Array; exponent: number } {
  const logs = productLogs(z, { bins: WEIGHT_BINS, alpha: WEIGHT_ALPHA.product, latents });
  const at = (exponent: number): Float64Array => fromLogs(logs.map((log) => exponent * log));
  const enough = (weights: Float64Array): boolean => effectiveSampleSize(weights) >= LEAST_EFFECTIVE * z.rows;
  const whole = at(1);
  if (enough(whole)) return { weights: whole, exponent: 1 };
  let [low, high] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (enough(at(middle))) low = middle;
    else high = middle;
  }
  return { weights: at(low), exponent: low };
}

/** The histogram's densities (counts / n / width; 1 where all values are equal) and each value's bin. */
function density(values: Float32Array, bins: number): { densities: number[]; bin: Uint32Array } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const bin = new Uint32Array(values.length);
  if (!(high > low)) return { densities: [1], bin };
  const width = (high - low) / bins;
  // The inner edges as they stand, so that a value on an edge falls where numpy.digitize puts it: into the bin above.
  const edges = Array.from({ length: bins - 1 }, (_, i) => low + width * (i + 1));
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    let at = Math.min(bins - 1, Math.max(0, Math.floor((value - low) / width)));
    while (at > 0 && value < (edges[at - 1] as number)) at -= 1;
    while (at < bins - 1 && value >= (edges[at] as number)) at += 1;
    bin[i] = at;
    counts[at] = (counts[at] as number) + 1;
  }
  return { densities: counts.map((c) => c / values.length / width), bin };
}

function fromLogs(logs: Float64Array): Float64Array {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of logs) greatest = Math.max(greatest, value);
  return normalise(logs.map((value) => Math.exp(value - greatest)));
}

function normalise(weights: Float64Array): Float64Array {
  let sum = 0;
  for (const weight of weights) sum += weight;
  if (!(sum > 0)) return weights.fill(1 / weights.length);
  for (let i = 0; i < weights.length; i += 1) weights[i] = (weights[i] as number) / sum;
  return weights;
}

/** (sum w)^2 / sum w^2, in images (Kish 1965): how many evenly weighted images would give an equally steady mean. */
export function effectiveSampleSize(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return (sum * sum) / squares;
}

/** Share of the whole weight that the heaviest `part` of the images carry. */
export function topShare(weights: Float64Array, part = 0.01): number {
  const sorted = Float64Array.from(weights).sort();
  const from = sorted.length - Math.max(1, Math.round(part * sorted.length));
  let top = 0;
  let all = 0;
  sorted.forEach((weight, i) => {
    all += weight;
    if (i >= from) top += weight;
  });
  return top / all;
}
