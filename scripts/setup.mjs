/** Makes a checkout ready: packages, the engine's Node, TensorFlow, Electron, system libraries. Safe to run again; continues where it stopped. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from './setup/archives.mjs';
import { SetupError, say, step } from './setup/console.mjs';
import { installElectron } from './setup/electron.mjs';
import { installEncoder } from './setup/encoder.mjs';
import { installPackages } from './setup/packages.mjs';
import { addonFile, electronProgram, engineNode, platform, provenanceFile, root } from './setup/places.mjs';
import { installLibraries, installUnpacker } from './setup/system.mjs';
import { installTensorFlow } from './setup/tensorflow.mjs';

/** Raise it when a step changes what it leaves behind. */
const EDITION = 3;

async function stamp() {
  const lock = await readFile(path.join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${EDITION} ${platform}`).digest('hex');
}

async function readProvenance() {
  try {
    return JSON.parse(await readFile(provenanceFile, 'utf8'));
  } catch {
    return {};
  }
}

async function isReady(provenance, wanted, window) {
  if (provenance.stamp !== wanted || (window && !provenance.window)) return false;
  const files = window ? [engineNode, addonFile, electronProgram] : [engineNode, addonFile];
  return (await Promise.all(files.map(exists))).every(Boolean);
}

/** `window: false` leaves out Electron and what it needs: the command line wants neither. */
export async function setup({ window = true } = {}) {
  const wanted = await stamp();
  let provenance = await readProvenance();
  if (await isReady(provenance, wanted, window)) return;
  const started = performance.now();
  const save = async () => {
    await mkdir(path.dirname(provenanceFile), { recursive: true });
    await rm(provenanceFile, { force: true });
    await writeFile(provenanceFile, `${JSON.stringify(provenance, null, 2)}\n`);
  };
  await step('npm packages', installPackages);
  // npm ci throws node_modules away, and with them what was known of them.
  provenance = await readProvenance();
  provenance.node = `npm package for ${platform}`;
  await step('TensorFlow', () => installTensorFlow(provenance));
  await step('encoder', () => installEncoder(provenance));
  await save();
  if (window) {
    await step('system tools', installUnpacker);
    await step('Electron', () => installElectron(provenance));
    await save();
    await step('system libraries', installLibraries);
  }
  provenance.window = provenance.window || window;
  provenance.stamp = wanted;
  await save();
  say(`ready (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

/** Runs set-up for a script and ends it with one clear message where it fails. */
export async function setupOrExit(options) {
  try {
    await setup(options);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\nset-up  failed while ${error.step}\n        cause: ${error.message}\n        remedy: ${error.remedy}\n`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setupOrExit();
  // What could not be had before is asked for again only where a person asks: it is worth having, not worth waiting for.
  await step('encoder', () => installEncoder({}));
}
