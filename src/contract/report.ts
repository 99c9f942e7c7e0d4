/**
 * report.json: the data set bias report. Every statistic carries its interval; `docs/method` says what each cannot show.
 * Sections that were not computed are null, never empty, and `absent` says why. Numbers are finite throughout.
 */
import { z } from 'zod';
import { heldOutFit } from './analysis.ts';
import { attributeNames, damageKinds, estimate, missingPart } from './figures.ts';
import { finding, silence } from './findings.ts';
import { independence } from './independence.ts';
import { sourceNote, standsOn } from './study.ts';
import { subfolderChecks } from './subfolders.ts';

export { type AttributeName, attributeNames, type DamageKind, damageKinds, type Estimate, type MissingPart } from './figures.ts';

/**
 * What is written. It grows when a field changes what it means; docs/report.md lists what changed. Reports of every format since 1 open:
 * what they lack is null, empty, or what its default says.
 */
export const REPORT_FORMAT = 2;

const count = z.number().int().min(0);
const imageIndex = count;
export const FACTOR_NAME_LENGTH = 60;
/** A key that the messages have words for, never a sentence: the report is read in more than one language. */
const key = z.string().regex(/^[\w-]+$/);

/** `edges` has one entry more than `counts`; the last bin holds its upper edge. */
export const histogram = z.object({ edges: z.array(z.number()), counts: z.array(count) });
export type Histogram = z.infer<typeof histogram>;

/** Aspect is width / height of the file as it was; size the geometric mean of its edges in pixels. */
export const attributeSummary = z.object({
  name: z.enum(attributeNames),
  histogram,
  mean: z.number(),
  median: z.number(),
  p05: z.number(),
  p95: z.number(),
  /** Of the images; undefined where every image has the same value. */
  standardDeviation: z.number().optional(),
});
export type AttributeSummary = z.infer<typeof attributeSummary>;

export const latentSummary = z.object({
  latent: count,
  active: z.boolean(),
  /** Mean KL to the prior in nats; what importance is ordered by. For a model without a prior, the variance of the code. */
  kl: z.number(),
  mean: z.number(),
  /** Of the data; the other latents stand here while `stripValues` are decoded. */
  median: z.number(),
  standardDeviation: z.number(),
  histogram,
  /** Shares of images beyond -2 and +2 standard deviations of this latent; a Gaussian has .0228 each. */
  lowerTail: estimate,
  upperTail: estimate,
  /** Rank correlation (Spearman) with the attribute it follows most; null where no interval of |rho| lies above .5. */
  follows: z.object({ attribute: z.enum(attributeNames), correlation: estimate }).nullable(),
  /** The strongest rank correlation found, whether or not it counts as following. */
  strongest: z.object({ attribute: z.enum(attributeNames), correlation: estimate }).nullable(),
  /** Values at which `strip` was decoded, other latents at the data's median. */
  stripValues: z.array(z.number()),
  /** At each of these values the images that lie nearest to it. Reports written before they were shown lack them. */
  images: z.array(z.array(imageIndex)).default([]),
});
export type LatentSummary = z.infer<typeof latentSummary>;

/** A direction of the latent space that was chosen to be read: value = read . z + offset, and one unit of it adds `move` to z. */
export const factorSummary = z.object({
  /** Its number, as in the column factor_00 of images.parquet. */
  factor: count,
  /** What a person called it. */
  name: z.string().max(FACTOR_NAME_LENGTH).nullable(),
  /** The space that it was found in. One of the features is carried to the latents by regression. */
  seen: z.enum(['latents', 'features']),
  /** Share of its variance that the latents follow, 0..1; 1 for one that was found among them. */
  carried: z.number(),
  /** Variance of the decoded picture along it, over that of all latents, to first order. */
  visibleShare: z.number(),
  /** How often a refit on a random half of the images found it again. */
  stability: z.object({ returned: count, refits: count }),
  /** Whether it came back often enough to be a finding. */
  stable: z.boolean(),
  /** Hartigan's dip and its p-value on images that a refit did not see; adjusted by Holm over all factors. */
  dip: z.object({ statistic: z.number(), pValue: z.number(), adjustedPValue: z.number() }),
  /** null where one mode was not rejected. `cut` lies where the two Gaussians meet. */
  modes: z
    .object({
      cut: z.number(),
      low: z.object({ centre: z.number(), share: estimate }),
      high: z.object({ centre: z.number(), share: estimate }),
    })
    .nullable(),
  /** Rank correlations (Spearman) with every attribute whose interval of |rho| lies above .1, strongest first. */
  follows: z.array(z.object({ attribute: z.enum(attributeNames), correlation: estimate })),
  mean: z.number(),
  standardDeviation: z.number(),
  histogram,
  stripValues: z.array(z.number()),
  images: z.array(z.array(imageIndex)),
  read: z.array(z.number()),
  offset: z.number(),
  move: z.array(z.number()),
});
export type FactorSummary = z.infer<typeof factorSummary>;

export const feature = z.object({
  kind: z.enum(['attribute', 'latent']),
  /** An attribute's name, or the latent's number. */
  name: z.string(),
  /** Log odds of lying in the data's upper (or lower) quarter, the group's images against the others'. */
  logOdds: estimate,
  high: z.boolean(),
});
export type Feature = z.infer<typeof feature>;

/** Older reports have groups of hog and pixels. */
export const groupSpaces = ['features', 'encoder', 'latents', 'attributes', 'hog', 'pixels'] as const;
export type GroupSpace = (typeof groupSpaces)[number];

export const group = z.object({
  id: count,
  /** All its images: an image may be in several groups. */
  count,
  /** Those that no group listed before it holds: what images.parquet's `group` says. Reports of before lack it and the next two. */
  first: count.nullable().default(null),
  share: estimate,
  /** How far it stands apart, at most 1 (docs/method/groups.md): by its edges in a graph of neighbours, or by distances from its centre. */
  separation: z.number().nullable().default(null),
  /** Over refits on bootstrap samples: mean greatest Jaccard index, and how many refits found the group again (index at least .5). */
  stability: z.object({ jaccard: z.number(), found: count, refits: count }).nullable().default(null),
  /** Mean similarity inside minus to the nearest other group (silhouette), -1..1. */
  cohesion: z.number(),
  /** That which it stands apart best in first. */
  spaces: z.array(key),
  typical: z.array(imageIndex),
  extreme: z.array(imageIndex),
  features: z.array(feature),
  /** Mean rarity of its images, 0..1, by what they show. */
  rarity: z.number(),
  /** The same by their attributes. In reports of before there were two, `rarity` is the greater of both. */
  rarityAttributes: z.number().nullable().default(null),
});
export type Group = z.infer<typeof group>;

/** Cliff's delta of a variable, a kind's images against those beside it: -1 (all smaller) to 1 (all greater). */
export const kindDifference = z.object({
  kind: z.enum(['attribute', 'factor']),
  /** An attribute's name, or the factor's number. */
  name: key,
  delta: estimate,
  /** Of the kind's images, and of those beside it. */
  median: z.number(),
  others: z.number(),
});
export type KindDifference = z.infer<typeof kindDifference>;

export const kind = z.object({
  /** As in the column `kind` of images.parquet, where each image has the deepest kind that holds it. Kind 0 is all images. */
  id: count,
  /** null of kind 0. The children of a kind hold all its images, each in one. */
  parent: count.nullable(),
  depth: count,
  /** Whether it is no kind of its own but what is left beside those that refits repeat. */
  rest: z.boolean(),
  count,
  /** Of all images; the interval holds what chance drew and where the kind's border lies. */
  share: estimate,
  /** Over refits on bootstrap samples: mean Jaccard index, and in how many it was at least .75. null of kind 0 and of a rest. */
  stability: z.object({ jaccard: z.number(), found: count, refits: count }).nullable(),
  /** Dip test of two modes at the split that parted it, adjusted by Holm over all that were tested; null of kind 0 and of a rest. */
  pValue: z.number().nullable(),
  /** Nearest to its centre. */
  typical: z.array(imageIndex),
  /** Hardly nearer to its own centre than to that of a kind beside it; the farthest of kind 0. */
  edge: z.array(imageIndex),
  /** Against its sisters, the greatest first. */
  differences: z.array(kindDifference),
});
export type Kind = z.infer<typeof kind>;

/** All images in a tree of kinds; kind 0 alone where nothing parts them. */
export const composition = z.object({
  /** The lenses that it was seen through, together. */
  spaces: z.array(z.enum(['features', 'encoder'])),
  images: count,
  /** Splits that came back in refits and were tested. */
  tested: count,
  /** Parents before their children; sisters by size, a rest last. */
  kinds: z.array(kind),
});
export type Composition = z.infer<typeof composition>;

/** Pairs of parts that are not there together, or far more rarely than two parts that have nothing to do with each other would be. */
export const missing = z.object({
  /** Images that differ from each other: what is counted. */
  images: count,
  /** Pairs. */
  tested: count,
  combinations: z.array(
    z.object({
      parts: z.tuple([missingPart, missingPart]),
      observed: count,
      /** Were the two independent. */
      expected: z.number(),
      /** Of as many images as these, no more than so many are of both (95 %, one-sided). */
      atMost: z.number(),
      /** Of the hypergeometric distribution's lower tail, by Holm over all pairs. */
      adjustedPValue: z.number(),
      /** Of each of the parts. */
      images: z.tuple([z.array(imageIndex), z.array(imageIndex)]),
      /** The latent vector at which the model draws the combination; null where it learnt nothing. */
      drawn: z.array(z.number()).nullable(),
    }),
  ),
});
export type Missing = z.infer<typeof missing>;

/** What a user states about the data: a share for an attribute range, a latent's range, a group or a label. */
export const expectation = z.object({
  kind: z.enum(['attribute', 'latent', 'group', 'label']),
  name: z.string().max(400),
  low: z.number().nullable(),
  high: z.number().nullable(),
  share: z.number().min(0).max(1),
});
export type Expectation = z.infer<typeof expectation>;

export const expectationResult = z.object({
  statement: expectation,
  /** Images that the statement is about, of all. */
  count: count.optional(),
  images: count.optional(),
  observed: estimate,
  pValue: z.number().min(0).max(1),
  adjustedPValue: z.number().min(0).max(1),
  rejected: z.boolean(),
});
export type ExpectationResult = z.infer<typeof expectationResult>;

export const weightSummary = z.object({
  /** Reports written before there were any lack the tempered ones. */
  variant: z.enum(['tempered', 'product', 'maximum']),
  /** The power that the product's weights are raised to; 1 of the others. */
  exponent: z.number().default(1),
  /** (sum w)^2 / sum w^2 (Kish 1965), in images. */
  effectiveSampleSize: z.number(),
  /** The same as a share of the images. */
  share: z.number(),
  /** Share of the whole weight on the heaviest 1 % of the images. */
  topShare: z.number(),
  /** Smoothing: added to each bin's share. */
  alpha: z.number(),
  bins: count,
  /** Of a draw with these weights, the share that falls to each kind of the composition. */
  kinds: z.array(z.object({ kind: count, share: z.number() })).default([]),
  /** Images drawn with these weights, and evenly, from the same random numbers. */
  preview: z.array(imageIndex),
  evenPreview: z.array(imageIndex),
});
export type WeightSummary = z.infer<typeof weightSummary>;

/** One kind of damage, also where nothing was found. */
export const damageFinding = z.object({
  kind: z.enum(damageKinds),
  /** Why it was not looked for; null where it was. Then what follows is null. */
  reason: z.enum(['gray-folder', 'no-jpegs', 'no-upright']).nullable(),
  /** Images that are named. All images' values stand in images.parquet's column damage_KIND, where from 1 on an image is named. */
  count,
  share: estimate.nullable(),
  /** How many images in a row are worth one, where those named come in copies and bursts. Reports of before knew none. */
  designEffect: z.number().default(1),
  /**
   * Images beyond it are named (below it where `below`), and the folder's median. dark: brightness that all but a twentieth of the pixels stay
   * under; low-contrast: standard deviation of the luma, both 0..1; blurred: finest detail over coarser; gray: difference of channels, 0..1;
   * compressed: quality of libjpeg, 1..100; turned: how much more upright it would be, about 1 beyond doubt; mirrored: correlation with its
   * partner; framed: -1..1; marked: similarity of a patch at one place above what is usual there (Fisher's z).
   */
  threshold: z.number().nullable(),
  below: z.boolean(),
  median: z.number().nullable(),
  /** Share of images of the folder's own kind that such a threshold names, as its tail says; null where the threshold is a definition. */
  falseAlarms: z.number().nullable(),
  /** The clearest first, at most 48. */
  images: z.array(
    z.object({
      index: imageIndex,
      value: z.number(),
      /** Of a mirrored copy, the image that it mirrors. */
      partner: imageIndex.nullable(),
      /** Clockwise, that would set a turned image upright, 1 to 3. */
      quarterTurns: count.nullable(),
    }),
  ),
});
export type DamageFinding = z.infer<typeof damageFinding>;

export const absenceReasons = [
  'not-measured',
  'no-interval',
  'too-few-images',
  'too-few-distinct',
  'no-active-latents',
  'constant',
  'one-folder',
] as const;
export type AbsenceReason = (typeof absenceReasons)[number];

/** Share of further images that would have no image of the data within `radius`, in typical distances of two images. */
export const unseenShare = z.object({ radius: z.number(), share: estimate });
export type UnseenShare = z.infer<typeof unseenShare>;

/** Of samples against images: Naeem et al. 2020. */
export const sampleQuality = z.object({ precision: estimate, recall: estimate, density: estimate, coverage: estimate });

export const diversity = sampleQuality.extend({
  /** Its bandwidth is the data's own, so it does not tell one kind from many: not shown (docs/method/samples.md). */
  vendi: estimate,
  /** At the middle radius; from format 2 on the interval holds the choice of the radius. */
  unseenMass: estimate,
  /** Reports of format 1 have the middle one alone, as `unseenMass`. */
  unseen: z.array(unseenShare).default([]),
  /** What the same figures are for images of the folder that were set aside, and for shapeless pictures of its colours and light. */
  scale: z.object({ images: sampleQuality, shapeless: sampleQuality }).nullable().default(null),
});
export type Diversity = z.infer<typeof diversity>;

/** How many images a threshold would name that comes from a Gaussian cloud: J beyond its `quantile`, beside how many it should name. */
export const gaussianControl = z.object({ quantile: z.number(), images: count, beyond: count, expected: z.number() });
export type GaussianControl = z.infer<typeof gaussianControl>;

/** Cells along an edge of a residual, or the image's own pixels where it has fewer. */
export const RESIDUAL_EDGE = 16;

/** What there is to see of an image that does not fit. */
export const outlierWhy = z.object({
  /** Of the half of the images that fit best, the one nearest by its features; null where there is none. */
  nearest: imageIndex.nullable(),
  /** The attribute in which it lies farthest out, and the share of the images below it, 0..1. */
  attribute: z.object({ attribute: z.enum(attributeNames), below: z.number() }).nullable(),
  /** How far the model's picture is from the image: root mean square, 0..1, in cells, row by row from the top. */
  residual: z.array(z.number()),
});
export type OutlierWhy = z.infer<typeof outlierWhy>;

export const biasReport = z.object({
  format: z.number().int().min(1).max(REPORT_FORMAT),
  studyId: z.string(),
  name: z.string(),
  createdAt: z.string(),
  provenance: z.object({
    source: z.string(),
    sourceKind: z.string(),
    listingSha256: z.string().nullable(),
    modelSha256: z.string().nullable(),
    seed: z.number().int(),
    images: count,
    skipped: count,
    /** What was decided while the images were read. */
    notes: z.array(sourceNote).default([]),
    /** By reason. Reports written before they were counted lack it. */
    skippedBy: z.record(z.string(), count).optional(),
    duplicates: z.object({ exact: count, near: count }).nullable(),
    /** Which space each statistic stands on; null in reports of before there was more than one. */
    standsOn: standsOn.nullable().default(null),
    versions: z.record(z.string(), z.string()),
  }),
  image: z.object({ size: count, channels: count, pixelSpaceLog10: z.number() }),
  fit: z.object({
    /** On images that were not trained on. Reports written before it was computed lack it. */
    heldOut: heldOutFit.nullable().default(null),
    meanSquaredError: z.number(),
    meanImageSquaredError: z.number(),
    psnr: z.number(),
    elbo: estimate.nullable(),
    bitsPerDimension: estimate.nullable(),
    /** The importance-weighted bound of some images, `draws` an image, in nats. Reports written before it was computed lack it. */
    importanceBound: z.object({ estimate, draws: count, images: count }).nullable().default(null),
  }),
  attributes: z.array(attributeSummary),
  latents: z.array(latentSummary),
  /** Findings first. Reports written before there were any lack them. */
  factors: z.array(factorSummary).nullable().default(null),
  weights: z.array(weightSummary).nullable(),
  intrinsicDimension: z
    .object({
      twoNN: estimate,
      levinaBickel: estimate,
      mackayGhahramani: estimate,
      /** Measured on so many, none of which repeats another; in reports of format 1 copies were among them, and their number is not kept. */
      images: count.nullable().default(null),
    })
    .nullable(),
  density: z
    .object({
      components: count,
      bic: z.number(),
      meanLogLikelihood: estimate,
      /** Nats an image by which held-out images are likelier under it than under one Gaussian; null where it is one, and in reports of format 1. */
      overOne: estimate.nullable().default(null),
    })
    .nullable(),
  /** Strangest first. A reason's percentile, 0..100: the share of the images that are less unusual in that component. */
  outliers: z
    .object({
      images: z.array(
        z.object({
          index: imageIndex,
          score: z.number(),
          reasons: z.array(z.object({ component: key, percentile: z.number() })),
          /** Images that repeat it, or that it repeats: of such a set one is listed. */
          copies: count.default(0),
          /** Reports written before it was looked at lack it. */
          why: outlierWhy.nullable().default(null),
        }),
      ),
      method: key,
      /** null in reports that were written when it was a sentence of one language. */
      nullControl: z.preprocess((value) => (typeof value === 'string' ? null : value), gaussianControl.nullable()),
    })
    .nullable(),
  groups: z.array(group).nullable(),
  /** Reports written before it was computed lack it. */
  composition: composition.nullable().default(null),
  /** Reports written before it was looked for lack it. */
  missing: missing.nullable().default(null),
  /** A kind a place, in the order of damageKinds. Reports written before it was looked for lack it. */
  damage: z.array(damageFinding).nullable().default(null),
  /** Reports written before it was looked for lack it. */
  independence: independence.nullable().default(null),
  /** Checks of the subfolders, which feed nothing else. Reports written before there were any lack them. */
  subfolders: subfolderChecks.nullable().default(null),
  diversity: diversity.nullable(),
  expectations: z.array(expectationResult),
  /** What to know first, the most useful first. Reports written before there were any have none. */
  findings: z.array(finding).default([]),
  silences: z.array(silence).default([]),
  /** The path of every image that the report names, by its number. Reports written before they were kept lack it. */
  paths: z.record(z.string(), z.string()).default({}),
  /** Why a section is null, by the section's key. */
  absent: z.record(z.string(), z.enum(absenceReasons)),
});
export type BiasReport = z.infer<typeof biasReport>;

/** Less than this share of the mean image's squared error taken away is nothing learnt. */
const LEAST_EXPLAINED = 0.005;

/** Whether a model is no better than the mean image: then its latents say nothing. */
export function learntNothing({
  meanSquaredError,
  meanImageSquaredError,
}: Pick<BiasReport['fit'], 'meanSquaredError' | 'meanImageSquaredError'>): boolean {
  // Where every image is the same there is nothing to learn: 0 / 0.
  return !(1 - meanSquaredError / meanImageSquaredError >= LEAST_EXPLAINED);
}
