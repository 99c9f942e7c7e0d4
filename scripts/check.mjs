/** Formatter, linter, types: npm run check. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { engineNode, modules, root } from './setup/places.mjs';
import { setupOrExit } from './setup.mjs';

const bin = (...parts) => path.join(modules, ...parts);
const biome = bin('@biomejs', 'biome', 'bin', 'biome');
const prettier = bin('prettier', 'bin', 'prettier.cjs');
/** Biome formats what it is stable in; on components its whitespace shows in the page, so Prettier has them. */
const COMPONENTS = 'src/**/*.svelte';
export const formatters = [
  [biome, 'check', '--write', '--colors=off', '.'],
  [prettier, '--write', '--log-level=warn', COMPONENTS],
];
/** A project a runtime, so that the engine sees no window and the window no Node; `.` is what runs in a test or by hand. */
const RUNTIMES = ['src/engine', 'src/main', 'src/preload', '.'];
const typesOf = (folder) => [
  ...[bin('typescript', 'bin', 'tsc'), '-p', `${folder}/tsconfig.json`, '--noEmit', '--incremental'],
  ...['--tsBuildInfoFile', path.join(modules, '.sonde', `${folder.replace('/', '-')}.tsbuildinfo`)],
];
export const checks = [
  ['biome', [biome, 'ci', '--colors=off', '--error-on-warnings', '.']],
  ['prettier', [prettier, '--check', '--log-level=warn', COMPONENTS]],
  ...RUNTIMES.map((folder) => [`tsc ${folder}`, typesOf(folder)]),
  // Files, packages and exports that nothing uses.
  ['knip', [bin('knip', 'bin', 'knip.js'), '--no-progress']],
  ['svelte-check', [bin('svelte-check', 'bin', 'svelte-check'), '--tsconfig', 'src/renderer/tsconfig.json', '--fail-on-warnings']],
];

/** What a check says is shown in full. */
function passes(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(engineNode, args, { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
}

/** Runs every check. */
export async function check() {
  let failed = 0;
  for (const [name, args] of checks) {
    const passed = await passes(args);
    if (!passed) failed += 1;
    process.stdout.write(`${passed ? 'passed' : 'failed'}  ${name}\n`);
  }
  return { passed: checks.length - failed, failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setupOrExit();
  await build();
  const { failed } = await check();
  process.exitCode = failed > 0 ? 1 : 0;
}
