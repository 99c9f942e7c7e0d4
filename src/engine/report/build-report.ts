/** The report: what the steps before found, put together. */
import type { HeldOutFit } from '../../contract/analysis.ts';
import {
  type AbsenceReason,
  type AttributeName,
  type BiasReport,
  biasReport,
  type Estimate,
  type OutlierWhy,
  REPORT_FORMAT,
} from '../../contract/report.ts';
import type { OutlierScores } from '../density/outliers.ts';
import type { Factor } from '../factors/find-factors.ts';
import type { AttributePart } from '../findings/attribute-parts.ts';
import { chooseFindings } from '../findings/choose-findings.ts';
import type { Copies } from '../findings/copies.ts';
import type { FoundGroups } from '../groups/find-groups.ts';
import { FEWEST_DISTINCT } from '../latent/intrinsic-dimension.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { meanInterval } from '../statistics/intervals.ts';
import type { ImageWeights } from '../weights/weigh-images.ts';
import { summariseAttributes } from './attribute-summaries.ts';
import { summariseFactors } from './factor-summaries.ts';
import { summariseLatents } from './latent-summaries.ts';
import { namedImages } from './named-images.ts';

const OUTLIERS_LISTED = 24;

export interface ReportInput extends Pick<BiasReport, 'studyId' | 'name' | 'createdAt' | 'provenance' | 'expectations'> {
  image: Pick<PixelSet, 'size' | 'channels'>;
  /** Of every image. */
  paths: readonly string[];
  attributes: Map<AttributeName, Float32Array>;
  /** Posterior means, n x latent. */
  z: Matrix;
  klPerLatent: Float32Array | null;
  active: readonly number[];
  elbo: Float32Array | null;
  bitsPerDimension: Float32Array | null;
  /** Of the trained model, a pixel, pixels in 0..1. */
  meanSquaredError: number;
  /** The same for the mean image alone. */
  meanImageSquaredError: number;
  /** On images that were not trained on; null where none were held out. */
  heldOut: HeldOutFit | null;
  importanceBound: BiasReport['fit']['importanceBound'];
  intrinsicDimension: BiasReport['intrinsicDimension'];
  /** Numbers of the images that differ from each other in at least one pixel. */
  distinct: ArrayLike<number>;
  /** -1, or the first image of the set that the image repeats. */
  duplicateOf: Int32Array;
  factors: readonly Factor[] | null;
  mixture: Pick<NonNullable<BiasReport['density']>, 'components' | 'bic' | 'overOne'> | null;
  logDensity: Float32Array | null;
  outliers: (Pick<OutlierScores, 'score' | 'rank' | 'reasons' | 'method' | 'nullControl'> & { why(index: number): OutlierWhy }) | null;
  weights: ImageWeights | null;
  groups: FoundGroups['groups'];
  composition: BiasReport['composition'];
  missing: BiasReport['missing'];
  damage: BiasReport['damage'];
  attributeParts: readonly AttributePart[];
  copies: Copies;
  independence: BiasReport['independence'];
  subfolders: BiasReport['subfolders'];
  diversity: BiasReport['diversity'];
}

/** Puts the findings about a study together; of what is missing or not finite it says why. The same input gives the same report. */
export function buildReport(input: ReportInput): BiasReport {
  const { z, attributes, active, meanSquaredError, meanImageSquaredError } = input;
  const { size, channels } = input.image;
  const absent: Record<string, AbsenceReason> = {};
  if (!input.weights) absent.weights = 'no-active-latents';
  if (!input.factors) absent.factors = active.length === 0 ? 'no-active-latents' : 'too-few-distinct';
  if (!input.groups) absent.groups = 'too-few-images';
  if (!input.composition) absent.composition = 'too-few-distinct';
  if (!input.missing) absent.missing = 'too-few-distinct';
  if (!input.subfolders) absent.subfolders = 'one-folder';
  if (!input.outliers) absent.outliers = 'not-measured';
  const meanLogLikelihood = intervalOrReason('density', input.mixture ? input.logDensity : null, absent);
  // Of copies, and of latents that carry nothing, these would be figures of rounding and of noise.
  const unfounded = input.distinct.length < FEWEST_DISTINCT ? 'too-few-distinct' : active.length === 0 ? 'no-active-latents' : null;
  if (unfounded) for (const section of ['intrinsicDimension', 'density', 'diversity']) absent[section] = unfounded;
  const different = Array.from(input.distinct).filter((image) => input.duplicateOf[image] === -1).length;
  if (different < FEWEST_DISTINCT) for (const section of ['intrinsicDimension', 'diversity']) absent[section] = 'too-few-distinct';
  const report = {
    format: REPORT_FORMAT,
    studyId: input.studyId,
    name: input.name,
    createdAt: input.createdAt,
    provenance: input.provenance,
    image: { size, channels, pixelSpaceLog10: size ** 2 * channels * Math.log10(256) },
    fit: {
      heldOut: input.heldOut,
      meanSquaredError,
      meanImageSquaredError,
      psnr: -10 * Math.log10(Math.max(meanSquaredError, 1e-12)),
      elbo: intervalOrReason('elbo', input.elbo, absent),
      bitsPerDimension: intervalOrReason('bitsPerDimension', input.bitsPerDimension, absent),
      importanceBound: input.importanceBound,
    },
    attributes: summariseAttributes(attributes),
    latents: summariseLatents(z, input.klPerLatent, active, attributes, input.distinct),
    factors: input.factors && summariseFactors(input.factors, attributes, input.distinct),
    weights: input.weights?.summaries ?? null,
    intrinsicDimension: absent.intrinsicDimension ? null : finiteOrReason('intrinsicDimension', input.intrinsicDimension, absent),
    density:
      !unfounded && input.mixture && meanLogLikelihood && Number.isFinite(input.mixture.bic)
        ? { ...input.mixture, meanLogLikelihood }
        : null,
    outliers: listOutliers(input.outliers, input.duplicateOf),
    groups: input.groups,
    composition: input.composition,
    missing: input.missing,
    damage: input.damage,
    independence: input.independence,
    subfolders: input.subfolders,
    diversity: absent.diversity ? null : finiteOrReason('diversity', input.diversity, absent),
    expectations: input.expectations,
    absent,
  } satisfies Omit<BiasReport, 'paths' | 'findings' | 'silences'>;
  const found = { ...report, ...chooseFindings(report, input.attributeParts, input.copies) };
  const paths = Object.fromEntries(namedImages(found).map((image) => [image, input.paths[image] as string]));
  return biasReport.parse({ ...found, paths } satisfies BiasReport);
}

/** The strangest, of a set of copies its strangest alone: else one picture would fill the list. */
function listOutliers(outliers: ReportInput['outliers'], duplicateOf: Int32Array): BiasReport['outliers'] {
  if (!outliers) return null;
  const setOf = (index: number): number => ((duplicateOf[index] as number) < 0 ? index : (duplicateOf[index] as number));
  const alike = new Map<number, number>();
  for (const index of duplicateOf.keys()) alike.set(setOf(index), (alike.get(setOf(index)) ?? 0) + 1);
  const listed = new Set<number>();
  const order = Array.from(outliers.rank, (rank, index) => [rank, index] as const)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .filter(([, index]) => {
      const known = listed.has(setOf(index));
      listed.add(setOf(index));
      return !known;
    });
  return {
    images: order.slice(0, OUTLIERS_LISTED).map(([, index]) => ({
      index,
      score: outliers.score[index] as number,
      reasons: outliers.reasons(index),
      copies: (alike.get(setOf(index)) as number) - 1,
      why: outliers.why(index),
    })),
    method: outliers.method,
    nullControl: outliers.nullControl,
  };
}

function intervalOrReason(section: string, values: Float32Array | null, absent: Record<string, AbsenceReason>): Estimate | null {
  const interval = values ? meanInterval(values) : null;
  if (!interval) absent[section] = values ? 'no-interval' : 'not-measured';
  return interval;
}

/** Whether every number in it is finite. */
function allFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(allFinite);
}

/** A section as it is, or null with the reason where one of its numbers is not finite. */
function finiteOrReason<T>(section: string, value: T | null, absent: Record<string, AbsenceReason>): T | null {
  if (value && allFinite(value)) return value;
  absent[section] = value ? 'no-interval' : 'not-measured';
  return null;
}
