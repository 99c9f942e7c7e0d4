import type { AttributeName, FactorSummary } from '../../contract/report.ts';
import type { Factor } from '../factors/find-factors.ts';
import { histogramOf, moments, quantile } from '../statistics/histogram.ts';
import { imagesAlong } from './images-along.ts';
import { correlations, ranksOf, STRIP_QUANTILES, weakestMagnitude } from './latent-summaries.ts';

const BINS = 40;
/** Weaker than this a correlation of many images is certain and says nothing. */
const NAMED_ABOVE = 0.1;

/** What each factor shows, in the order found. @param distinct images that differ from each other: those that are shown */
export function summariseFactors(
  factors: readonly Factor[],
  attributes: Map<AttributeName, Float32Array>,
  distinct: ArrayLike<number>,
): FactorSummary[] {
  const attributeRanks = ranksOf(attributes);
  return factors.map((found, factor) => {
    const sorted = Float32Array.from(found.values).sort();
    const stripValues = STRIP_QUANTILES.map((p) => quantile(sorted, p));
    return {
      factor,
      name: null,
      seen: found.seen,
      carried: found.carried,
      visibleShare: found.visibleShare,
      stability: { returned: found.returned, refits: found.refits },
      stable: found.stable,
      dip: found.dip,
      modes: found.modes,
      follows: correlations(found.values, attributeRanks).filter(({ correlation }) => weakestMagnitude(correlation) > NAMED_ABOVE),
      ...moments(found.values),
      histogram: histogramOf(found.values, BINS),
      stripValues,
      images: imagesAlong(found.values, stripValues, distinct),
      read: [...found.read],
      offset: found.offset,
      move: [...found.move],
    };
  });
}
