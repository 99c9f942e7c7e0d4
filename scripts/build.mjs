/** Messages, main, preload and page into out/; what did not change is not built again. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from './setup/archives.mjs';
import { engineNode, modules, root } from './setup/places.mjs';
import { run } from './setup/run.mjs';
import { setupOrExit } from './setup.mjs';

const PARTS = {
  messages: { from: ['messages', 'project.inlang/settings.json'], to: 'src/messages/messages.js' },
  main: { from: ['src/main', 'src/wire', 'src/contract', 'src/engine', 'messages'], to: 'out/main/index.cjs' },
  preload: { from: ['src/preload', 'src/contract'], to: 'out/preload/index.cjs' },
  renderer: { from: ['src/renderer', 'src/contract', 'messages', 'svelte.config.js'], to: 'out/renderer/index.html' },
};

async function* filesUnder(place) {
  const full = path.join(root, place);
  const entries = await readdir(full, { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (!entries) yield place;
  else
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const below = `${place}/${entry.name}`;
      if (entry.isDirectory()) yield* filesUnder(below);
      else yield below;
    }
}

async function fingerprint(places) {
  const hash = createHash('sha256');
  for (const place of [...places, 'package-lock.json']) {
    for await (const file of filesUnder(place)) hash.update(file).update(await readFile(path.join(root, file)));
  }
  return hash.digest('hex');
}

function compiler(name) {
  if (name === 'messages')
    return [
      path.join(modules, '@inlang', 'paraglide-js', 'bin', 'run.js'),
      'compile',
      '--project',
      './project.inlang',
      '--outdir',
      './src/messages',
      '--emit-ts-declarations',
      '--output-structure',
      'locale-modules',
      '--strategy',
      'globalVariable',
      'baseLocale',
    ];
  return [path.join(modules, 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', '-c', `src/${name}/vite.config.ts`];
}

async function buildPart(name, { from, to }) {
  const wanted = await fingerprint(from);
  const stamp = path.join(modules, '.sonde', `built-${name}`);
  const before = await readFile(stamp, 'utf8').catch(() => '');
  if (before === wanted && (await exists(path.join(root, to)))) return false;
  await run(engineNode, compiler(name), { cwd: root });
  await mkdir(path.dirname(stamp), { recursive: true });
  await writeFile(stamp, wanted);
  return true;
}

/** Only the messages: what the command line and the unit tests need. */
export const buildMessages = () => buildPart('messages', PARTS.messages);

export async function build() {
  const started = performance.now();
  const built = [];
  for (const [name, part] of Object.entries(PARTS)) if (await buildPart(name, part)) built.push(name);
  if (built.length > 0) process.stderr.write(`build   ${built.join(', ')} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setupOrExit();
  await build();
}
