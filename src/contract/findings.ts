/** The findings of report.json: what a reader should know first, as figures; src/words/findings.ts says them. docs/method/findings.md says which. */
import { z } from 'zod';
import { attributeNames, damageKinds, estimate, missingPart } from './figures.ts';
import { shortcut, subfolderSides } from './subfolders.ts';

const count = z.number().int().min(0);
const imageIndex = count;

/** What to do about a finding. */
export const nextSteps = ['look', 'tag', 'compare', 'collect', 'ignore'] as const;

const common = {
  next: z.enum(nextSteps),
  /** Pictures of it: a list for each of its sides, or for each of its examples. */
  images: z.array(z.array(imageIndex)),
};

export const finding = z.discriminatedUnion('kind', [
  /** So many files could not be read that the rest may be of another kind. */
  z.object({ ...common, kind: z.literal('unreadable'), count, total: count }),
  /** The model is no better than the mean image. */
  z.object({ ...common, kind: z.literal('nothing-learnt') }),
  /** A stated share that the data contradict, by its place in `expectations`. */
  z.object({ ...common, kind: z.literal('expectation'), expectation: count }),
  /** The kinds that the folder falls into first, by their numbers in `composition`; a rest among them is no kind. */
  z.object({ ...common, kind: z.literal('composition'), kinds: z.array(z.object({ id: count, rest: z.boolean(), share: estimate })) }),
  /** A variable along which held-out halves of the images have two modes, by its number. */
  z.object({ ...common, kind: z.literal('two-kinds'), factor: count, low: estimate, high: estimate }),
  /** Part of the images stands by itself in an attribute: `count` images to that side of `cut`. */
  z.object({
    ...common,
    kind: z.literal('attribute'),
    attribute: z.enum(attributeNames),
    side: z.enum(['low', 'high']),
    count,
    share: estimate,
    cut: z.number(),
    /** Its own median and that of the others. */
    median: z.number(),
    othersMedian: z.number(),
    adjustedPValue: z.number(),
  }),
  /** Damage by name; `expected`: images of the folder's own kind that its threshold would name, null where it is a definition. */
  z.object({ ...common, kind: z.literal('damage'), damage: z.enum(damageKinds), count, share: estimate, expected: z.number().nullable() }),
  /** Images that repeat another. `across`: those whose other lies in another subfolder. */
  z.object({ ...common, kind: z.literal('copies'), exact: count, near: count, different: count, across: count }),
  /** Images of one part of a split that repeat images of another. */
  z.object({
    ...common,
    kind: z.literal('leak'),
    side: z.enum(subfolderSides),
    from: z.string(),
    to: z.string(),
    count,
    exact: count,
    total: count,
    burst: count.default(0),
  }),
  /** An attribute that tells subfolders apart though it should not. */
  z.object({ ...common, kind: z.literal('shortcut'), ...shortcut.omit({ images: true, pValue: true }).shape }),
  /** Images that lie among those of another label, more than a folder whose labels are right would have. */
  z.object({ ...common, kind: z.literal('mislabelled'), count, share: estimate, expected: z.number() }),
  /** Two parts that are hardly ever together: `observed` images, where `expected` were, had they nothing to do with each other. */
  z.object({
    ...common,
    kind: z.literal('missing'),
    parts: z.tuple([missingPart, missingPart]),
    observed: count,
    expected: z.number(),
    atMost: z.number(),
  }),
  /** Images that come in copies and bursts, so that the folder is worth fewer. */
  z.object({ ...common, kind: z.literal('bursts'), bursts: count, count, total: count, clusters: count, effective: estimate }),
  /** A variable that changes the picture much and follows an attribute. */
  z.object({
    ...common,
    kind: z.literal('follows'),
    factor: count,
    attribute: z.enum(attributeNames),
    correlation: estimate,
    visibleShare: z.number(),
  }),
]);
export type Finding = z.infer<typeof finding>;

/** What was looked for without a finding, or is shown below without being one. */
export const silences = [
  'composition',
  'two-kinds',
  'attributes',
  'damage',
  'missing',
  'leaks',
  'shortcuts',
  'labels',
  'copies',
  'bursts',
  'clusters',
  'groups',
  'outliers',
  'unseen',
] as const;
/** Why: it was tested and not found, it could not be tested, or there is no test that tells it from chance. */
export const silenceReasons = ['not-found', 'too-few-images', 'too-few-distinct', 'no-active-latents', 'no-test'] as const;
export const silence = z.object({ about: z.enum(silences), why: z.enum(silenceReasons) });
export type Silence = z.infer<typeof silence>;
