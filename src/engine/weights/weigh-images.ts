import type { Composition, WeightSummary } from '../../contract/report.ts';
import type { Matrix } from '../linear/matrix.ts';
import { resampledPreview } from './resampled-preview.ts';
import { effectiveSampleSize, resamplingWeights, temperedWeights, topShare, WEIGHT_ALPHA, WEIGHT_BINS } from './resampling-weights.ts';

const PREVIEW = 24;

/** How many times as often each image should be drawn: mean 1. */
export type ImageWeights = Record<WeightSummary['variant'], Float32Array> & { summaries: WeightSummary[] };

/** The folder's kinds, and the smallest one that holds each image. */
export interface Kinds {
  composition: Composition | null;
  kind: Int32Array;
}

/**
 * Tempered weights that can be used, and both variants of the DB-VAE weights for the record, over the active latents of z (n x latent), with
 * what they come to; null where no latent is active.
 */
export function weighImages(z: Matrix, active: readonly number[], kinds: Kinds, seed: number): ImageWeights | null {
  if (active.length === 0) return null;
  const paper = (variant: 'product' | 'maximum') => ({ variant, weights: resamplingWeights(z, { variant, latents: active }), exponent: 1 });
  const weighed = [{ variant: 'tempered' as const, ...temperedWeights(z, active) }, paper('product'), paper('maximum')];
  const summaries = weighed.map(({ variant, weights, exponent }): WeightSummary => {
    const { weighted, even } = resampledPreview(weights, PREVIEW, seed);
    const size = effectiveSampleSize(weights);
    return {
      variant,
      exponent,
      effectiveSampleSize: size,
      share: size / z.rows,
      topShare: topShare(weights),
      alpha: WEIGHT_ALPHA[variant === 'maximum' ? 'maximum' : 'product'],
      bins: WEIGHT_BINS,
      kinds: drawnKinds(kinds, weights),
      preview: weighted,
      evenPreview: even,
    };
  });
  const scaled = weighed.map(({ variant, weights }) => [variant, Float32Array.from(weights, (weight) => weight * z.rows)] as const);
  return { ...(Object.fromEntries(scaled) as Record<WeightSummary['variant'], Float32Array>), summaries };
}

/** The share of a weighted draw that falls to each kind of the composition. */
function drawnKinds({ composition, kind }: Kinds, weights: Float64Array): WeightSummary['kinds'] {
  const kinds = composition?.kinds ?? [];
  const drawn = new Float64Array(kinds.length);
  weights.forEach((weight, image) => {
    for (let at = kinds[kind[image] as number]; at; at = at.parent === null ? undefined : kinds[at.parent])
      drawn[at.id] = (drawn[at.id] as number) + weight;
  });
  return kinds.filter(({ parent }) => parent !== null).map(({ id }) => ({ kind: id, share: drawn[id] as number }));
}
