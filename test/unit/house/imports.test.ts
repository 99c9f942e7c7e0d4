import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ENGINE_ROOMS } from '../../../src/main/development.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Import {
  file: string;
  /** Relative to src for our own files, else the package's name. */
  target: string;
}

/**
 * Which rooms a room may import, itself left out. `electron` and `node` stand for the packages of those names; other packages are free,
 * but to the contract, which knows zod alone.
 */
const MAY: Record<string, readonly string[]> = {
  contract: [],
  messages: [],
  words: ['contract', 'messages'],
  'report-page': ['contract', 'messages', 'words'],
  errors: ['contract', 'messages'],
  study: ['contract', 'errors', 'node'],
  wire: ['contract', 'node'],
  engine: ['contract', 'errors', 'study', 'wire', 'messages', 'words', 'report-page', 'node'],
  main: ['contract', 'errors', 'study', 'wire', 'messages', 'node', 'electron'],
  preload: ['contract', 'electron'],
  renderer: ['contract', 'messages', 'words', 'report-page'],
  bench: ['contract', 'errors', 'study', 'engine', 'node'],
};

function* filesUnder(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(full);
    else if (/\.(ts|svelte)$/.test(entry.name) && !/\.d\.ts$/.test(entry.name)) yield full;
  }
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"\n]*?(?:\{[^}]*\}[^'"\n]*?)?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g;

/** Places under src are said without it; a bench's begin with `bench`. */
const placeOf = (full: string): string => path.relative(root, full).replace(/^src[\\/]/, '');

const importsOf = (full: string, text: string): Import[] =>
  [...text.matchAll(IMPORT)].map((match): Import => {
    const named = (match[1] ?? match[2] ?? match[3]) as string;
    return { file: placeOf(full), target: named.startsWith('.') ? placeOf(path.resolve(path.dirname(full), named)) : named };
  });

const imports: Import[] = ['src', 'bench'].flatMap((folder) =>
  [...filesUnder(path.join(root, folder))].flatMap((full) => importsOf(full, readFileSync(full, 'utf8'))),
);

const room = (place: string): string => place.split(path.sep)[0] as string;
const from = (name: string): Import[] => imports.filter(({ file }) => room(file) === name);
const show = (wrong: readonly Import[]): string[] => wrong.map(({ file, target }) => `${file} imports ${target}`);

function isWrong({ file, target }: Import): boolean {
  const [here, there] = [room(file), target.startsWith('node:') ? 'node' : room(target)];
  if (there === 'electron' || there === 'node' || Object.hasOwn(MAY, there)) return there !== here && !MAY[here]?.includes(there);
  return here === 'contract' && there !== 'zod';
}

test('every room has its rule, and its imports are seen', () => {
  const rooms = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of rooms) expect(Object.keys(MAY)).toContain(name);
  expect(imports.length).toBeGreaterThan(300);
  for (const name of ['engine', 'main', 'renderer', 'report-page', 'words', 'contract', 'wire', 'study', 'bench'])
    expect(from(name).length).toBeGreaterThan(3);
});

test('a room imports what it may: the contract nothing, main and wire nothing of the engine, the window neither Node nor Electron', () => {
  expect(show(imports.filter(isWrong))).toEqual([]);
});

test.each([
  ['src/main/a.ts', "import { x } from '../engine/api.ts';"],
  ['src/main/a.ts', "import type { X } from '../engine/api.ts';"],
  ['src/main/a.ts', "export { x } from '../engine/api.ts';"],
  ['src/main/a.ts', "const x = await import('../engine/api.ts');"],
  ['src/wire/a.ts', "import type {\n  X,\n} from '../engine/api.ts';"],
  ['src/study/a.ts', "import { x } from '../engine/random.ts';"],
  ['src/contract/a.ts', "import { x } from '../errors/sonde-error.ts';"],
  ['src/contract/a.ts', "import { pack } from 'msgpackr';"],
  ['src/engine/a.ts', "import { app } from 'electron';"],
  ['src/engine/pixels/a.ts', "import { x } from '../../main/grants.ts';"],
  ['src/renderer/src/a.svelte', "  import { x } from '../../wire/frames.ts';"],
  ['src/renderer/src/a.ts', "import { readFile } from 'node:fs/promises';"],
  ['src/report-page/parts/a.svelte', "  import { x } from '../../renderer/src/state/session.svelte.ts';"],
  ['src/preload/index.ts', "import { x } from '../main/grants.ts';"],
  ['bench/a.ts', "import { x } from '../src/main/grants.ts';"],
])('a broken rule is seen: %s, %s', (file, text) => {
  expect(importsOf(path.join(root, file), text).filter(isWrong)).toHaveLength(1);
});

test('a file of the study is named in src/study/files.ts alone', () => {
  const names = [...readFileSync(path.join(root, 'src/study/files.ts'), 'utf8').matchAll(/FILE = '([^']+)'/g)].map(
    ([, name]) => name as string,
  );
  expect(names).toContain('study.json');
  const named = [...filesUnder(path.join(root, 'src'))].flatMap((full) => {
    const text = readFileSync(full, 'utf8');
    return names.filter((name) => text.includes(`'${name}'`)).map((name) => `${placeOf(full)} names ${name}`);
  });
  expect(named.filter((line) => !line.startsWith(path.join('study', 'files.ts')))).toEqual([]);
});

test('a development session watches every room that the engine may import', () => {
  expect([...ENGINE_ROOMS].sort()).toEqual(['engine', ...(MAY.engine as string[]).filter((one) => one !== 'node')].sort());
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
  'independence',
  'damage',
  'density',
  'factors',
  'weights',
  'composition',
  'groups',
  'subfolders',
  'diversity',
  'comparison',
  'expectations',
  'findings',
  'report',
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

/** The window's parts from the ground up: each knows itself and those before it, and App.svelte, main.ts all. */
const WINDOW = ['plots', 'state', 'components', 'views', 'frame'];

test('inside the window a plot knows no component, a class of state no view, and no view another', () => {
  const parts = (place: string): string[] => place.split(path.sep).slice(2);
  const levelOf = (place: string): number => (room(place) === 'renderer' ? WINDOW.indexOf(parts(place)[0] as string) : -1);
  const viewOf = (place: string): string | null => (levelOf(place) === WINDOW.indexOf('views') ? (parts(place)[1] as string) : null);
  for (const name of WINDOW) expect(from('renderer').filter(({ file }) => parts(file)[0] === name).length, name).toBeGreaterThan(3);
  expect(show(from('renderer').filter(({ file, target }) => levelOf(file) >= 0 && levelOf(target) > levelOf(file)))).toEqual([]);
  expect(show(from('renderer').filter(({ file, target }) => viewOf(file) && viewOf(target) && viewOf(file) !== viewOf(target)))).toEqual(
    [],
  );
});
