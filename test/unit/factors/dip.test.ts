import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dip, dipPValue, uniformDips } from '../../../src/engine/factors/dip.ts';
import { Random } from '../../../src/engine/random.ts';

/** Drawn once, and measured with Python's diptest 0.8 (the code of R's diptest). */
const reference = JSON.parse(readFileSync(new URL('./dip-reference.json', import.meta.url), 'utf8')) as Record<
  string,
  { values: number[]; dip: number }
>;

test.each(Object.keys(reference))('the dip of %s values is that of R', (name) => {
  const { values, dip: theirs } = reference[name] as { values: number[]; dip: number };
  expect(dip(Float64Array.from(values).sort())).toBeCloseTo(theirs, 12);
});

test('the null of 50 values has the quantiles of the table that R ships', async () => {
  // qDiptab, n = 50: .5, .9, .95 and .99.
  const uniform = await uniformDips(50, new Random(1));
  const quantile = (p: number) => (uniform[Math.floor(p * uniform.length)] as number) / Math.sqrt(50);
  expect(quantile(0.5) / 0.04885).toBeCloseTo(1, 1.3);
  expect(quantile(0.9) / 0.06491).toBeCloseTo(1, 1.3);
  expect(quantile(0.95) / 0.07027).toBeCloseTo(1, 1.3);
  expect(dipPValue(0.2, 50, uniform)).toBe(1 / 2000);
  expect(dipPValue(0, 50, uniform)).toBe(1);
});
