/** Whether messages and window are up to date, and what makes them so: paraglide for the messages, electron-vite for the rest. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from './setup/archives.mjs';
import { engineNode, modules, root } from './setup/places.mjs';
import { run } from './setup/run.mjs';
import { setupOrExit } from './setup.mjs';

/** What each part is made by, what it leaves, and the files of ours that it was made from: those that its build read, as it wrote them down. */
const PARTS = {
  messages: {
    from: async () => ['messages/en.json', 'messages/ko.json', 'project.inlang/settings.json'],
    to: ['src/messages/messages.js'],
    by: [
      path.join(modules, '@inlang', 'paraglide-js', 'bin', 'run.js'),
      ...['compile', '--project', './project.inlang', '--outdir', './src/messages', '--emit-ts-declarations'],
      ...['--output-structure', 'locale-modules', '--strategy', 'globalVariable', 'baseLocale'],
    ],
  },
  window: {
    async from() {
      const read = JSON.parse(await readFile(path.join(stamps, 'inputs.json'), 'utf8'));
      return ['electron.vite.config.ts', 'svelte.config.js', ...read];
    },
    to: ['out/main/index.cjs', 'out/preload/index.cjs', 'out/renderer/index.html'],
    by: [path.join(modules, 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'],
  },
};
const stamps = path.join(modules, '.sonde');
const stampOf = (name) => path.join(stamps, `built-${name}`);

/** null where a file that it was made from is gone, or nothing was made yet. */
async function fingerprint({ from }) {
  const hash = createHash('sha256');
  try {
    for (const file of [...(await from()), 'package-lock.json']) hash.update(file).update(await readFile(path.join(root, file)));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

async function isUpToDate(name) {
  const stamp = await readFile(stampOf(name), 'utf8').catch(() => null);
  if (stamp === null || !(await Promise.all(PARTS[name].to.map((file) => exists(path.join(root, file))))).every(Boolean)) return false;
  return stamp === (await fingerprint(PARTS[name]));
}

/** Whether it had to. */
async function buildPart(name) {
  if (await isUpToDate(name)) return false;
  await run(engineNode, PARTS[name].by, { cwd: root });
  const made = await fingerprint(PARTS[name]);
  await mkdir(stamps, { recursive: true });
  // Anew: a file in its place may be a link that another checkout shares.
  await rm(stampOf(name), { force: true });
  if (made !== null) await writeFile(stampOf(name), made);
  return true;
}

/** Only the messages: what the command line and the unit tests need. */
export const buildMessages = () => buildPart('messages');

/** Says that what lies in out/ is no longer the build of these sources: a development session builds there too. */
export const forgetWindow = () => rm(stampOf('window'), { force: true });

export async function build() {
  const started = performance.now();
  const built = [];
  for (const name of Object.keys(PARTS)) if (await buildPart(name)) built.push(name);
  if (built.length > 0) process.stderr.write(`build   ${built.join(', ')} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setupOrExit();
  await build();
}
