/** Formatter, linter, types: npm run check. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { engineNode, modules, root } from './setup/places.mjs';
import { run } from './setup/run.mjs';
import { setupOrExit } from './setup.mjs';

const bin = (...parts) => path.join(modules, ...parts);
export const checks = [
  ['biome', [bin('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--error-on-warnings', '.']],
  ['tsc', [bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json', '--noEmit']],
  ['svelte-check', [bin('svelte-check', 'bin', 'svelte-check'), '--tsconfig', 'src/renderer/tsconfig.json', '--fail-on-warnings']],
];

/** Runs every check; the failures with what they said. */
export async function check() {
  const failures = [];
  for (const [name, args] of checks) {
    try {
      await run(engineNode, args, { cwd: root });
      process.stdout.write(`passed  ${name}\n`);
    } catch (error) {
      failures.push(name);
      process.stdout.write(`failed  ${name}\n${error.message}\n`);
    }
  }
  return { passed: checks.length - failures.length, failed: failures.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setupOrExit();
  await build();
  const { failed } = await check();
  process.exitCode = failed > 0 ? 1 : 0;
}
