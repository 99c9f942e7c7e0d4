/** The figures of a training in words: of one that goes on, and of one that a study keeps. */
import type { HeldOutFit, TrainingProgress } from '../../../contract/analysis.ts';
import type { StudyManifest } from '../../../contract/study.ts';
import { m } from '../../../messages/messages.js';
import { count, duration, number, percent } from '../../../words/format.ts';

export interface Figure {
  name: string;
  value: string;
  /** What it is out of. */
  of?: string;
  hint?: string;
}

/** The figure that counts comes first: on images that are not trained on, beside PCA's and the mean image's. */
const ofHeldOut = (fit: HeldOutFit | null | undefined): Figure[] =>
  fit
    ? [
        {
          name: m.fit_held_out(),
          value: number(fit.meanSquaredError),
          hint: m.fit_held_out_hint({ images: count(fit.images), codeSize: count(fit.codeSize) }),
        },
        { name: m.fit_held_out_pca(), value: number(fit.pcaMeanSquaredError) },
        { name: m.fit_held_out_mean(), value: number(fit.meanImageSquaredError) },
      ]
    : [];

/** The share of the mean image's error that the model takes away. */
function aboveMean({ meanSquaredError, meanImageSquaredError }: { meanSquaredError: number; meanImageSquaredError: number }): Figure {
  const gain = meanImageSquaredError > 0 ? Math.max(0, 1 - meanSquaredError / meanImageSquaredError) : Number.NaN;
  return { name: m.train_above_mean(), value: percent(gain, 0), hint: m.train_above_mean_hint() };
}

const out = (value: string, of: number | undefined): Pick<Figure, 'value' | 'of'> => (of ? { value, of: count(of) } : { value });

/** `latent`: how many there are, once the study knows. */
export const ofProgress = (latest: TrainingProgress, latent: number | undefined): Figure[] => [
  ...ofHeldOut(latest.heldOut),
  { name: m.train_step(), ...out(count(latest.step), latest.totalSteps) },
  { name: m.train_epoch(), value: number(latest.epoch, 3) },
  { name: m.train_speed(), value: count(latest.imagesPerSecond) },
  { name: m.train_active(), ...out(count(latest.activeLatents), latent) },
  aboveMean(latest),
  { name: m.train_learning_rate(), value: number(latest.learningRate, 2) },
  { name: m.train_kl_weight(), value: number(latest.klWeight, 2) },
];

export const ofKept = (kept: NonNullable<StudyManifest['training']>): Figure[] => [
  ...ofHeldOut(kept.heldOut),
  { name: m.train_step(), value: count(kept.steps) },
  { name: m.train_epoch(), value: number(kept.epochs, 3) },
  { name: m.train_speed(), value: count(kept.imagesPerSecond) },
  { name: m.train_active(), ...out(count(kept.activeLatents.length), kept.latent) },
  aboveMean(kept),
  { name: m.train_loss(), value: number(kept.loss, 4) },
  { name: m.train_trained_for(), value: duration(kept.seconds) },
];
