/** npm test: checks, unit, component and end-to-end tests; ends with one line that counts them all. */

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

function vitest(config, report) {
  return new Promise((resolve, reject) => {
    const args = [
      path.join(modules, 'vitest', 'vitest.mjs'),
      'run',
      '-c',
      config,
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
    ];
    const child = spawn(engineNode, ['--disable-warning=DEP0044', ...args], { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/** A suite that ends without a report, or with files that could not be loaded, has failed. */
async function suite(name, config, folder) {
  const report = path.join(folder, `${name}.json`);
  const code = await vitest(config, report);
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
const only = process.argv.slice(2);
const folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-test-'));
const results = [];
try {
  if (only.length === 0 || only.includes('check')) results.push(await check());
  for (const [name, config] of SUITES) if (only.length === 0 || only.includes(name)) results.push(await suite(name, config, folder));
} finally {
  await rm(folder, { recursive: true, force: true });
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = sum('failed') > 0 || results.length === 0 ? 1 : 0;
