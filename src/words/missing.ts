/** Combinations that are missing, in words. */
import type { BiasReport, Missing, MissingPart } from '../contract/report.ts';
import { m } from '../messages/messages.js';
import { count, number, smallNumber } from './format.ts';
import { factorNumberWords, featureWords, kindWords } from './words.ts';

type Named = Pick<BiasReport, 'factors'>;

/** One of the two parts of a combination. */
export function partWords(part: MissingPart, report: Named): string {
  if (part.kind === 'kind') return kindWords({ id: part.id, rest: false });
  const name = part.kind === 'factor' ? factorNumberWords(report, part.factor) : featureWords(part.attribute);
  return (part.side === 'low' ? m.missing_below : m.missing_from)({ name, cut: number(part.cut, 2) });
}

/** What was expected of a combination and what is there. */
export function missingWords(
  { parts, observed, expected, atMost }: Pick<Missing['combinations'][number], 'parts' | 'observed' | 'expected' | 'atMost'>,
  report: Named,
): string {
  const [first, second] = parts;
  const said = {
    first: partWords(first, report),
    second: partWords(second, report),
    expected: number(expected, 2),
    observed: count(observed),
    atMost: number(atMost, 2),
  };
  return observed === 0 ? m.missing_none(said) : m.missing_few(said);
}

export const missingP = ({ adjustedPValue }: Pick<Missing['combinations'][number], 'adjustedPValue'>): string =>
  m.missing_p({ p: smallNumber(adjustedPValue) });
