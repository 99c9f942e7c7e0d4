import { expect, test } from 'vitest';
import { decimal, oneOf, only, parse, range, required, UsageError, whole } from '../../../src/engine/commands/arguments.ts';

test('parses options and positionals, and refuses what it does not know', () => {
  const { values, flags, positionals } = parse(['here', '--study', 'there', '--resume'], ['study'], ['resume']);
  expect(values.study).toBe('there');
  expect(flags.resume).toBe(true);
  expect(only(positionals, 'SOURCE')).toBe('here');
  expect(() => parse(['--stduy', 'x'], ['study'])).toThrow(UsageError);
  expect(() => parse(['--study'], ['study'])).toThrow(UsageError);
});

test('says which value it wants', () => {
  expect(whole('12', 'latent', 2)).toBe(12);
  expect(whole(undefined, 'latent')).toBeUndefined();
  for (const bad of ['1', '-3', '2.5', 'many', ''])
    expect(() => whole(bad, 'latent', 2)).toThrow(/--latent wants a whole number of at least 2/);
  expect(decimal('0.5', 'seconds')).toBe(0.5);
  expect(() => decimal('soon', 'seconds')).toThrow(/--seconds wants a number, not soon/);
  expect(() => oneOf('gan', 'model', ['vae', 'ae'])).toThrow(/one of vae, ae, not gan/);
  expect(() => required(undefined, 'study')).toThrow(/--study is missing/);
  expect(() => only([], 'SOURCE')).toThrow(/SOURCE is missing/);
  expect(() => only(['a', 'b'], 'SOURCE')).toThrow(/one SOURCE, not 2/);
});

test('a window is two numbers of which the second is greater', () => {
  expect(range('0:4095', 'window')).toEqual({ low: 0, high: 4095 });
  expect(range('-1000:2.5e3', 'window')).toEqual({ low: -1000, high: 2500 });
  expect(range(undefined, 'window')).toBeUndefined();
  for (const bad of ['', '5', ':5', '5:', '5:5', '9:3', 'a:b', '0:1:2', '0:Infinity', 'NaN:1'])
    expect(() => range(bad, 'window'), bad).toThrow(/--window wants LOW:HIGH/);
});
