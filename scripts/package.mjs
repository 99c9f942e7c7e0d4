/** npm run package: the program as a folder in dist/, with its engine beside it (a standalone Node reads no asar). */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from './build.mjs';
import { exists, place } from './setup/archives.mjs';
import { say } from './setup/console.mjs';
import { electronFolder, modules, provenanceFile, root } from './setup/places.mjs';
import { run } from './setup/run.mjs';
import { setupOrExit } from './setup.mjs';

await setupOrExit();
await build();

/** The rooms that are built into out/; the others are the engine and what it is made of. */
const WINDOW = new Set(['main', 'preload', 'renderer']);
const stage = path.join(root, 'dist', 'stage');
const engine = path.join(stage, 'engine');
await rm(stage, { recursive: true, force: true });

/** The engine runs from its sources, which Node 24 takes as they are, with the packages that package.json calls dependencies. */
async function stageEngine() {
  for (const room of await readdir(path.join(root, 'src'), { withFileTypes: true }))
    if (room.isDirectory() && !WINDOW.has(room.name))
      await cp(path.join(root, 'src', room.name), path.join(engine, 'src', room.name), { recursive: true });
  await cp(path.join(root, 'package.json'), path.join(engine, 'package.json'));
  await cp(path.join(root, 'resources'), path.join(engine, 'resources'), { recursive: true });
  const { packages } = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  for (const [name, { dev, devOptional }] of Object.entries(packages)) {
    if (name === '' || dev || devOptional || !(await exists(path.join(root, name)))) continue;
    await place(path.join(root, name), path.join(engine, name));
  }
  // The headers were for compiling the addon.
  await rm(path.join(engine, 'node_modules', '@tensorflow', 'tfjs-node', 'deps', 'include'), { recursive: true, force: true });
}

/** Main, preload and page are built whole: they need no packages. */
async function stageApp() {
  const app = path.join(stage, 'app');
  await mkdir(app, { recursive: true });
  await cp(path.join(root, 'out'), path.join(app, 'out'), { recursive: true });
  await cp(path.join(root, 'resources', 'icon.png'), path.join(app, 'resources', 'icon.png'));
  const { name, version, description, license, main } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  await writeFile(
    path.join(app, 'package.json'),
    JSON.stringify({ name, productName: 'Sonde', version, description, license, main, author: 'The Sonde authors' }),
  );
  return app;
}

await stageEngine();
const app = await stageApp();
const { electronVersion } = JSON.parse(await readFile(provenanceFile, 'utf8'));
const dist = path.join(stage, 'electron');
await place(path.join(electronFolder, 'dist'), dist);
// A packaged program has no default app.
await rm(path.join(dist, 'resources', 'default_app.asar'), { force: true });
/** What only this machine knows; the rest is said in electron-builder.yml. */
const settings = {
  extends: path.join(root, 'electron-builder.yml'),
  electronVersion,
  electronDist: dist,
  directories: { app, output: path.join(root, 'dist') },
  // As links, and whole: electron-builder's own copying leaves node_modules out.
  afterPack: ({ appOutDir, packager }) => place(engine, path.join(packager.getResourcesDir(appOutDir), 'engine')),
};
const { build: pack, Platform } = await import(path.join(modules, 'electron-builder', 'out', 'index.js'));
await pack({ targets: Platform.current().createTarget('dir'), config: settings, projectDir: root, publish: 'never' });
await rm(stage, { recursive: true, force: true });
const size = process.platform === 'linux' ? (await run('du', ['-sh', path.join(root, 'dist')])).split('\t')[0] : '';
say(`packaged into dist/ ${size}`);
