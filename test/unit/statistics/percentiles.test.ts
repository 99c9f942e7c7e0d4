import { expect, test } from 'vitest';
import { descendingRanks, percentileAmong, percentiles } from '../../../src/engine/statistics/percentiles.ts';

test('percentiles put ties at their middle, and agree with the place of a new value', () => {
  const values = Float32Array.of(3, 1, 2, 2);
  expect([...percentiles(values)]).toEqual([0.875, 0.125, 0.5, 0.5]);
  const sorted = values.slice().sort();
  expect([0, 1.5, 2, 9].map((x) => percentileAmong(sorted, x))).toEqual([0, 0.25, 0.5, 1]);
  expect([...descendingRanks(values)]).toEqual([1, 4, 2, 3]);
});
