import { z } from 'zod';
import type { PixelBatch } from './pixel-batch.ts';

export const COMPARISON_FORMAT = 2;

/** A point estimate with a two-sided 95 % interval. */
const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

const shift = z.object({
  kind: z.enum(['attribute', 'latent']),
  name: z.string(),
  medianA: z.number(),
  medianB: z.number(),
  /** P(b > a) - P(b < a) for one image of each, -1..1. */
  cliffsDelta: estimate,
  /** (mean b - mean a) / pooled standard deviation, Hedges' g. */
  standardisedDifference: estimate,
  /** Mann-Whitney, both sides. */
  pValue: z.number(),
  /** Holm's over all shifts. */
  adjustedPValue: z.number(),
});

const groupChange = z.object({
  /** The study's own group, or a cluster of both sets' images together. */
  origin: z.enum(['study', 'pooled']),
  id: z.number().int(),
  countA: z.number().int(),
  countB: z.number().int(),
  shareA: estimate,
  shareB: estimate,
  /** Of b over a. */
  logOddsRatio: estimate,
  /** Fisher's exact test, both sides. */
  pValue: z.number(),
  /** Holm's over all groups. */
  adjustedPValue: z.number(),
  /** `same` unless the adjusted p-value is below .05; appeared and vanished: one share is under a twentieth of the other. */
  change: z.enum(['same', 'grew', 'shrank', 'appeared', 'vanished']),
  /** Images nearest to the group's centre, by index in their own set. */
  typicalA: z.array(z.number().int()),
  typicalB: z.array(z.number().int()),
});

const support = z.object({
  /** Share of these images that lie nearer to the other set than all but a twentieth of the other set's images lie to each other. */
  covered: estimate,
  /** What it would be were both sets drawn alike. */
  expected: z.number(),
});

const carrier = z.object({
  index: z.number().int(),
  /** Share of its own set among its nearest images of both. */
  ownShare: z.number(),
  /** log of the distance to the k-th nearest of the other set over that of its own: how much denser its own set is there. */
  logDistanceRatio: z.number(),
});

/** A study's images (a) against a second set (b), for the same model. */
export const comparison = z.object({
  format: z.literal(COMPARISON_FORMAT),
  a: z.object({ name: z.string(), images: z.number().int() }),
  b: z.object({ name: z.string(), images: z.number().int() }),
  seed: z.number().int(),
  overall: z.object({
    test: z.literal('energy-distance'),
    /** 0: the same distribution, 1: apart (Székely and Rizzo's coefficient). */
    coefficient: z.number(),
    /** The coefficient that all but ACCUSED of the permutations stay under; in files of before it was .005, all but .05. */
    nullQuantile: z.number(),
    pValue: z.number(),
    permutations: z.number().int(),
    imagesA: z.number().int(),
    imagesB: z.number().int(),
    features: z.array(z.string()),
    /**
     * How often, of an image of either set, the fifteen nearest of both tell which is of which (area under the curve), .5 by chance; in the
     * features where both sets have them, else in the latents. Files of format 1 have the value alone.
     */
    separation: estimate,
  }),
  /** Largest |delta| first. */
  shifts: z.array(shift),
  /** Smallest p-value first. */
  groups: z.array(groupChange),
  coverage: z.object({ neighbours: z.number().int(), ofB: support, ofA: support }),
  /** Images typical of their own set and rare in the other, the clearest first. */
  carriers: z.object({
    neighbours: z.number().int(),
    expectedShareA: z.number(),
    expectedShareB: z.number(),
    a: z.array(carrier),
    b: z.array(carrier),
  }),
});
export type Comparison = z.infer<typeof comparison>;
export type ComparisonShift = z.infer<typeof shift>;
export type ComparisonGroup = z.infer<typeof groupChange>;

/** Images of the second set that a comparison names, by ascending index, at the study's size and colour. */
export interface ComparedImages {
  indices: Uint32Array;
  paths: string[];
  pixels: PixelBatch;
}

export interface ComparisonProgress {
  stage: 'read' | 'compare' | 'score';
  done: number;
  /** 0 where it is not known yet. */
  total: number;
}

/** What makes an image strange to a study: how badly its model redraws it, how thin its latent space is there, how far its nearest images are
 * in the folder's own features and in the encoder's, and how unlike its brightness, contrast, saturation and sharpness are. */
export const strangeComponents = ['reconstruction', 'latent', 'features', 'encoder', 'attributes'] as const;
export type StrangeComponent = (typeof strangeComponents)[number];

/** An image of the second set as the study's scores see it: shares of the study's own images that are less strange, 0..1. */
export interface StrangeImage {
  /** In the second set. */
  index: number;
  percentile: number;
  /** Conformal: how likely an image of the study's kind is to be as strange. */
  pValue: number;
  /** By component; a study without an encoder has no such share. */
  shares: Partial<Record<StrangeComponent, number>>;
}

/**
 * New images beside those of the study that nothing was learnt from: how many are surely not of its kind. Everything that is said of
 * `atLeast` holds together, with this confidence, so that a reader may choose a threshold after looking.
 */
export interface Novelty {
  /** How many images of the study nothing was learnt from. */
  calibration: number;
  images: number;
  confidence: number;
  /** So many of the images, or more, are not drawn as the study's were. */
  atLeast: number;
  /** Wherever an image's p-value lies, the smallest first. */
  thresholds: {
    pValue: number;
    /** With a p-value of at most this. */
    images: number;
    /** Of these. */
    atLeast: number;
    /** Share of these that is expected to be of the study's kind, at most (Benjamini and Hochberg). */
    falseDiscoveryRate: number;
  }[];
}

export interface Strangeness {
  /** The strangest first. */
  images: StrangeImage[];
  /** Share of the second set that is stranger than 99 % of the study's own images, which `expected` of its own are. */
  beyond: { value: number; low: number; high: number };
  expected: number;
  novelty: Novelty;
  /** The second set is more likely under the model than the study's own images, in nats an image; null where it is not. */
  inversion: { difference: number; standardError: number } | null;
}

/** What `sonde compare` and the window write. */
export interface ComparisonFile extends Comparison {
  /** null for a study without scores for new images. */
  strangeness: Strangeness | null;
  /** Of every image that is named above, by its index in its own set. */
  paths: { a: Record<number, string>; b: Record<number, string> };
}

/** From here on two sets are said to be unlike: their images are told apart in nine pairs of ten. */
const UNLIKE = 0.9;

/**
 * The share of comparisons of two halves of one folder in which they may be said to differ. Nobody looks twice at a folder that was called
 * other than it is, and where two folders do differ, hundreds of images leave no doubt of it.
 */
export const ACCUSED = 0.005;

/** What the first sentence of a comparison says. */
export function verdictOf({ pValue, separation }: { pValue: number; separation: { value: number } }): 'alike' | 'differ' | 'unlike' {
  if (pValue >= ACCUSED) return 'alike';
  return separation.value >= UNLIKE ? 'unlike' : 'differ';
}
