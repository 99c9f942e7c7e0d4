import type { Stats } from 'node:fs';
import { type Dirent, statSync } from 'node:fs';
import { readdir, readFile, realpath, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { SkippedImage } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { MANIFEST_FILE } from '../../study/files.ts';
import { breathe, type Hooks } from '../hooks.ts';
import { readFiles } from './file-reader.ts';
import type { FileImage } from './image-reference.ts';
import { isSideFile, isSystemFile, labelOf, listingSha256, naturally } from './listing.ts';
import { shownName, systemPath } from './names.ts';
import type { Source } from './source.ts';

/** Files whose facts are asked for at once. */
const FILES_AT_ONCE = 64;

/** What a Linux kernel shows of itself as files: their number has no bound, and none is an image. Magic numbers of statfs(2). */
const KERNEL_SYSTEMS: ReadonlySet<number> = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x1cd1, 0x6165676c, 0xcafe4a11, 0x73636673, 0x19800202,
]);

const MANIFEST_NAME = Buffer.from(MANIFEST_FILE);

interface Found {
  images: FileImage[];
  skipped: SkippedImage[];
  beside: number;
}

interface Folder {
  /** Relative to the source, as it is shown; '' for the source itself. */
  shown: string;
  absolute: string | Buffer;
  /** Its real path, a letter a byte, so that any two can be compared. */
  real: string;
  /** The real path of the folder that a link led to, for it and what lies below; the source's own elsewhere. */
  top: string;
}
/** A link to a folder; it is looked at once everything that lies in the source itself was listed. */
type Link = Omit<Folder, 'real'> & { within: string };

const realOf = async (file: string | Buffer): Promise<string> => (await realpath(file, 'buffer')).toString('latin1');
const isWithin = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep);

/**
 * Every file below the folder, each real folder once. A link to a folder is followed, also out of the source; but not back to a folder
 * that holds it, not into what the kernel shows of itself, and from outside the source no further. Nothing is written.
 */
export async function openFolder(root: string, { signal, onProgress }: Hooks): Promise<Source> {
  const found: Found = { images: [], skipped: [], beside: 0 };
  const visited = new Set<string>();
  const links: Link[] = [];
  const real = await realOf(root).catch((cause: unknown) => {
    throw new SondeError('source-unreadable', { path: root }, String(cause), { cause });
  });
  const waiting: Folder[] = [{ shown: '', absolute: root, real, top: real }];
  while (waiting.length > 0 || links.length > 0) {
    const folder = waiting.pop() ?? (await follow(links.shift() as Link, real, found));
    if (!folder) continue;
    if (visited.has(folder.real))
      found.skipped.push({
        path: folder.shown,
        reason: 'already-read',
        detail: `is ${shownName(Buffer.from(folder.real, 'latin1'))}, which was already read`,
      });
    else {
      visited.add(folder.real);
      await listFolder(folder, waiting, links, found, async () => {
        onProgress?.(found.images.length, 0);
        await breathe(signal);
      });
    }
    await breathe(signal);
  }
  found.images.sort((a, b) => naturally(a.path, b.path));
  found.skipped.sort((a, b) => naturally(a.path, b.path));
  return {
    kind: 'folder',
    name: path.basename(root),
    path: root,
    ...found,
    notes: [],
    listingSha256: listingSha256(found.images),
    array: null,
    read: (images, most) =>
      readFiles(
        images.map((image) => (image as FileImage).file),
        most,
      ),
  };
}

/** The folder that a link leads to, or null and a skip. */
async function follow({ within, ...link }: Link, source: string, { skipped }: Found): Promise<Folder | null> {
  const skip = (reason: SkippedImage['reason'], detail: string): null => {
    skipped.push({ path: link.shown, reason, detail });
    return null;
  };
  try {
    const real = await realOf(link.absolute);
    const target = shownName(Buffer.from(real, 'latin1'));
    if (isWithin(within, real)) return skip('link-loop', `leads back to ${target}`);
    if (process.platform === 'linux' && KERNEL_SYSTEMS.has((await statfs(link.absolute)).type))
      return skip('link-outside', `leads to ${target}, where the system shows itself as files`);
    if (isWithin(real, link.top)) return { ...link, real };
    if (link.top !== source) return skip('link-outside', `leads from one folder outside of the source to another, ${target}`);
    return { ...link, real, top: real };
  } catch (cause) {
    return skip('unreadable', String(cause));
  }
}

/** A study that somebody keeps beside its images is none of them: it changes while they are read. */
async function isStudy(folder: string | Buffer): Promise<boolean> {
  try {
    const manifest: unknown = JSON.parse(await readFile(systemPath(folder, path.sep, MANIFEST_NAME), 'utf8'));
    return typeof (manifest as { source?: { listingSha256?: unknown } } | null)?.source?.listingSha256 !== 'undefined';
  } catch {
    // Whatever it is, it is no study's manifest: a folder like any other.
    return false;
  }
}

async function listFolder(folder: Folder, waiting: Folder[], links: Link[], found: Found, pause: () => Promise<void>): Promise<void> {
  let entries: Dirent<Buffer>[];
  try {
    entries = await readdir(folder.absolute, { withFileTypes: true, encoding: 'buffer' });
  } catch (cause) {
    if (folder.shown === '') throw new SondeError('source-unreadable', { path: String(folder.absolute) }, String(cause), { cause });
    found.skipped.push({ path: folder.shown, reason: 'unreadable', detail: String(cause) });
    return;
  }
  if (folder.shown !== '' && entries.some((entry) => entry.name.equals(MANIFEST_NAME)) && (await isStudy(folder.absolute))) return;
  const wanted = entries.flatMap((entry) => {
    const name = shownName(entry.name);
    if (isSystemFile(name)) return [];
    const shown = folder.shown === '' ? name : `${folder.shown}/${name}`;
    return [{ shown, absolute: systemPath(folder.absolute, path.sep, entry.name), entry }];
  });
  for (let from = 0; from < wanted.length; from += FILES_AT_ONCE) {
    const some = wanted.slice(from, from + FILES_AT_ONCE);
    const answers = await factsOf(some.map(({ absolute }) => absolute));
    some.forEach(({ shown, absolute, entry }, i) => {
      const facts = take(shown, absolute, answers[i] as PromiseSettledResult<Stats>, found);
      if (!facts?.isDirectory()) return;
      if (entry.isSymbolicLink()) links.push({ shown, absolute, top: folder.top, within: folder.real });
      else
        waiting.push({
          shown,
          absolute,
          real: `${folder.real === path.sep ? '' : folder.real}${path.sep}${entry.name.toString('latin1')}`,
          top: folder.top,
        });
    });
    await pause();
  }
}

/** One after the other is fastest where an answer takes microseconds; where each takes longer (a network), many at once. */
const SLOW_MILLISECONDS = 0.2;
let slow = false;

async function factsOf(files: (string | Buffer)[]): Promise<PromiseSettledResult<Stats>[]> {
  if (slow) return Promise.allSettled(files.map((file) => stat(file)));
  const began = performance.now();
  const facts = files.map((file): PromiseSettledResult<Stats> => {
    try {
      return { status: 'fulfilled', value: statSync(file) };
    } catch (reason) {
      return { status: 'rejected', reason };
    }
  });
  slow = (performance.now() - began) / files.length > SLOW_MILLISECONDS;
  return facts;
}

/** Takes a file in, or tells why not; answers with its facts where it has some. */
function take(shown: string, file: string | Buffer, answer: PromiseSettledResult<Stats>, found: Found): Stats | null {
  const { images, skipped } = found;
  if (answer.status === 'rejected') {
    const loop = (answer.reason as NodeJS.ErrnoException).code === 'ELOOP';
    skipped.push({ path: shown, reason: loop ? 'link-loop' : 'unreadable', detail: String(answer.reason) });
    return null;
  }
  const facts = answer.value;
  if (facts.isDirectory()) return facts;
  if (!facts.isFile()) skipped.push({ path: shown, reason: 'not-an-image', detail: 'neither a file nor a folder' });
  // An image without objects has an empty file of labels beside it (YOLO).
  else if (facts.size === 0 && isSideFile(shown)) found.beside += 1;
  else if (facts.size === 0) skipped.push({ path: shown, reason: 'empty', detail: '0 bytes' });
  else images.push({ kind: 'file', path: shown, label: labelOf(shown), bytes: facts.size, file });
  return facts;
}
