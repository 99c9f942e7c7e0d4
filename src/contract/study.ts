/** A study as it lies on disk and as the window sees it. */
import { z } from 'zod';
import { analysisOptions, encoderNames, heldOutFit } from './analysis.ts';

/** What study.json and the columns of images.parquet say. 1: the parts of an outlier score may be those of earlier versions (outlier_j, _h, _g). */
export const STUDY_FORMAT = 2;

export const sourceKind = z.enum(['folder', 'zip', 'idx', 'npy', 'npz', 'cifar', 'sample']);

/** Keys of the catalogue's note_* messages. */
export const sourceNoteCodes = [
  'names-guessed',
  'names-repeated',
  'array-chosen',
  'arrays-joined',
  'bands-left-out',
  'pages-left-out',
  'data-damaged',
  'window-chosen',
  'window-full',
  'window-unit',
  'window-bits',
  'window-values',
] as const;
/** What was decided while a source was read that a person would want to know, and what fills its sentence. */
export const sourceNote = z.object({
  code: z.enum(sourceNoteCodes),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type SourceNoteCode = (typeof sourceNoteCodes)[number];
export type SourceNote = z.infer<typeof sourceNote>;

/** How values that are not made for eyes are stored; 'uint8' only of arrays that hold nothing but 0 and 1. */
export const windowedSamples = z.enum(['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float']);
export type WindowedSamples = z.infer<typeof windowedSamples>;

/** Which value of such images is shown black and which white: one for all images of the study, and for those compared with it. */
export const displayWindow = z.object({
  samples: windowedSamples,
  low: z.number(),
  high: z.number(),
  /** Where it comes from: a person; the whole type; 0 or -1 to 1, or 0 to 255; the bits in use; the values in use (docs/method/window.md). */
  basis: z.enum(['chosen', 'full', 'unit', 'bits', 'values']),
});
export type DisplayWindow = z.infer<typeof displayWindow>;

/** What is to be said of an encoder that was trained elsewhere, wherever it is used. */
export const encoderProvenance = z.object({
  name: z.enum(encoderNames),
  /** Of the weights' file. */
  sha256: z.string(),
  licence: z.string(),
  source: z.string(),
  trainedOn: z.string(),
});
export type EncoderProvenance = z.infer<typeof encoderProvenance>;

/** Why an encoder was joined or was not. */
export const encoderReasons = ['asked-for', 'photographs', 'not-photographs', 'switched-off', 'absent'] as const;

/** The features by which images are compared: features.npy, images x names, rows in the order of images.parquet. */
export const studyFeatures = z.object({
  /** One a column: its block and the number of its component. */
  names: z.array(z.string()),
  metric: z.literal('cosine'),
  encoder: encoderProvenance.nullable(),
  encoderReason: z.enum(encoderReasons),
  /** Images that could not be read a second time, at the encoder's size: to it they look like none. */
  unseen: z.number().int(),
});
export type StudyFeatures = z.infer<typeof studyFeatures>;

/** Statistics that could stand on more than one space, and the spaces. */
export const statistics = ['neighbours', 'umap', 'rarity', 'pca', 'nearest-to-decoded', 'density'] as const;
export const statisticSpaces = ['features', 'latents'] as const;
/** Which space each was computed in. */
export const standsOn = z.partialRecord(z.enum(statistics), z.enum(statisticSpaces));
export type StandsOn = z.infer<typeof standsOn>;

/** study.json */
export const studyManifest = z.object({
  format: z.union([z.literal(1), z.literal(STUDY_FORMAT)]),
  id: z.string().regex(/^[0-9a-z-]{8,64}$/),
  name: z.string(),
  state: z.enum(['running', 'interrupted', 'done']),
  createdAt: z.string(),
  updatedAt: z.string(),
  source: z.object({
    kind: sourceKind,
    /** Absolute path, or 'sample'. */
    path: z.string(),
    /** SHA-256 of the listing: one line an image of path, bytes, in source order; null while its images are read. */
    listingSha256: z.string().nullable(),
    notes: z.array(sourceNote).default([]),
  }),
  counts: z.object({
    found: z.number().int(),
    usable: z.number().int(),
    skipped: z.number().int(),
    /** By reason. Studies written before they were counted lack it. */
    skippedBy: z.record(z.string(), z.number().int()).optional(),
    /** Labels, tables and notes that lay beside the images. */
    beside: z.number().int().optional(),
    labels: z.number().int(),
  }),
  image: z.object({
    size: z.number().int(),
    channels: z.union([z.literal(1), z.literal(3)]),
    /** One a kind of samples that was met. Studies of before there were windows read 16 bits over their whole range. */
    windows: z.array(displayWindow).default([{ samples: 'uint16', low: 0, high: 65_535, basis: 'full' }]),
  }),
  options: analysisOptions,
  training: z
    .object({
      steps: z.number().int(),
      epochs: z.number(),
      seconds: z.number(),
      imagesPerSecond: z.number(),
      loss: z.number(),
      meanSquaredError: z.number(),
      meanImageSquaredError: z.number(),
      latent: z.number().int(),
      activeLatents: z.array(z.number().int()),
      /** null where a study was made before images were held out from every training, PCA's too. */
      heldOut: heldOutFit.nullable().default(null),
      /** What ended it: all planned steps, held-out images that no longer gained, the clock, or a person. */
      ended: z.enum(['steps', 'held-out', 'clock', 'person']).default('steps'),
      plannedSteps: z.number().int().optional(),
      /** After which the weights that were kept stood; 0: those of PCA. */
      bestStep: z.number().int().optional(),
      /** What training images were changed by, because held-out images gained by it. */
      augmentations: z.array(z.enum(['mirror', 'shift', 'brightness'])).default([]),
    })
    .nullable(),
  /** null: the study is older than they are, or not done yet. */
  features: studyFeatures.nullable().default(null),
  /** null: the study is older, and all of it stands on the latents, or it is not done yet. */
  standsOn: standsOn.nullable().default(null),
  /** Share of the decoded pictures' variance along x and along y; null: not known, or the axes are of the latents as they are. */
  pcaShares: z.tuple([z.number(), z.number()]).nullable().default(null),
  /** SHA-256 of the files that are read again, by their name in the study; empty until it is done. A name that is not in it is not checked. */
  files: z.record(z.string(), z.string()).default({}),
  /** Seconds a phase. */
  timings: z.record(z.string(), z.number()),
  versions: z.record(z.string(), z.string()),
  /** Labels by their number in images.parquet's order of first appearance; empty where there are none. */
  labels: z.array(z.string()),
});
export type StudyManifest = z.infer<typeof studyManifest>;

/** More than this share of unreadable files is told before anything else. */
const MANY_UNREADABLE = 0.01;

/** How many files could not be read, where they are so many that what was found may not be what the folder holds. */
export function unreadableOf({
  found,
  skippedBy,
}: Pick<StudyManifest['counts'], 'found' | 'skippedBy'>): { count: number; total: number } | null {
  const count = skippedBy?.unreadable ?? 0;
  return count > MANY_UNREADABLE * found ? { count, total: found } : null;
}

const numbered = <Kind extends string>(kind: Kind, number: number): `${Kind}_${string}` => `${kind}_${String(number).padStart(2, '0')}`;
/** Columns of which there are as many as a model has latents, and an analysis factors and listed groups (1 where the image is in it). */
export const latentColumn = (latent: number) => numbered('z', latent);
export const factorColumn = (factor: number) => numbered('factor', factor);
export const membershipColumn = (group: number) => numbered('group', group);
export const isLatentColumn = (name: string): boolean => /^z_\d+$/.test(name);
export const isFactorColumn = (name: string): boolean => /^factor_\d+$/.test(name);
export const isMembershipColumn = (name: string): boolean => /^group_\d+$/.test(name);

/** The columns of images.parquet besides z_00.. and group_00.. (whether an image is in that listed group) in file order: name to element type. */
export const imageColumns = {
  index: 'uint32',
  path: 'string',
  label: 'string',
  width: 'uint32',
  height: 'uint32',
  bytes: 'float64',
  brightness: 'float32',
  contrast: 'float32',
  saturation: 'float32',
  sharpness: 'float32',
  duplicate_of: 'int32',
  cluster: 'int32',
  x: 'float32',
  y: 'float32',
  umap_x: 'float32',
  umap_y: 'float32',
  reconstruction_error: 'float32',
  elbo: 'float32',
  bits_per_dimension: 'float32',
  log_density: 'float32',
  outlier_score: 'float32',
  outlier_rank: 'uint32',
  outlier_shape: 'float32',
  outlier_features: 'float32',
  outlier_bulk: 'float32',
  outlier_encoder: 'float32',
  outlier_attributes: 'float32',
  // Of studies of format 1, made when the score was of these three.
  outlier_j: 'float32',
  outlier_h: 'float32',
  outlier_g: 'float32',
  damage_dark: 'float32',
  damage_low_contrast: 'float32',
  damage_blurred: 'float32',
  damage_gray: 'float32',
  damage_compressed: 'float32',
  damage_turned: 'float32',
  damage_mirrored: 'float32',
  damage_framed: 'float32',
  damage_marked: 'float32',
  group: 'int32',
  // The deepest kind of the composition that holds the image.
  kind: 'int32',
  rarity: 'float32',
  rarity_attributes: 'float32',
  resampling_weight_tempered: 'float32',
  resampling_weight: 'float32',
  resampling_weight_max: 'float32',
} as const;
export type ImageColumn = keyof typeof imageColumns;

/** A column as it crosses: numbers as a typed array; strings as a dictionary and codes. */
export type ColumnData = Float32Array | Float64Array | Int32Array | Uint32Array | { dictionary: string[]; codes: Uint32Array };

export interface SkippedImage {
  path: string;
  /** A key of the catalogue's skip_* messages. */
  reason: SkipReason;
  detail: string;
}
export const skipReasons = [
  'not-an-image',
  'truncated',
  'corrupt',
  'empty',
  'too-large',
  'unsupported',
  'unreadable',
  'link-loop',
  'already-read',
  'link-outside',
] as const;
export type SkipReason = (typeof skipReasons)[number];
/** How many files were passed over for each reason. */
export type SkipCounts = Partial<Record<SkipReason, number>>;

export interface RecentStudy {
  id: string;
  name: string;
  openedAt: string;
  images: number;
  state: StudyManifest['state'] | 'missing';
}
