/** What a comparison of two sets says first, for window and terminal. */
import { type Comparison, verdictOf } from '../contract/comparison.ts';
import { m } from '../messages/messages.js';
import { count, intervalWords, number, smallNumber } from './format.ts';

/** Of a hundred pairs of images, one of each set; those that are told apart by chance. */
const CHANCE = 50;

/** Whether the sets differ, and at least by how much. */
export function verdictWords(overall: Comparison['overall']): string {
  const { value, low, high } = overall.separation;
  // Rounded outwards: "at least" is a promise.
  const [least, most] = [Math.floor(100 * low), Math.ceil(100 * high)];
  const figures = { value: number(Math.round(100 * value)), range: intervalWords({ low: least, high: most }, number) };
  const verdict = verdictOf(overall);
  if (verdict === 'alike') return m.compare_alike({ ...figures, most: number(most) });
  if (least <= CHANCE) return m.compare_differs_somehow(figures);
  return (verdict === 'unlike' ? m.compare_unlike : m.compare_differs)({ ...figures, least: number(least) });
}

/** The test that the verdict stands on. */
export const overallTestWords = ({ coefficient, nullQuantile, pValue, permutations }: Comparison['overall']): string =>
  m.compare_test({
    value: number(coefficient, 2),
    limit: number(nullQuantile, 2),
    p: smallNumber(pValue),
    permutations: count(permutations),
  });
