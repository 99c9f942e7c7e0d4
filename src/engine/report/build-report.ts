import { type AbsenceReason, type BiasReport, biasReport, type Estimate, type Expectation, REPORT_FORMAT } from '../../contract/report.ts';
import { testExpectations } from '../expectations/expectations.ts';
import { candidateGroups } from '../groups/candidate-groups.ts';
import { describeGroups, featureScales, groupColumn, rankCandidates } from '../groups/group-findings.ts';
import { groupSpaces } from '../groups/group-spaces.ts';
import { rarity } from '../groups/rarity.ts';
import { breathe, type Hooks } from '../hooks.ts';
import { columnOf, type Matrix } from '../linear/matrix.ts';
import { attributeColumns } from '../pixels/attribute-columns.ts';
import type { ImageFacts, PixelSet } from '../pixels/pixel-set.ts';
import { meanInterval } from '../statistics/intervals.ts';
import { resampledPreview } from '../weights/resampled-preview.ts';
import { effectiveSampleSize, resamplingWeights, topShare, WEIGHT_ALPHA, WEIGHT_BINS } from '../weights/resampling-weights.ts';
import { summariseAttributes } from './attribute-summaries.ts';
import { summariseLatents } from './latent-summaries.ts';

const OUTLIERS_LISTED = 24;
const PREVIEW = 24;
const FEWEST_FOR_GROUPS = 100;

export interface ReportInput extends Hooks {
  studyId: string;
  name: string;
  createdAt: string;
  seed: number;
  provenance: BiasReport['provenance'];
  pixels: PixelSet;
  facts: ImageFacts;
  /** Posterior means, n x latent. */
  z: Matrix;
  klPerLatent: Float32Array | null;
  active: readonly number[];
  reconstructionError: Float32Array;
  elbo: Float32Array | null;
  bitsPerDimension: Float32Array | null;
  /** Of the trained model, a pixel, pixels in 0..1; NaN: taken from reconstructionError. */
  meanSquaredError: number;
  /** The same for the mean image alone; NaN: taken from the pixels. */
  meanImageSquaredError: number;
  importanceBound?: BiasReport['fit']['importanceBound'];
  hog: Matrix;
  intrinsicDimension: BiasReport['intrinsicDimension'];
  mixture: { components: number; bic: number } | null;
  logDensity: Float32Array | null;
  outliers: {
    score: Float32Array;
    rank: Uint32Array;
    reasons(index: number): { component: string; percentile: number }[];
    method: string;
    nullControl: string;
  } | null;
  diversity: BiasReport['diversity'];
  expectations: readonly Expectation[];
}

/** Columns of images.parquet that the report's work leaves behind. */
export interface ReportColumns {
  group: Int32Array;
  rarity: Float32Array;
  resampling_weight: Float32Array;
  resampling_weight_max: Float32Array;
}

/**
 * Gathers every finding about a study into its report, and the columns of groups and weights. The same input gives the same report.
 * Weights are scaled to a mean of 1 in the columns, so that they read as "how many times as often".
 * @throws SondeError cancelled; bad-request where an expectation names what the data do not have
 */
export async function buildReport(input: ReportInput): Promise<{ report: BiasReport; columns: ReportColumns }> {
  const { pixels, z, active, seed, signal, onProgress } = input;
  const absent: Record<string, AbsenceReason> = {};
  const attributes = attributeColumns(input.facts);
  const latents = summariseLatents(z, input.klPerLatent, active, attributes);
  onProgress?.(1, 5);
  await breathe(signal);

  const weights = weigh(z, active, seed);
  if (!weights) absent.weights = 'no-active-latents';
  onProgress?.(2, 5);
  await breathe(signal);

  const spaces = await groupSpaces({ pixels, z, active, hog: input.hog, attributes }, seed, { signal });
  onProgress?.(3, 5);
  const rare = await rarity(spaces, seed, { signal });
  onProgress?.(4, 5);
  if (z.rows < FEWEST_FOR_GROUPS) absent.groups = 'too-few-images';
  const ranked = z.rows < FEWEST_FOR_GROUPS ? [] : rankCandidates(await candidateGroups(spaces, seed, { signal }), rare);
  const group = groupColumn(ranked, z.rows);

  const elbo = intervalOrReason('elbo', input.elbo, absent);
  const bitsPerDimension = intervalOrReason('bitsPerDimension', input.bitsPerDimension, absent);
  const meanLogLikelihood = intervalOrReason('density', input.mixture ? input.logDensity : null, absent);
  const meanSquaredError = Number.isFinite(input.meanSquaredError) ? input.meanSquaredError : meanOf(input.reconstructionError);
  const report: BiasReport = {
    format: REPORT_FORMAT,
    studyId: input.studyId,
    name: input.name,
    createdAt: input.createdAt,
    provenance: input.provenance,
    image: { size: pixels.size, channels: pixels.channels, pixelSpaceLog10: pixels.size ** 2 * pixels.channels * Math.log10(256) },
    fit: {
      meanSquaredError,
      meanImageSquaredError: Number.isFinite(input.meanImageSquaredError) ? input.meanImageSquaredError : meanImageError(pixels),
      psnr: -10 * Math.log10(Math.max(meanSquaredError, 1e-12)),
      elbo,
      bitsPerDimension,
      importanceBound: input.importanceBound ?? null,
    },
    attributes: summariseAttributes(attributes),
    latents,
    weights: weights?.summaries ?? null,
    intrinsicDimension: finiteOrReason('intrinsicDimension', input.intrinsicDimension, absent),
    density:
      input.mixture && meanLogLikelihood && Number.isFinite(input.mixture.bic)
        ? { components: input.mixture.components, bic: input.mixture.bic, meanLogLikelihood }
        : null,
    outliers: listOutliers(input.outliers),
    groups: absent.groups ? null : describeGroups(ranked, z.rows, featureScales(attributes, z, active)),
    diversity: finiteOrReason('diversity', input.diversity, absent),
    expectations: testExpectations(input.expectations, {
      images: z.rows,
      attributes,
      latents: new Map(Array.from({ length: z.columns }, (_, i) => [`z_${String(i).padStart(2, '0')}`, columnOf(z, i)])),
      group,
      labels: input.facts.label,
    }),
    absent,
  };
  if (!report.outliers) absent.outliers = 'not-measured';
  onProgress?.(5, 5);
  const even = new Float32Array(z.rows).fill(1);
  return {
    report: biasReport.parse(report),
    columns: { group, rarity: rare, resampling_weight: weights?.product ?? even, resampling_weight_max: weights?.maximum ?? even },
  };
}

function weigh(z: Matrix, active: readonly number[], seed: number) {
  if (active.length === 0) return null;
  const byVariant = (['product', 'maximum'] as const).map((variant) => {
    const weights = resamplingWeights(z, { variant, latents: active });
    const { weighted, even } = resampledPreview(weights, PREVIEW, seed);
    const size = effectiveSampleSize(weights);
    return {
      scaled: Float32Array.from(weights, (weight) => weight * z.rows),
      summary: {
        variant,
        effectiveSampleSize: size,
        share: size / z.rows,
        topShare: topShare(weights),
        alpha: WEIGHT_ALPHA[variant],
        bins: WEIGHT_BINS,
        preview: weighted,
        evenPreview: even,
      },
    };
  });
  const [product, maximum] = byVariant as [(typeof byVariant)[number], (typeof byVariant)[number]];
  return { product: product.scaled, maximum: maximum.scaled, summaries: [product.summary, maximum.summary] };
}

function listOutliers(outliers: ReportInput['outliers']): BiasReport['outliers'] {
  if (!outliers) return null;
  const order = Array.from(outliers.rank, (rank, index) => [rank, index] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    images: order
      .slice(0, OUTLIERS_LISTED)
      .map(([, index]) => ({ index, score: outliers.score[index] as number, reasons: outliers.reasons(index) })),
    method: outliers.method,
    nullControl: outliers.nullControl,
  };
}

function intervalOrReason(section: string, values: Float32Array | null, absent: Record<string, AbsenceReason>): Estimate | null {
  const interval = values ? meanInterval(values) : null;
  if (!interval) absent[section] = values ? 'no-interval' : 'not-measured';
  return interval;
}

/** A section of estimates as it is, or null with the reason where one of its numbers is not finite. */
function finiteOrReason<T extends Record<string, Estimate>>(
  section: string,
  value: T | null,
  absent: Record<string, AbsenceReason>,
): T | null {
  if (value && Object.values(value).every(({ value: v, low, high }) => [v, low, high].every(Number.isFinite))) return value;
  absent[section] = value ? 'no-interval' : 'not-measured';
  return null;
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean squared error a pixel of the mean image, pixels in 0..1: the mean over pixels of their variance. */
function meanImageError({ count, size, channels, data }: PixelSet): number {
  const pixels = size * size * channels;
  const sums = new Float64Array(pixels);
  let squares = 0;
  for (let i = 0; i < count * pixels; i += 1) {
    const value = (data[i] as number) / 255;
    sums[i % pixels] = (sums[i % pixels] as number) + value;
    squares += value * value;
  }
  return squares / (count * pixels) - sums.reduce((sum, total) => sum + (total / count) ** 2, 0) / pixels;
}
