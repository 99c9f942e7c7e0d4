/** What a user may choose for an analysis, and what a running analysis says of itself. */
import { z } from 'zod';
import { choice, decimal, flag, range, schemaOf, text, whole } from './option.ts';
import type { SkipCounts } from './study.ts';

/** Encoders that were trained elsewhere, on other images. */
export const encoderNames = ['efficientnet-lite0'] as const;
export type EncoderName = (typeof encoderNames)[number];

export const LARGEST_LATENT = 128;

const TRAINS = ['vae', 'ae'] as const;
const VARIATIONAL = ['vae'] as const;

/**
 * What a person may choose, each once: from an entry follow the schema of study.json and of the calls, the flag and its help, the field
 * under Advanced and the line in docs/design.md. Words for it are the messages option_NAME, option_NAME_WORD of its words and
 * option_NAME_hint.
 */
export const options = {
  model: choice(['vae', 'ae', 'pca'], 'vae', { group: 'model' }),
  architecture: choice(['convolutional', 'dense'], 'convolutional', { group: 'model', actsOn: TRAINS }),
  likelihood: choice(['gaussian', 'bernoulli'], 'gaussian', { group: 'model', actsOn: TRAINS }),
  /** Dimensions of the latent space. */
  latent: whole({ low: 2, high: LARGEST_LATENT }, null, { group: 'model' }),
  klWeight: decimal({ low: 0, high: 100 }, 1, { group: 'model', actsOn: VARIATIONAL }),
  /** Share of the steps over which the KL weight grows from 0 to klWeight. */
  klWarmUp: decimal({ low: 0, high: 1 }, 0, { group: 'model', actsOn: VARIATIONAL }),
  /** At most this many. */
  epochs: whole({ low: 1, high: 10_000 }, null, { group: 'training', actsOn: TRAINS }),
  seconds: decimal({ low: 1, high: 86_400 }, null, { group: 'training', actsOn: TRAINS }),
  learningRate: decimal({ low: 0, high: 1, positive: true }, 2e-3, { group: 'training', actsOn: TRAINS }),
  /** Images a step; null: from their pixels, so that a step leaves room to answer a slider. The manifest holds what it became. */
  batchSize: whole({ low: 8, high: 1024 }, null, { group: 'training', actsOn: TRAINS }),
  /** The gradient is scaled so that its global norm is at most this; 0: it is taken as it is. */
  clipNorm: decimal({ low: 0, high: 1e6 }, 1, { group: 'training', actsOn: TRAINS }),
  /** Training images are drawn with DB-VAE weights (Amini et al. 2019) instead of evenly. */
  adaptiveResampling: flag({ group: 'training', actsOn: TRAINS }),
  seed: whole({ low: 0, high: 0xffff_ffff }, 0, { group: 'training' }),
  /** Edge of the square that every image is resized to, in pixels; null: from the images' own sizes. */
  size: whole({ low: 28, high: 64, step: 4 }, null, { group: 'images' }),
  /** null: rgb when the images are not gray. */
  color: choice(['gray', 'rgb'], null, { group: 'images' }),
  /** What images are looked at through beside the folder's own features. */
  encoder: choice(['none', ...encoderNames], null, { group: 'images' }),
  /** Values of 16-bit, floating point and the like that are shown black and white. */
  window: range({ group: 'images' }),
  /** Only the first so many images; null: all. */
  limit: whole({ low: 50, high: 10_000_000 }, null, { group: 'images' }),
  /** Of an .npz this array and no other. */
  array: text(200, { group: 'images' }),
};
export type OptionName = keyof typeof options;

export const analysisOptions = schemaOf(options);
export type AnalysisOptions = z.infer<typeof analysisOptions>;

/** The steps of an analysis, in the order they run. */
export const phases = [
  'scan',
  'decode',
  'train',
  'features',
  'duplicates',
  'encode',
  'neighbours',
  'layout',
  'density',
  'factors',
  'outliers',
  'groups',
  'diversity',
  'report',
  'save',
] as const;
export type Phase = (typeof phases)[number];

/** Squared errors a pixel (0..1) on images that were not trained on: the model's, PCA's with as many components, and the mean image's. */
export const heldOutFit = z.object({
  images: z.number().int(),
  meanSquaredError: z.number(),
  pcaMeanSquaredError: z.number(),
  meanImageSquaredError: z.number(),
  codeSize: z.number().int(),
});
export type HeldOutFit = z.infer<typeof heldOutFit>;

/** Losses are running means over the images of about the last fifty steps, in nats an image. */
export interface TrainingProgress {
  step: number;
  totalSteps: number;
  epoch: number;
  loss: number;
  /** Negative log-likelihood under the model's likelihood: density units for gaussian. */
  reconstruction: number;
  kl: number;
  klWeight: number;
  learningRate: number;
  /** Mean squared error a pixel, pixels in 0..1. */
  meanSquaredError: number;
  /** The same for the mean image alone: what a model that learnt nothing reaches. */
  meanImageSquaredError: number;
  imagesPerSecond: number;
  /** Latents whose mean's variance over the data exceeds 0.01 (Burda et al. 2016). */
  activeLatents: number;
  heldOutLoss: number | null;
  /** The best weights so far on images that are not trained on; null before they were first asked. */
  heldOut: HeldOutFit | null;
  paused: boolean;
}

/** How a training went, thinned where it was long; a point a place. Losses as in TrainingProgress; NaN where none was taken yet. */
export interface TrainingCurve {
  step: Float32Array;
  loss: Float32Array;
  heldOut: Float32Array;
  reconstruction: Float32Array;
  kl: Float32Array;
}

/** A frame of the live map: a fixed subsample of at most 2,000 images, aligned with the frame before. */
export interface LiveMap {
  /** Image indices, the same in every frame of a run. */
  indices: Uint32Array;
  /** x0, y0, x1, y1 ... */
  positions: Float32Array;
}

export interface ProgressFrame {
  kind: 'progress';
  runId: string;
  studyId: string;
  phase: Phase;
  done: number;
  /** 0 where it is not known yet. */
  total: number;
  /** Items a second in this phase. */
  rate: number;
  secondsLeft: number | null;
  elapsedSeconds: number;
  skipped: number;
  training: TrainingProgress | null;
  map: LiveMap | null;
}

export interface TerminalMessage {
  kind: 'terminal';
  runId: string;
  studyId: string;
  outcome: 'done' | 'cancelled' | 'failed';
  error: SondeErrorData | null;
}

/** An error a person can act on. `code` selects the sentence in the message catalogue; `params` fill it. */
export interface SondeErrorData {
  code: ErrorCode;
  params: Record<string, string | number>;
  /** The technical cause, in English, for the details fold. */
  detail: string;
  /** Files that were passed over, where they are why. */
  skipped?: SkipCounts;
}

export const errorCodes = [
  'source-missing',
  'source-unreadable',
  'source-unsupported',
  'source-gone',
  'too-few-images',
  'too-few-to-compare',
  'nothing-to-compare',
  'disk-full',
  'disk-full-kept',
  'not-writable',
  'not-a-folder',
  'no-such-folder',
  'study-locked',
  'study-unreadable',
  'study-too-new',
  'study-too-old',
  'study-incomplete',
  'study-file-missing',
  'study-file-changed',
  'study-not-empty',
  'study-exists',
  'source-changed',
  'engine-lost',
  'engine-missing',
  'bad-request',
  'drop-without-path',
  'too-much-at-once',
  'no-such-study',
  'cancelled',
  'size-mismatch',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];
