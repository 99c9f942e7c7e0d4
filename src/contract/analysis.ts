/** What a user may choose for an analysis, and what a running analysis says of itself. */
import { z } from 'zod';
import type { SkipCounts } from './study.ts';

/** Encoders that were trained elsewhere, on other images. */
export const encoderNames = ['efficientnet-lite0'] as const;
export type EncoderName = (typeof encoderNames)[number];

export const LARGEST_LATENT = 128;

export const analysisOptions = z.object({
  model: z.enum(['vae', 'ae', 'pca']).default('vae'),
  architecture: z.enum(['convolutional', 'dense']).default('convolutional'),
  likelihood: z.enum(['gaussian', 'bernoulli']).default('gaussian'),
  /** Dimensions of the latent space; null: 16 for gray, 32 for colour. */
  latent: z.number().int().min(2).max(LARGEST_LATENT).nullable().default(null),
  /** Edge of the square that every image is resized to, in pixels; null: from the images' own sizes, 28 to 64. */
  size: z.number().int().min(28).max(64).multipleOf(4).nullable().default(null),
  /** null: rgb when the images are not gray. */
  color: z.enum(['gray', 'rgb']).nullable().default(null),
  /** Values of 16-bit, floating point and the like that are shown black and white; null: from the values in use. */
  window: z
    .object({ low: z.number(), high: z.number() })
    .refine(({ low, high }) => low < high, 'the value shown black must be less than the one shown white')
    .nullable()
    .default(null),
  /** At most this many; null: from the number and size of the images. Training ends earlier where held-out images no longer gain. */
  epochs: z.number().int().min(1).max(10_000).nullable().default(null),
  /** Seconds of training at most; null: a cap that only a slow or busy machine meets, and none where epochs is set. */
  seconds: z.number().min(1).max(86_400).nullable().default(null),
  /** Images a training step; null: from their pixels, so that a step leaves room to answer a slider. The manifest holds what it became. */
  batchSize: z.number().int().min(8).max(1024).nullable().default(null),
  learningRate: z.number().positive().max(1).default(2e-3),
  /** The gradient is scaled so that its global norm is at most this; 0: it is taken as it is. */
  clipNorm: z.number().min(0).max(1e6).default(1),
  /** Share of the steps over which the KL weight grows from 0 to klWeight. */
  klWarmUp: z.number().min(0).max(1).default(0),
  klWeight: z.number().min(0).max(100).default(1),
  /** Draw training images with DB-VAE weights (Amini et al. 2019) instead of evenly. */
  adaptiveResampling: z.boolean().default(false),
  /** What images are looked at through beside the folder's own features; null: EfficientNet-Lite0 where the images are photographs. */
  encoder: z
    .enum(['none', ...encoderNames])
    .nullable()
    .default(null),
  seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  /** Use the first N images only; null: all. */
  limit: z.number().int().min(50).nullable().default(null),
  /** Of an .npz this array and no other; null: chosen by names and shapes. */
  array: z.string().min(1).max(200).nullable().default(null),
});
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
