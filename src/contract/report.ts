/**
 * report.json: the data set bias report. Every statistic carries its interval; `docs/method.md` says what each cannot show.
 * Sections that were not computed are null, never empty.
 */
export const REPORT_FORMAT = 1;

/** A point estimate with a two-sided 95 % interval. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

export interface Histogram {
  edges: number[];
  counts: number[];
}

export interface AttributeSummary {
  name: 'brightness' | 'contrast' | 'saturation' | 'sharpness' | 'aspect' | 'size';
  histogram: Histogram;
  mean: number;
  median: number;
  p05: number;
  p95: number;
}

export interface LatentSummary {
  latent: number;
  active: boolean;
  /** Mean KL to the prior in nats; what importance is ordered by. */
  kl: number;
  mean: number;
  standardDeviation: number;
  histogram: Histogram;
  /** Shares of images beyond -2 and +2 standard deviations of this latent; a Gaussian has .0228 each. */
  lowerTail: Estimate;
  upperTail: Estimate;
  /** Rank correlation (Spearman) with the attribute it follows most. */
  follows: { attribute: AttributeSummary['name']; correlation: Estimate } | null;
  /** Values at which `strip` was decoded, other latents at the data's median. */
  stripValues: number[];
}

export interface Feature {
  kind: 'attribute' | 'latent';
  name: string;
  logOdds: Estimate;
  high: boolean;
}

export interface Group {
  id: number;
  count: number;
  share: Estimate;
  /** Mean similarity inside minus to the nearest other group (silhouette), -1..1. */
  cohesion: number;
  spaces: string[];
  typical: number[];
  extreme: number[];
  features: Feature[];
  rarity: number;
}

export interface ExpectationResult {
  statement: Expectation;
  observed: Estimate;
  pValue: number;
  adjustedPValue: number;
  rejected: boolean;
}
/** What a user states about the data: a share for an attribute range, a group or a label. */
export interface Expectation {
  kind: 'attribute' | 'latent' | 'group' | 'label';
  name: string;
  low: number | null;
  high: number | null;
  share: number;
}

export interface BiasReport {
  format: typeof REPORT_FORMAT;
  studyId: string;
  name: string;
  createdAt: string;
  provenance: {
    source: string;
    sourceKind: string;
    listingSha256: string | null;
    modelSha256: string | null;
    seed: number;
    images: number;
    skipped: number;
    duplicates: { exact: number; near: number } | null;
    versions: Record<string, string>;
  };
  image: { size: number; channels: number; pixelSpaceLog10: number };
  fit: { meanSquaredError: number; meanImageSquaredError: number; psnr: number; elbo: Estimate | null; bitsPerDimension: Estimate | null };
  attributes: AttributeSummary[];
  latents: LatentSummary[];
  weights: { variant: 'product' | 'maximum'; effectiveSampleSize: number; share: number; topShare: number }[] | null;
  intrinsicDimension: { twoNN: Estimate; levinaBickel: Estimate; mackayGhahramani: Estimate } | null;
  density: { components: number; bic: number; meanLogLikelihood: Estimate } | null;
  outliers: {
    images: { index: number; score: number; reasons: { component: string; percentile: number }[] }[];
    method: string;
    nullControl: string;
  } | null;
  groups: Group[] | null;
  diversity: { vendi: Estimate; unseenMass: Estimate; precision: Estimate; recall: Estimate; density: Estimate; coverage: Estimate } | null;
  expectations: ExpectationResult[];
}
