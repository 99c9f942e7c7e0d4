import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('../../../src', import.meta.url));

interface Import {
  file: string;
  /** Relative to src for our own files, else the package's name. */
  target: string;
}

function* filesUnder(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(full);
    else if (/\.(ts|svelte)$/.test(entry.name) && !/\.d\.ts$/.test(entry.name)) yield full;
  }
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"\n]*?(?:\{[^}]*\}[^'"\n]*?)?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g;

const imports: Import[] = [...filesUnder(source)].flatMap((full) => {
  const file = path.relative(source, full);
  return [...readFileSync(full, 'utf8').matchAll(IMPORT)].map((match): Import => {
    const named = (match[1] ?? match[2] ?? match[3]) as string;
    return { file, target: named.startsWith('.') ? path.relative(source, path.resolve(path.dirname(full), named)) : named };
  });
});

const room = (place: string): string => place.split(path.sep)[0] as string;
const from = (name: string): Import[] => imports.filter(({ file }) => room(file) === name);
const show = (wrong: readonly Import[]): string[] => wrong.map(({ file, target }) => `${file} imports ${target}`);
const OURS = ['contract', 'engine', 'errors', 'main', 'messages', 'preload', 'renderer', 'study', 'wire'];
const isOurs = (target: string): boolean => OURS.includes(room(target));

test('the imports are seen at all', () => {
  expect(imports.length).toBeGreaterThan(300);
  for (const name of ['engine', 'main', 'renderer', 'contract']) expect(from(name).length).toBeGreaterThan(3);
});

test('the contract imports nothing but itself and zod', () => {
  expect(show(from('contract').filter(({ target }) => room(target) !== 'contract' && target !== 'zod'))).toEqual([]);
});

test('the engine knows neither Electron nor the window nor main', () => {
  const allowed = ['engine', 'contract', 'errors', 'study', 'wire', 'messages'];
  expect(show(from('engine').filter(({ target }) => target === 'electron' || (isOurs(target) && !allowed.includes(room(target)))))).toEqual(
    [],
  );
});

test('the window knows the contract and the sentences, and nothing of Node, Electron or the engine', () => {
  const allowed = ['renderer', 'contract', 'messages'];
  const wrong = from('renderer').filter(
    ({ target }) => target === 'electron' || target.startsWith('node:') || (isOurs(target) && !allowed.includes(room(target))),
  );
  expect(show(wrong)).toEqual([]);
});

test('main and preload reach of the engine only what says how to talk to it', () => {
  const wrong = [...from('main'), ...from('preload')].filter(
    ({ target }) => room(target) === 'engine' && target !== path.normalize('engine/engine-api.ts'),
  );
  expect(show(wrong)).toEqual([]);
});

/** The engine's steps in the order data takes: a step knows itself and those before it. */
const STEPS = [
  'statistics',
  'thread',
  'source',
  'graph',
  'pixels',
  'linear',
  'model',
  'features',
  'latent',
  'duplicates',
  'density',
  'weights',
  'groups',
  'diversity',
  'comparison',
  'expectations',
  'report',
  'study',
  'analysis',
  'commands',
];

test('inside the engine data flow one way', () => {
  const stepOf = (place: string): number => {
    const [name, folder, ...rest] = place.split(path.sep);
    return name === 'engine' && rest.length > 0 ? STEPS.indexOf(folder as string) : -1;
  };
  for (const { file } of from('engine')) if (file.split(path.sep).length > 2) expect(STEPS, file).toContain(file.split(path.sep)[1]);
  expect(show(imports.filter(({ file, target }) => stepOf(file) >= 0 && stepOf(target) > stepOf(file)))).toEqual([]);
});
