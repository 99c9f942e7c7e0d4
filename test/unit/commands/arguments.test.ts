import { expect, test } from 'vitest';
import { analysisOptions, type OptionName, options } from '../../../src/contract/analysis.ts';
import { flagOf } from '../../../src/contract/option.ts';
import { decimal, none, oneOf, only, range, required, UsageError, whole } from '../../../src/engine/commands/arguments.ts';
import { type Given, readCommandLine } from '../../../src/engine/commands/command-line.ts';
import { commands } from '../../../src/engine/commands/commands.ts';
import { optionsOf } from '../../../src/engine/commands/option-flags.ts';

const read = (...argv: string[]) => readCommandLine(argv, commands, '');
function given(...argv: string[]): Given {
  const asked = read(...argv);
  if ('help' in asked) throw new Error(asked.help);
  return asked.given;
}
function help(...argv: string[]): string {
  const asked = read(...argv);
  return 'help' in asked ? asked.help : '';
}

test('parses options and positionals, and refuses what it does not know', () => {
  const { values, flags, positionals } = given('analyze', 'here', '--study', 'there', '--resume');
  expect(values.study).toBe('there');
  expect(flags.resume).toBe(true);
  expect(only(positionals, 'SOURCE')).toBe('here');
  expect(given('analyze', '--study=there', '--window', '-1000:500').values).toMatchObject({ study: 'there', window: '-1000:500' });
  expect(() => read('analyze', '--stduy', 'x')).toThrow(UsageError);
  expect(() => read('analyze', '--study')).toThrow(UsageError);
  expect(() => read('analyze', '--study', '--resume')).toThrow(UsageError);
  expect(() => none(given('doctor', 'x').positionals)).toThrow(/unexpected x/);
});

test('what it does not know is told with the nearest that it knows', () => {
  expect(() => read('score', 'x', '--stduy', 'y')).toThrow(/unknown option '--stduy'[\s\S]*--study/);
  expect(() => read('analyse', 'x')).toThrow(/unknown command 'analyse'[\s\S]*analyze/);
  expect(() => read()).toThrow(UsageError);
});

test('every command has its help, and that of analyze says every option with what it may be', () => {
  for (const { name, options: flags } of commands) {
    expect(help('--help')).toContain(`  ${name}`);
    const text = help(name, '--help');
    expect(text).toContain(`sonde ${name}`);
    expect(help('help', name)).toBe(text);
    for (const { flags: written } of flags) expect(text).toContain(written);
  }
  const analyze = help('analyze', '--help').replaceAll(/\s+/g, ' ');
  for (const name of Object.keys(options)) expect(analyze).toContain(`--${flagOf(name)} `);
  expect(analyze).toContain('--latent <auto|N> Latent variables. Between 2 and 128.');
});

test('every option of the contract can be given as a flag, and auto is the default of what the program chooses', () => {
  const some: Record<OptionName, string> = {
    ...{ model: 'ae', architecture: 'dense', likelihood: 'bernoulli', latent: '8', klWeight: '0.5', klWarmUp: '0.1' },
    ...{ epochs: '3', seconds: '9.5', learningRate: '0.01', batchSize: '64', clipNorm: '0', adaptiveResampling: '', seed: '7' },
    ...{ size: '32', color: 'gray', encoder: 'none', window: '0:4095', limit: '99', array: 'auto' },
  };
  const argv = Object.entries(some).flatMap(([name, value]) => [`--${flagOf(name)}`, ...(value ? [value] : [])]);
  expect(optionsOf(given('analyze', 'x', ...argv))).toEqual({
    ...{ model: 'ae', architecture: 'dense', likelihood: 'bernoulli', latent: 8, klWeight: 0.5, klWarmUp: 0.1 },
    ...{ epochs: 3, seconds: 9.5, learningRate: 0.01, batchSize: 64, clipNorm: 0, adaptiveResampling: true, seed: 7 },
    ...{ size: 32, color: 'gray', encoder: 'none', window: { low: 0, high: 4095 }, limit: 99, array: 'auto' },
  });
  const automatic = Object.entries(options).filter(([, { start, kind }]) => start === null && kind !== 'text');
  expect(optionsOf(given('analyze', 'x', ...automatic.flatMap(([name]) => [`--${flagOf(name)}`, 'auto'])))).toEqual(
    analysisOptions.parse({}),
  );
  expect(() => optionsOf(given('analyze', 'x', '--batch-size', '5000'))).toThrow(/--batch-size: /);
  expect(() => optionsOf(given('analyze', 'x', '--size', '30'))).toThrow(/--size: /);
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
