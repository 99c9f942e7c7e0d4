import { expect, test } from 'vitest';
import { defaultSeconds, klWeight, learningRate, StepBudget } from '../../../src/engine/model/schedule.ts';

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

test('a number of epochs decides the steps, whatever the speed', () => {
  const budget = new StepBudget({ epochs: 3, seconds: 1 }, 10, 60);
  budget.observe(1, 100);
  expect(budget.total).toBe(30);
  expect(budget.settled).toBe(true);
  expect(budget.over(29, 1000)).toBe(false);
  expect(budget.over(30, 0)).toBe(true);
});

test('a time budget follows the speed during its first quarter, then stands', () => {
  const budget = new StepBudget({ epochs: null, seconds: 40 }, 10, 60);
  budget.observe(20, 4);
  expect(budget.total).toBe(200);
  budget.observe(90, 9);
  expect(budget.total).toBe(400);
  budget.observe(110, 11);
  expect(budget.settled).toBe(true);
  budget.observe(111, 39);
  expect(budget.total).toBe(400);
});

test('a time budget that the machine cannot keep ends at 110 % of it, and more than 400 epochs are never run', () => {
  const budget = new StepBudget({ epochs: null, seconds: null }, 2, 40);
  budget.observe(700, 1);
  expect(budget.total).toBe(800);
  expect(budget.over(10, 43)).toBe(false);
  expect(budget.over(10, 44.1)).toBe(true);
});

test('an interrupted training goes on with the steps that it had settled on', () => {
  const budget = new StepBudget({ epochs: null, seconds: 40 }, 10, 60);
  budget.restore(123, true);
  budget.observe(50, 1);
  expect(budget.total).toBe(123);
});

test('the default time lies between 18 and 180 seconds and grows with the images and their size', () => {
  expect(defaultSeconds(60, 784)).toBe(18);
  expect(defaultSeconds(60_000, 784)).toBe(180);
  expect(defaultSeconds(1_000_000, 12_288)).toBe(180);
  expect(defaultSeconds(1000, 12_288)).toBeGreaterThan(defaultSeconds(1000, 784));
  expect(defaultSeconds(30_000, 784)).toBeGreaterThan(defaultSeconds(10_000, 784));
});
