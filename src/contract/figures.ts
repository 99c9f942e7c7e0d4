/** Figures that findings and report share. */
import { z } from 'zod';

/** A point estimate with a two-sided 95 % interval. */
export const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Estimate = z.infer<typeof estimate>;

export const attributeNames = ['brightness', 'contrast', 'saturation', 'sharpness', 'aspect', 'size'] as const;
export type AttributeName = (typeof attributeNames)[number];

/** Damage that is looked for by name. */
export const damageKinds = ['dark', 'low-contrast', 'blurred', 'gray', 'compressed', 'turned', 'mirrored', 'framed', 'marked'] as const;
export type DamageKind = (typeof damageKinds)[number];

/** A kind of the composition, or the images to one side of a cut in a variable. */
export const missingPart = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kind'), id: z.number().int().min(0) }),
  z.object({ kind: z.literal('factor'), factor: z.number().int().min(0), side: z.enum(['low', 'high']), cut: z.number() }),
  z.object({ kind: z.literal('attribute'), attribute: z.enum(attributeNames), side: z.enum(['low', 'high']), cut: z.number() }),
]);
export type MissingPart = z.infer<typeof missingPart>;
