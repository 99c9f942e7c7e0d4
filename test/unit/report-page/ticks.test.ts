import { expect, test } from 'vitest';
import { niceTicks } from '../../../src/report-page/ticks.ts';

test('ticks are round', () => {
  expect(niceTicks(-2.3, 3.1)).toEqual([-2, 0, 2]);
  expect(niceTicks(0, 1)).toEqual([0, 0.5, 1]);
});
