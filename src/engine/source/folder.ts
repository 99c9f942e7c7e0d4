import { type Stats, statSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SkippedImage } from '../../contract/study.ts';
import { breathe, type Hooks } from '../hooks.ts';
import { SondeError } from '../sonde-error.ts';
import { readFiles } from './file-reader.ts';
import type { FileImage } from './image-reference.ts';
import { isSystemFile, labelOf, listingSha256, naturally } from './listing.ts';
import type { Source } from './source.ts';

/** Files whose facts are asked for at once. */
const FILES_AT_ONCE = 64;

interface Found {
  images: FileImage[];
  skipped: SkippedImage[];
}

/** Every file below the folder; links are followed, each real folder is visited once. Nothing is written. */
export async function openFolder(root: string, { signal, onProgress }: Hooks): Promise<Source> {
  const found: Found = { images: [], skipped: [] };
  const visited = new Set<string>();
  const waiting = [''];
  while (waiting.length > 0) {
    const folder = waiting.pop() as string;
    await listFolder(root, folder, visited, waiting, found, async () => {
      onProgress?.(found.images.length, 0);
      await breathe(signal);
    });
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

async function listFolder(
  root: string,
  folder: string,
  visited: Set<string>,
  waiting: string[],
  found: Found,
  pause: () => Promise<void>,
): Promise<void> {
  const absolute = path.join(root, folder);
  let names: string[];
  try {
    const real = await realpath(absolute);
    if (visited.has(real)) {
      found.skipped.push({ path: folder, reason: 'link-loop', detail: `leads to ${real}, which was already read` });
      return;
    }
    visited.add(real);
    names = await readdir(absolute);
  } catch (cause) {
    if (folder === '') throw new SondeError('source-unreadable', { path: root }, String(cause), { cause });
    found.skipped.push({ path: folder, reason: 'unreadable', detail: String(cause) });
    return;
  }
  const wanted = names.filter((name) => !isSystemFile(name));
  for (let from = 0; from < wanted.length; from += FILES_AT_ONCE) {
    const relatives = wanted.slice(from, from + FILES_AT_ONCE).map((name) => (folder === '' ? name : `${folder}/${name}`));
    const facts = await factsOf(relatives.map((relative) => path.join(root, relative)));
    for (const [i, relative] of relatives.entries()) sort(relative, facts[i] as PromiseSettledResult<Stats>, root, waiting, found);
    await pause();
  }
}

/** One after the other is fastest where an answer takes microseconds; where each takes longer (a network), many at once. */
const SLOW_MILLISECONDS = 0.2;
let slow = false;

async function factsOf(files: string[]): Promise<PromiseSettledResult<Stats>[]> {
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

function sort(relative: string, answer: PromiseSettledResult<Stats>, root: string, waiting: string[], { images, skipped }: Found): void {
  if (answer.status === 'rejected') {
    const loop = (answer.reason as NodeJS.ErrnoException).code === 'ELOOP';
    skipped.push({ path: relative, reason: loop ? 'link-loop' : 'unreadable', detail: String(answer.reason) });
    return;
  }
  const facts = answer.value;
  if (facts.isDirectory()) waiting.push(relative);
  else if (!facts.isFile()) skipped.push({ path: relative, reason: 'not-an-image', detail: 'neither a file nor a folder' });
  else if (facts.size === 0) skipped.push({ path: relative, reason: 'empty', detail: '0 bytes' });
  else images.push({ kind: 'file', path: relative, label: labelOf(relative), bytes: facts.size, file: path.join(root, relative) });
}
