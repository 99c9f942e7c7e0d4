import type { WeightSummary } from '../../contract/report.ts';
import type { Matrix } from '../linear/matrix.ts';
import { resampledPreview } from './resampled-preview.ts';
import { effectiveSampleSize, resamplingWeights, topShare, WEIGHT_ALPHA, WEIGHT_BINS } from './resampling-weights.ts';

const PREVIEW = 24;

export interface ImageWeights {
  /** How many times as often each image should be drawn: mean 1. */
  product: Float32Array;
  maximum: Float32Array;
  summaries: WeightSummary[];
}

/** Both variants of the DB-VAE weights over the active latents of z (n x latent), with what they come to; null where none is active. */
export function weighImages(z: Matrix, active: readonly number[], seed: number): ImageWeights | null {
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
