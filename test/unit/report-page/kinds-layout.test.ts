import { expect, test } from 'vitest';
import type { Kind } from '../../../src/contract/report.ts';
import { kindsLayout } from '../../../src/report-page/kinds-layout.ts';

const kind = (id: number, parent: number | null, count: number): Kind => ({
  id,
  parent,
  depth: 0,
  rest: false,
  count,
  share: { value: count / 100, low: 0, high: 1 },
  stability: null,
  pValue: null,
  typical: [],
  edge: [],
  differences: [],
});

test('kinds lie side by side below the one that they are part of, as wide as their shares', () => {
  const { cells, depth } = kindsLayout([kind(0, null, 100), kind(1, 0, 60), kind(2, 0, 40), kind(3, 2, 30), kind(4, 2, 10)]);
  expect(depth).toBe(2);
  expect(cells.map(({ kind: { id }, left, width, depth: row }) => [id, left, width, row])).toEqual([
    [1, 0, 0.6, 1],
    [2, 0.6, 0.4, 1],
    [3, 0.6, 0.3, 2],
    [4, expect.closeTo(0.9), 0.1, 2],
  ]);
  expect(kindsLayout([kind(0, null, 100)])).toEqual({ cells: [], depth: 0 });
});
