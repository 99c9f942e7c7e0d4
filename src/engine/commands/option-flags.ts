/** The options of an analysis on the command line: their flags and help, and what was typed for them as values. */
import { type AnalysisOptions, analysisOptions, type OptionName, options } from '../../contract/analysis.ts';
import { flagOf } from '../../contract/option.ts';
import { automaticWords, boundsWords, optionHint, optionWords } from '../../words/options.ts';
import { decimal, oneOf, range, UsageError, whole } from './arguments.ts';
import type { CommandOption, Given } from './command-line.ts';

const AUTO = 'auto';
const HEADINGS = { model: 'Model:', training: 'Training:', images: 'Images:' } as const;
const names = Object.keys(options) as OptionName[];

/** What a flag wants: `auto|N`, `vae|ae|pca`; nothing of one that is on or off. */
export function wanted(name: OptionName): string | null {
  const option = options[name];
  if (option.kind === 'flag') return null;
  const value = {
    choice: () => (option as { words?: readonly string[] }).words?.join('|') ?? '',
    whole: () => 'N',
    decimal: () => 'X',
    range: () => 'LOW:HIGH',
    text: () => 'NAME',
  }[option.kind]();
  return option.start === null && option.kind !== 'text' ? `${AUTO}|${value}` : value;
}

/** In sentences. */
export function helpOf(name: OptionName): string {
  const option = options[name];
  const automatic = automaticWords(name);
  const said = [
    optionWords(name),
    'low' in option
      ? `${boundsWords(option.low, option.high)}${'step' in option && option.step > 1 ? `, in steps of ${option.step}` : ''}`
      : '',
    optionHint(name),
    automatic === null ? '' : `${AUTO}: ${automatic}`,
    option.start === null || option.start === false ? '' : `Default ${option.start}`,
    option.actsOn ? `Of ${option.actsOn.join(' and ')} only` : '',
  ];
  return said
    .filter(Boolean)
    .map((sentence) => `${sentence.replace(/\.$/, '')}.`)
    .join(' ');
}

export const optionFlags: readonly CommandOption[] = names.map((name) => {
  const value = wanted(name);
  return {
    flags: `--${flagOf(name)}${value === null ? '' : ` <${value}>`}`,
    help: helpOf(name),
    heading: HEADINGS[options[name].group],
  };
});

/** @throws UsageError */
function chosenFor(name: OptionName, { values, flags }: Given): unknown {
  const [option, called] = [options[name], flagOf(name)];
  if (option.kind === 'flag') return flags[name];
  // An array may be called that.
  const text = values[name] === AUTO && option.start === null && option.kind !== 'text' ? undefined : values[name];
  switch (option.kind) {
    case 'choice':
      return oneOf(text, called, option.words);
    case 'whole':
      return whole(text, called, option.low);
    case 'decimal':
      return decimal(text, called);
    case 'range':
      return range(text, called);
    case 'text':
      return text;
  }
}

/** @throws UsageError with every value that the contract's schema refuses */
export function optionsOf(given: Given): AnalysisOptions {
  const chosen = names.map((name) => [name, chosenFor(name, given)] as const).filter(([, value]) => value !== undefined);
  const parsed = analysisOptions.safeParse(Object.fromEntries(chosen));
  if (parsed.success) return parsed.data;
  throw new UsageError(parsed.error.issues.map(({ path: [name], message }) => `--${flagOf(String(name))}: ${message}`).join('; '));
}
