import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SkippedImage } from '../../contract/study.ts';
import { breathe, type Hooks } from '../hooks.ts';
import { SondeError } from '../sonde-error.ts';
import type { FileImage } from './image-reference.ts';
import { isSystemFile, labelOf, listingSha256, naturally } from './listing.ts';
import type { Source } from './source.ts';

const FILES_A_BREATH = 256;

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
    listingSha256: listingSha256(found.images),
    array: null,
    bytes: (image) => readFile((image as FileImage).file),
    close: async () => {},
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
  for (const [i, name] of names.entries()) {
    if (isSystemFile(name)) continue;
    const relative = folder === '' ? name : `${folder}/${name}`;
    const file = path.join(root, relative);
    try {
      const facts = await stat(file);
      if (facts.isDirectory()) waiting.push(relative);
      else if (!facts.isFile()) found.skipped.push({ path: relative, reason: 'not-an-image', detail: 'neither a file nor a folder' });
      else if (facts.size === 0) found.skipped.push({ path: relative, reason: 'empty', detail: '0 bytes' });
      else found.images.push({ kind: 'file', path: relative, label: labelOf(relative), bytes: facts.size, file });
    } catch (cause) {
      const loop = (cause as NodeJS.ErrnoException).code === 'ELOOP';
      found.skipped.push({ path: relative, reason: loop ? 'link-loop' : 'unreadable', detail: String(cause) });
    }
    if (i % FILES_A_BREATH === FILES_A_BREATH - 1) await pause();
  }
}
