import { number, significantDigits } from '../../../words/format.ts';

/** The marks of an axis in words: with as many digits as tell one from the next. */
export function axisWords(marks: readonly number[], step: number): string[] {
  const largest = Math.max(...marks.map(Math.abs));
  const digits = significantDigits({ low: largest - step, high: largest + step });
  return marks.map((mark) => number(mark, digits));
}
