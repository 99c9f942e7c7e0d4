/** The options of an analysis in words. A new option, or a new word that one may be, without a message fails to compile. */
import type { OptionName, options } from '../contract/analysis.ts';
import { m } from '../messages/messages.js';
import { count, number } from './format.ts';

type Options = typeof options;
type SnakeCase<Code extends string> = Code extends `${infer Head}-${infer Rest}` ? `${Head}_${SnakeCase<Rest>}` : Code;
type ChoiceName = { [Name in OptionName]: Options[Name] extends { words: readonly string[] } ? Name : never }[OptionName];
type WordKey = { [Name in ChoiceName]: `option_${Name}_${SnakeCase<Options[Name]['words'][number]>}` }[ChoiceName];

const labels: { [Name in OptionName as `option_${Name}`]: () => string } = m;
const words: Record<WordKey, () => string> = m;
/** Not every option has one. */
const more: Partial<Record<string, () => string>> = m as unknown as Record<string, () => string>;

/** What it is called. */
export const optionWords = (name: OptionName): string => labels[`option_${name}`]();
/** What a person should know who sets it; '' where its name says it. */
export const optionHint = (name: OptionName): string => more[`option_${name}_hint`]?.() ?? '';
/** One of the words that it may be. */
export const optionWordWords = (name: OptionName, word: string): string =>
  words[`option_${name}_${word.replaceAll('-', '_')}` as WordKey]();
/** What the program chooses where it is left to it; null where its hint says it, or nothing is to be said. */
export const automaticWords = (name: OptionName): string | null => more[`option_${name}_auto`]?.() ?? null;

const bound = (limit: number): string => (limit >= 1000 ? count(limit) : number(limit));
/** Which values it may have. */
export const boundsWords = (low: number, high: number): string => m.option_invalid({ low: bound(low), high: bound(high) });
