/** What a person can move in latent space: a factor, or one raw latent. */
import type { BiasReport, FactorSummary, Histogram } from '../../../contract/report.ts';
import { m } from '../../../messages/messages.js';
import { along, alongFactor, byImportance, factorAt } from '../../../report-page/latents.ts';
import { percent } from '../../../words/format.ts';
import { factorWords, featureWords } from '../../../words/words.ts';

export interface Slider {
  key: number;
  name: string;
  mean: number;
  standardDeviation: number;
  histogram: Histogram | null;
  follows: string;
  stripValues: number[];
  /** The data's own images at the strip's values. */
  images: number[][];
  at(z: Float32Array): number;
  /** One row a value, n x latent. */
  along(z: Float32Array, values: number[]): Float32Array<ArrayBuffer>;
}

const followsWords = (found: { attribute: string } | null | undefined): string =>
  found ? m.sample_follows({ attribute: featureWords(found.attribute) }) : '';
const modesWords = ({ modes }: FactorSummary): string =>
  modes ? m.sample_two_modes({ low: percent(modes.low.share.value, 0), high: percent(modes.high.share.value, 0) }) : '';

export const ofFactors = (factors: readonly FactorSummary[]): Slider[] =>
  factors.map((factor) => ({
    ...factor,
    key: factor.factor,
    name: factorWords(factor),
    follows: [modesWords(factor), followsWords(factor.follows[0])].filter(Boolean).join(' · '),
    at: (z) => factorAt(z, factor),
    along: (z, values) => alongFactor(z, factor, values),
  }));

const ofLatent = (latent: number) => ({
  key: latent,
  name: m.latent_name({ number: String(latent) }),
  at: (z: Float32Array) => z[latent] ?? 0,
  along: (z: Float32Array, values: number[]) => along(z, latent, values),
});

/** The active latents of a report, most important first. */
export const ofReport = ({ latents }: BiasReport): Slider[] =>
  byImportance(latents)
    .filter(({ active }) => active)
    .map((summary) => ({ ...summary, ...ofLatent(summary.latent), follows: followsWords(summary.follows) }));

/** Before there is a report, latents have no statistics: the prior stands in. */
export const ofPrior = (dimensions: number, active: readonly number[] | undefined): Slider[] =>
  Array.from({ length: dimensions }, (_, latent) => latent)
    .filter((latent) => !active || active.includes(latent))
    .map((latent) => ({
      ...ofLatent(latent),
      mean: 0,
      standardDeviation: 1,
      histogram: null,
      follows: '',
      stripValues: [],
      images: [],
    }));

const STEPS = 7;
const REACH = 3;

/** The values of a strip along a slider: the report's own, else evenly over three standard deviations to either side. */
export const stripValuesOf = ({ stripValues, mean, standardDeviation }: Slider): number[] =>
  stripValues.length > 0
    ? stripValues
    : Array.from({ length: STEPS }, (_, i) => mean + standardDeviation * (-REACH + (2 * REACH * i) / (STEPS - 1)));
