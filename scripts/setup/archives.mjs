/** Archives: fetched once into the user's cache, believed only with the SHA-256 that is written here or in their own package. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, copyFile, link, lstat, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SetupError } from './console.mjs';
import { cache } from './places.mjs';
import { run } from './run.mjs';

const REACH_MILLISECONDS = 4000;
const DOWNLOAD_MILLISECONDS = 600_000;

export const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** A cached archive that is what it should be; a spoilt one is thrown away. */
async function cached(file, hash) {
  if (!(await exists(file))) return false;
  if ((await sha256(file)) === hash) return true;
  await rm(file);
  return false;
}

/** Checks that an address answers within four seconds; the reason where it does not. */
async function reachable(url) {
  try {
    const answer = await fetch(url, { method: 'HEAD', redirect: 'follow', signal: AbortSignal.timeout(REACH_MILLISECONDS) });
    return answer.ok ? null : `it answered ${answer.status}`;
  } catch (error) {
    return error.cause?.code ?? error.name;
  }
}

/** Downloads into the cache. Returns the file, or null with `reason` where the address is out of reach. */
export async function download(url, hash) {
  const file = path.join(cache, path.basename(new URL(url).pathname));
  if (await cached(file, hash)) return { file };
  const reason = await reachable(url);
  if (reason) return { file: null, reason };
  await mkdir(cache, { recursive: true });
  const part = `${file}.${process.pid}.part`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MILLISECONDS) });
    if (!answer.ok) return { file: null, reason: `it answered ${answer.status}` };
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(part));
    await verify(part, hash, url);
    await rename(part, file);
    return { file };
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof SetupError) throw error;
    return { file: null, reason: error.message };
  }
}

async function verify(file, hash, from) {
  const found = await sha256(file);
  if (found !== hash)
    throw new SetupError(
      'checking an archive',
      `${from} has SHA-256 ${found}, not ${hash}`,
      'Do not use it. Try again from another network; if it stays, report it.',
    );
}

/** A wheel from the package index that pip is configured with. */
export async function wheel(requirement, fileName, hash, pipOptions = []) {
  const file = path.join(cache, fileName);
  if (await cached(file, hash)) return file;
  await mkdir(cache, { recursive: true });
  const folder = path.join(cache, `pip-${process.pid}-${fileName.slice(0, 12)}`);
  try {
    await run('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary=:all:', ...pipOptions, '-d', folder, requirement]);
    const part = path.join(folder, fileName);
    await verify(part, hash, requirement);
    await rename(part, file);
    return file;
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(
      `downloading ${requirement}`,
      error.message,
      'Check that python3 with pip is installed and reaches its package index, then run the same command again.',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const UNPACK = `
import os, sys, zipfile
archive, target, *prefixes = sys.argv[1:]
with zipfile.ZipFile(archive) as z:
    for info in z.infolist():
        if prefixes and not any(info.filename.startswith(p) for p in prefixes):
            continue
        mode = info.external_attr >> 16
        out = z.extract(info, target)
        if mode & 0o170000 == 0o120000:
            link = open(out).read()
            os.remove(out)
            os.symlink(link, out)
        elif mode & 0o777 and not info.is_dir():
            os.chmod(out, mode & 0o777)
`;

/** Unpacks a zip or wheel (its entries under the prefixes only), permissions and links kept. */
export async function unzip(archive, target, prefixes = []) {
  await run('python3', ['-c', UNPACK, archive, target, ...prefixes]);
}

/** Makes a folder as a whole or not at all. */
export async function makeFolder(folder, fill) {
  if (await exists(folder)) return;
  const part = `${folder}.${process.pid}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  try {
    await fill(part);
    await rename(part, folder).catch(async (error) => {
      // Another checkout was quicker: its folder is as good.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Puts a folder's files in place as hard links (no time, no room), or as copies across file systems. */
export async function place(from, to) {
  const facts = await lstat(from);
  if (facts.isDirectory()) {
    await mkdir(to, { recursive: true });
    for (const name of await readdir(from)) await place(path.join(from, name), path.join(to, name));
    return;
  }
  await mkdir(path.dirname(to), { recursive: true });
  await rm(to, { force: true });
  if (facts.isSymbolicLink()) await symlink(await readlink(from), to);
  else await link(from, to).catch(() => copyFile(from, to));
}
