import { expect, test } from 'vitest';
import {
  betaQuantile,
  chiSquareQuantile,
  incompleteBeta,
  logGamma,
  normalQuantile,
  normalTail,
} from '../../../src/engine/statistics/distributions.ts';

test('special functions: closed forms', () => {
  expect(logGamma(10)).toBeCloseTo(Math.log(362880), 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  // I_x(1, b) = 1 - (1 - x)^b
  expect(incompleteBeta(0.3, 1, 5)).toBeCloseTo(1 - 0.7 ** 5, 13);
  expect(betaQuantile(0.2, 4, 1)).toBeCloseTo(0.2 ** 0.25, 12);
});

test('the normal quantile is that of the tables', () => {
  const table = [
    [0.5, 0],
    [0.975, 1.959963985],
    [0.999, 3.090232306],
    [0.01, -2.326347874],
  ] as const;
  for (const [p, z] of table) expect(normalQuantile(p)).toBeCloseTo(z, 7);
});

test('the chi-square quantile is that of the tables', () => {
  const table = [
    [0.95, 5, 11.0705],
    [0.5, 10, 9.3418],
    [0.95, 10, 18.307],
    [0.999, 16, 39.2524],
    [0.999, 80, 124.8392],
  ] as const;
  for (const [p, degrees, value] of table) expect(Math.abs(chiSquareQuantile(p, degrees) / value - 1)).toBeLessThan(1e-5);
});

/** scipy 1.17.1: chi2.ppf, norm.sf, beta.ppf. */
const reference = {
  chiSquare: [
    [0.5, 1, 0.454936423119572],
    [0.95, 1, 3.841458820694124],
    [0.95, 5, 11.070497693516351],
    [0.5, 10, 9.34181776559197],
    [0.999, 16, 39.252354790768464],
    [0.5, 80, 79.3343300213782],
    [0.999, 80, 124.83922401576478],
    [0.999, 500, 603.4460057951776],
  ],
  normalTail: [
    [-1, 0.8413447460685429],
    [1.96, 0.024997895148220435],
    [5, 2.866515718791933e-7],
    [8, 6.22096057427174e-16],
    [30, 4.906713927147908e-198],
  ],
  beta: [
    [0.025, 3, 48, 0.01254858783533406],
    [0.975, 1, 50, 0.07112173646419764],
    [0.025, 29800, 30201, 0.49265790484827804],
    [0.025, 1, 1_000_000, 2.5317807663794178e-8],
    [0.975, 999_999, 2, 0.9999997577906297],
  ],
} as const;

test('quantiles and tails agree with scipy to ten digits, also far out and with few degrees of freedom', () => {
  const close = (value: number, expected: number) => expect(Math.abs(value / expected - 1)).toBeLessThan(1e-10);
  for (const [p, degrees, value] of reference.chiSquare) close(chiSquareQuantile(p, degrees), value);
  for (const [z, value] of reference.normalTail) close(normalTail(z), value);
  for (const [p, a, b, value] of reference.beta) close(betaQuantile(p, a, b), value);
});
