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
