/** node_modules as package-lock.json wants them; no foreign install script is run. */
import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { exists, makeFolder, place } from './archives.mjs';
import { SetupError } from './console.mjs';
import { cache, engineNode, modules, platform, root } from './places.mjs';
import { run } from './run.mjs';

async function packagesOf(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

async function lockHash() {
  const lock = await readFile(path.join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).digest('hex').slice(0, 16);
}

/** The first package that is not installed as the lock has it, or null. */
async function difference() {
  const wanted = await packagesOf(path.join(root, 'package-lock.json'));
  const present = await packagesOf(path.join(modules, '.package-lock.json'));
  if (!present) return 'node_modules';
  for (const [name, { version, optional, devOptional }] of Object.entries(wanted)) {
    if (name === '' || optional || devOptional) continue;
    if (present[name]?.version !== version) return name;
  }
  return (await exists(engineNode)) ? null : `Node 24 for ${platform}`;
}

/**
 * Puts the packages of one folder into another as links, all but what tools write into in place (npm's own record, caches, stamps): a link
 * to that would be written by every checkout at once.
 */
async function share(from, to) {
  const record = '.package-lock.json';
  for (const name of await readdir(from))
    if (!name.startsWith('.') || name === '.bin') await place(path.join(from, name), path.join(to, name));
  await copyFile(path.join(from, record), path.join(to, record));
}

export async function installPackages() {
  const missing = await difference();
  if (!missing) return null;
  // Installed once on this machine, the packages are put in place as links: a second checkout takes seconds.
  const kept = path.join(cache, `packages-${platform}-${await lockHash()}`);
  if (await exists(kept)) {
    await rm(modules, { recursive: true, force: true });
    await share(kept, modules);
    return 'from the cache';
  }
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const options = { cwd: root, shell: process.platform === 'win32' };
  try {
    // `npm ci` refuses a lock without the packages of other platforms, which some registries do not carry; then the versions and
    // hashes of the lock hold all the same.
    await run(npm, ['ci', ...quiet], options).catch(() => run(npm, ['install', '--no-save', ...quiet], options));
  } catch (error) {
    throw new SetupError(
      'installing the npm packages',
      error.message,
      'Check that npm reaches its registry (npm ping), then run the same command again.',
    );
  }
  if (!(await exists(engineNode)))
    throw new SetupError(
      'getting the engine’s Node',
      `${engineNode} is not there`,
      `There is no Node package for ${platform}; Sonde runs on linux-x64, win32-x64 and darwin-arm64.`,
    );
  await makeFolder(kept, (part) => share(modules, part));
  return 'installed, without foreign install scripts; the engine’s Node among them';
}
