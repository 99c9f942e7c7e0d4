import { expect, test } from 'vitest';
import { histogramOf, quantile } from '../../../src/engine/statistics/histogram.ts';

test('histograms count every value; quantiles interpolate', () => {
  const { edges, counts } = histogramOf([0, 0.5, 1, 1], 4);
  expect(counts).toEqual([1, 0, 1, 2]);
  expect(edges).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(histogramOf([3, 3], 4).counts).toEqual([2]);
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
});
