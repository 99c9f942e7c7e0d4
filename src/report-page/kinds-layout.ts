import type { Kind } from '../contract/report.ts';

/** Where a kind lies in the icicle: left and width as shares of its own, depth from 1. */
export interface KindCell {
  kind: Kind;
  left: number;
  width: number;
  depth: number;
}

/** All kinds but the one of all images, each below the one that it is part of, side by side in the order given. */
export function kindsLayout(kinds: readonly Kind[]): { cells: KindCell[]; depth: number } {
  const whole = kinds.find(({ parent }) => parent === null)?.count ?? 0;
  const cells: KindCell[] = [];
  const place = (parent: number, from: number, depth: number): void => {
    let left = from;
    for (const kind of kinds.filter((one) => one.parent === parent)) {
      const width = kind.count / whole;
      cells.push({ kind, left, width, depth });
      place(kind.id, left, depth + 1);
      left += width;
    }
  };
  place(0, 0, 1);
  return { cells, depth: Math.max(0, ...cells.map(({ depth }) => depth)) };
}
