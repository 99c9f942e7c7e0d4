import { expect, test } from 'vitest';
import { defaultEpochs, expectedSeconds, klWeight, learningRate, StepBudget } from '../../../src/engine/model/schedule.ts';

test('the learning rate ramps to its peak, falls as a cosine, and ends at 2 % of it', () => {
  expect(learningRate(1, 2000, 4e-3)).toBeCloseTo(4e-5, 12);
  expect(learningRate(100, 2000, 4e-3)).toBeCloseTo(4e-3, 12);
  // Half-way down the cosine: the mean of the peak and of 2 % of it.
  expect(learningRate(1050, 2000, 4e-3)).toBeCloseTo(4e-3 * 0.51, 12);
  expect(learningRate(2000, 2000, 4e-3)).toBeCloseTo(8e-5, 12);
  expect(learningRate(2500, 2000, 4e-3)).toBeCloseTo(8e-5, 12);
});

test('a short training ramps over a tenth of its steps; one of a single step has a rate', () => {
  expect(learningRate(5, 50, 1)).toBe(1);
  expect(learningRate(4, 50, 1)).toBeCloseTo(0.8, 12);
  expect(learningRate(1, 1, 1)).toBe(1);
});

test('the KL weight grows linearly over the warm-up and stands; without a warm-up it stands at once', () => {
  expect(klWeight(100, 1000, 0.2, 1)).toBeCloseTo(0.5, 12);
  expect(klWeight(200, 1000, 0.2, 1)).toBe(1);
  expect(klWeight(900, 1000, 0.2, 4)).toBe(4);
  expect(klWeight(1, 1000, 0, 2)).toBe(2);
});

test('a number of epochs decides the steps, whatever the speed; the clock only where a time was asked for too', () => {
  const budget = new StepBudget({ epochs: 3, seconds: null }, 10, 1000, 28);
  expect(budget.total).toBe(30);
  expect(budget.over(29, 100_000)).toBe(null);
  expect(budget.over(30, 0)).toBe('steps');
  const capped = new StepBudget({ epochs: 3, seconds: 40 }, 10, 1000, 28);
  expect(capped.over(12, 39)).toBe(null);
  expect(capped.over(12, 40)).toBe('clock');
});

test('where nothing was asked for, the folder decides the steps, and time only caps a machine five times slower than expected', () => {
  const budget = new StepBudget({ epochs: null, seconds: null }, 75, 9500, 28);
  expect(budget.total % 75).toBe(0);
  expect(budget.capSeconds).toBe(5 * expectedSeconds(9500, 28));
  expect(budget.over(10, 5 * expectedSeconds(9500, 28))).toBe('clock');
});

test('of a time alone the steps are those that fit into it on the reference, so that the learning rate has fallen by its end', () => {
  const budget = new StepBudget({ epochs: null, seconds: null }, 297, 9500, 28);
  const short = new StepBudget({ epochs: null, seconds: 4 }, 297, 9500, 28);
  expect(short.capSeconds).toBe(4);
  expect(short.total / budget.total).toBeCloseTo(4 / expectedSeconds(9500, 28), 1);
  expect(new StepBudget({ epochs: null, seconds: 80_000 }, 297, 9500, 28).total).toBe(budget.total);
});

test('the time that the default epochs are expected to take lies between 16 s and 100 s and grows with the images and their size', () => {
  expect(expectedSeconds(60, 28)).toBe(16);
  expect(expectedSeconds(1_000_000, 64)).toBe(100);
  expect(expectedSeconds(1000, 64)).toBeGreaterThan(expectedSeconds(1000, 28));
  expect(expectedSeconds(30_000, 28)).toBeGreaterThan(expectedSeconds(10_000, 28));
});

test('a small folder gets steps enough to learn from, a large one fewer epochs', () => {
  expect(defaultEpochs(45, 28, 1)).toBe(400);
  expect(4 * defaultEpochs(500, 28, 4)).toBeGreaterThanOrEqual(200);
  expect(defaultEpochs(59_488, 28, 465)).toBeLessThan(defaultEpochs(2000, 28, 16));
  expect(defaultEpochs(10_000_000, 64, 100_000)).toBe(2);
});
