/** How an option of an analysis is declared: one entry, from which its schema, its flag and help, its field and its line in docs/design.md follow. */
import { z } from 'zod';

/** Models that an option acts on; all where it does not say. */
type ActsOn = readonly ('vae' | 'ae' | 'pca')[];
/** Under which heading it stands, and what it acts on. */
interface Place {
  group: 'model' | 'training' | 'images';
  actsOn?: ActsOn;
}
/** A default of null: the program chooses, and a person may say `auto`. */
type Schema<Value extends z.ZodType, Start> = z.ZodDefault<Start extends null ? z.ZodNullable<Value> : Value>;

const startingAt = <Value extends z.ZodType, Start>(value: Value, start: Start): Schema<Value, Start> =>
  (start === null ? value.nullable().default(null) : value.default(start as never)) as Schema<Value, Start>;

/** One of some words. */
export const choice = <const Words extends readonly [string, ...string[]], Start extends Words[number] | null>(
  words: Words,
  start: Start,
  place: Place,
) => ({ kind: 'choice' as const, words, start, schema: startingAt(z.enum(words), start), ...place });

interface Range {
  low: number;
  high: number;
}

/** A whole number, in steps of `step`. */
export const whole = <Start extends number | null>({ low, high, step = 1 }: Range & { step?: number }, start: Start, place: Place) => ({
  kind: 'whole' as const,
  low,
  high,
  step,
  start,
  schema: startingAt(z.number().int().min(low).max(high).multipleOf(step), start),
  ...place,
});

/** A number; of one that is `positive`, low itself is too little. */
export const decimal = <Start extends number | null>(
  { low, high, positive = false }: Range & { positive?: boolean },
  start: Start,
  place: Place,
) => ({
  kind: 'decimal' as const,
  low,
  high,
  positive,
  start,
  schema: startingAt(positive ? z.number().gt(low).max(high) : z.number().min(low).max(high), start),
  ...place,
});

/** On or off, and off unless it is asked for. */
export const flag = (place: Place) => ({ kind: 'flag' as const, start: false, schema: z.boolean().default(false), ...place });

/** A value that is shown black and one that is shown white. */
export const range = (place: Place) => ({
  kind: 'range' as const,
  start: null,
  schema: startingAt(
    z
      .object({ low: z.number(), high: z.number() })
      .refine(({ low, high }) => low < high, 'the value shown black must be less than the one shown white'),
    null,
  ),
  ...place,
});

export const text = (longest: number, place: Place) => ({
  kind: 'text' as const,
  longest,
  start: null,
  schema: startingAt(z.string().min(1).max(longest), null),
  ...place,
});

type Shape<Options extends Record<string, { schema: z.ZodType }>> = { [Name in keyof Options]: Options[Name]['schema'] };

/** The schema of all options together. */
export const schemaOf = <Options extends Record<string, { schema: z.ZodType }>>(options: Options): z.ZodObject<Shape<Options>> =>
  z.object(Object.fromEntries(Object.entries(options).map(([name, { schema }]) => [name, schema])) as Shape<Options>);

/** As it is written on a command line: batchSize is batch-size. */
export const flagOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
