/**
 * npm test: checks, unit, component and end-to-end tests; ends with one line that counts them all.
 * npm test -- unit latent: one suite, and of it the files whose path holds the word. `check`, `unit/house`, `e2e security` and several at
 * once work too.
 */

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { engineNode, modules, root } from './setup/places.mjs';
import { setupOrExit } from './setup.mjs';

const SUITES = [
  ['unit', 'vitest.config.ts'],
  ['component', 'test/component/vitest.config.ts'],
  ['e2e', 'test/e2e/vitest.config.ts'],
];

/** Which suites run, each with the words that its files are chosen by; `check` has none. */
function chosen(words) {
  const all = ['check', ...SUITES.map(([name]) => name)];
  const named = new Map();
  const filters = [];
  for (const word of words) {
    const [suite, ...rest] = word.split('/');
    if (!all.includes(suite)) filters.push(word);
    else named.set(suite, [...(named.get(suite) ?? []), ...(rest.length > 0 ? [rest.join('/')] : [])]);
  }
  // A word alone looks for its files in every suite; nothing at all is everything.
  if (named.size === 0) for (const name of filters.length > 0 ? all.slice(1) : all) named.set(name, []);
  for (const [name, own] of named) named.set(name, [...own, ...filters]);
  return named;
}

function vitest(config, report, filters) {
  return new Promise((resolve, reject) => {
    const args = [
      path.join(modules, 'vitest', 'vitest.mjs'),
      'run',
      '-c',
      config,
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
      ...(filters.length > 0 ? ['--passWithNoTests', ...filters] : []),
    ];
    const child = spawn(engineNode, ['--disable-warning=DEP0044', ...args], { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/** A suite that ends without a report, or with files that could not be loaded, has failed. */
async function suite(name, config, folder, filters) {
  const report = path.join(folder, `${name}.json`);
  const code = await vitest(config, report, filters);
  const text = await readFile(report, 'utf8').catch(() => null);
  if (text === null) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(text);
  const broken = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
  ).length;
  return { passed, failed: failed + broken + (code !== 0 && failed + broken === 0 ? 1 : 0) };
}

await setupOrExit();
await build();
const wanted = chosen(process.argv.slice(2));
const folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-test-'));
const results = [];
try {
  if (wanted.has('check')) results.push(await check());
  for (const [name, config] of SUITES) if (wanted.has(name)) results.push(await suite(name, config, folder, wanted.get(name)));
} finally {
  await rm(folder, { recursive: true, force: true });
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
