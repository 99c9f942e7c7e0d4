/** What a folder's own subfolders are held against: a check, which feeds no other result. docs/method/subfolders.md says how. */
import { z } from 'zod';
import { estimate } from './figures.ts';

const count = z.number().int().min(0);
const imageIndex = count;

/** The parts that a data set is split into; a folder's name says which (engine/source/roles.ts). */
export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** A subfolder is one of a split's parts, or a label: what its path says beside the part. */
export const subfolderSides = ['split', 'label'] as const;

/** Pictures of one subfolder that stand in another as well. */
export const leak = z.object({
  side: z.enum(subfolderSides),
  from: z.string(),
  to: z.string(),
  /** Images of `to` that repeat one of `from`, of `total`; `exact` of them to the byte. */
  count,
  exact: count,
  total: count,
  /** Images of `to` that repeat none but are of one burst with an image of `from`. */
  burst: count.default(0),
  /** Some of either: an image of `from`, and the one of `to` that goes with it. */
  pairs: z.array(z.tuple([imageIndex, imageIndex])),
});
export type Leak = z.infer<typeof leak>;

/** A simple attribute that, alone, tells subfolders apart that it should not. */
export const shortcut = z.object({
  side: z.enum(subfolderSides),
  /** What it is of: the file, the picture's light and border, or a factor by its number. */
  about: z.enum(['file', 'picture', 'factor']),
  name: z.string().regex(/^[\w-]+$/),
  /** Balanced accuracy: the mean over subfolders of the share of their images that is recognised by it, cross-validated. */
  accuracy: estimate,
  /** Of a guess: 1 / classes. */
  chance: z.number(),
  classes: count,
  pValue: z.number(),
  /** By Holm over all attributes that were tried. */
  adjustedPValue: z.number(),
  /** The subfolder whose values are least like those of the others, and the share of its images that is recognised. */
  best: z.string(),
  recognised: z.number(),
  /** Median there and elsewhere (of texts the most frequent; null where most images have none), with images of both. */
  value: z.union([z.number(), z.string()]).nullable(),
  others: z.union([z.number(), z.string()]).nullable(),
  images: z.array(z.array(imageIndex)),
});
export type Shortcut = z.infer<typeof shortcut>;

/** Images that lie among those of another label: a list to look at, never a correction. */
export const labelCheck = z.object({
  /** Images that were judged: those that repeat no other, of labels with at least ten. */
  judged: count,
  classes: count,
  /** Balanced, of the discriminant, cross-validated: how far the labels are what the features show. */
  accuracy: estimate,
  /** Images that both views name, of those judged; `expected`: of a folder whose labels are right, at most. */
  count,
  share: estimate,
  expected: z.number(),
  /** Of so many or more, were the share the expected one. */
  pValue: z.number(),
  /** Those named first, then those that come next; at most 48. */
  images: z.array(
    z.object({
      index: imageIndex,
      label: z.string(),
      /** The label that it lies among. */
      other: z.string(),
      /** Of its own label, by the discriminant. */
      probability: z.number(),
      /** Share of its own label among its nearest. */
      nearby: z.number(),
      named: z.boolean(),
      /** The nearest images of the other label. */
      nearest: z.array(imageIndex),
    }),
  ),
});
export type LabelCheck = z.infer<typeof labelCheck>;

const named = z.object({ name: z.string(), count });

export const subfolderChecks = z.object({
  /** Empty where no two parts of a split are there. */
  splits: z.array(z.object({ name: z.enum(splitNames), count })),
  /** Images in no part of a split, where there are splits. */
  unsplit: count,
  /** The largest first. */
  labels: z.array(named),
  /** Between parts of a split first, then between labels; most images first. At most 24 of either. */
  leaks: z.array(leak),
  /** How many pairs of subfolders share a picture, listed or not. */
  leaking: z.object({ split: count, label: count }),
  /** Attributes that tell subfolders apart: parts of a split before labels, what the file says before what the picture shows. */
  shortcuts: z.array(shortcut),
  /** Attributes that were tried, on either side. */
  tried: count,
  /** null where there are no two labels with ten different images. */
  labelled: labelCheck.nullable(),
  /** Images that would change their part so that no picture stands in two. null where there are no parts. */
  moved: count.nullable(),
});
export type SubfolderChecks = z.infer<typeof subfolderChecks>;
