import type { AttributeName, LatentSummary } from '../../contract/report.ts';
import { columnOf, type Matrix } from '../linear/matrix.ts';
import { histogramOf, moments, quantile, varies } from '../statistics/histogram.ts';
import { spearmanInterval, wilson } from '../statistics/intervals.ts';
import { correlation, ranks } from '../statistics/ranks.ts';
import { imagesAlong } from './images-along.ts';

const BINS = 40;
/** A latent "follows" an attribute only when the whole interval of |rho| lies above this. */
export const FOLLOWS_ABOVE = 0.5;
/** Quantiles of the data at which the strip is decoded. */
export const STRIP_QUANTILES = [0.01, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 0.99];

/**
 * What each latent variable does over the data, most important (largest KL) first.
 * @param z posterior means, n x latent; kl mean KL a latent in nats, null for a model without a prior
 * @param active latents whose mean varies; the others are summarised too, but come last and follow nothing
 * @param distinct images that differ from each other: those that are shown
 */
export function summariseLatents(
  z: Matrix,
  kl: Float32Array | null,
  active: readonly number[],
  attributes: Map<AttributeName, Float32Array>,
  distinct: ArrayLike<number>,
): LatentSummary[] {
  const attributeRanks = ranksOf(attributes);
  const isActive = new Set(active);
  const summaries = Array.from({ length: z.columns }, (_, latent): LatentSummary => {
    const values = columnOf(z, latent);
    const sorted = Float32Array.from(values).sort();
    const { mean, standardDeviation } = moments(values);
    let below = 0;
    let above = 0;
    if (standardDeviation > 0)
      for (const value of values) {
        if (value < mean - 2 * standardDeviation) below += 1;
        else if (value > mean + 2 * standardDeviation) above += 1;
      }
    const strongest = isActive.has(latent) ? (correlations(values, attributeRanks)[0] ?? null) : null;
    const stripValues = STRIP_QUANTILES.map((p) => quantile(sorted, p));
    return {
      latent,
      active: isActive.has(latent),
      kl: kl ? (kl[latent] as number) : standardDeviation ** 2,
      mean,
      median: quantile(sorted, 0.5),
      standardDeviation,
      histogram: histogramOf(values, BINS),
      lowerTail: wilson(below, z.rows),
      upperTail: wilson(above, z.rows),
      follows: strongest && weakestMagnitude(strongest.correlation) > FOLLOWS_ABOVE ? strongest : null,
      strongest,
      stripValues,
      images: isActive.has(latent) ? imagesAlong(values, stripValues, distinct) : [],
    };
  });
  return summaries.sort((a, b) => Number(b.active) - Number(a.active) || b.kl - a.kl || a.latent - b.latent);
}

type AttributeRanks = (readonly [AttributeName, Float64Array])[];

/** Ranks of the attributes that vary. */
export const ranksOf = (attributes: Map<AttributeName, Float32Array>): AttributeRanks =>
  [...attributes].filter(([, values]) => varies(values)).map(([name, values]) => [name, ranks(values)] as const);

/** Rank correlation with each attribute, strongest first. */
export function correlations(values: Float32Array, attributes: AttributeRanks): NonNullable<LatentSummary['strongest']>[] {
  const own = ranks(values);
  return attributes
    .flatMap(([attribute, theirs]) => {
      const interval = spearmanInterval(correlation(own, theirs), values.length);
      return interval ? [{ attribute, correlation: interval }] : [];
    })
    .sort((a, b) => Math.abs(b.correlation.value) - Math.abs(a.correlation.value));
}

/** The smallest |rho| that the interval holds. */
export function weakestMagnitude({ low, high }: { low: number; high: number }): number {
  return low > 0 ? low : high < 0 ? -high : 0;
}
