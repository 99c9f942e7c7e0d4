import { unrepeatedRows } from '../linear/rows.ts';

export interface Copies {
  exact: number;
  near: number;
  /** Images that are no copy of an earlier one. */
  different: number;
  /** Copies whose first image has another label: a subfolder is a check here, it decides nothing. */
  across: number;
  /** Pairs of an image and its copy, of the sets with the most copies; those across subfolders first. */
  pairs: [number, number][];
}

const PAIRS = 3;

/** What repeats in a set of images. @param duplicateOf -1, or the first image of the set that the image repeats */
export function summariseCopies(
  { duplicateOf, exact, near }: { duplicateOf: Int32Array; exact: number; near: number },
  labels: readonly string[],
): Copies {
  const sets = new Map<number, number[]>();
  let across = 0;
  duplicateOf.forEach((first, image) => {
    if (first < 0) return;
    sets.set(first, [...(sets.get(first) ?? []), image]);
    if (labels[first] !== labels[image]) across += 1;
  });
  const crosses = (first: number, copies: readonly number[]) => copies.find((copy) => labels[copy] !== labels[first]);
  const pairs = [...sets]
    .map(([first, copies]) => ({ first, copy: crosses(first, copies) ?? (copies[0] as number), size: copies.length, copies }))
    .sort(
      (a, b) =>
        Number(labels[b.first] !== labels[b.copy]) - Number(labels[a.first] !== labels[a.copy]) || b.size - a.size || a.first - b.first,
    )
    .slice(0, PAIRS)
    .map(({ first, copy }): [number, number] => [first, copy]);
  return { exact, near, different: unrepeatedRows(duplicateOf).length, across, pairs };
}
