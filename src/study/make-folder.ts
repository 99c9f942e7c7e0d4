import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { SondeError } from '../errors/sonde-error.ts';
import { writingError } from './atomic-write.ts';

/** Whether it is a folder; null where nothing is. @throws SondeError not-a-folder; whatever keeps it from being looked at */
async function isThere(folder: string): Promise<true | null> {
  try {
    if ((await stat(folder)).isDirectory()) return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code !== 'ENOTDIR') throw cause;
  }
  throw new SondeError('not-a-folder', { path: folder }, `${folder} is no folder`);
}

/**
 * Makes a folder and those above it that are missing, and answers with the topmost that it made, null where it was there. Level by level:
 * `mkdir` with `recursive` never comes back from a place where the system makes no folders though the one above is there (/proc).
 * @throws SondeError not-a-folder, not-writable, disk-full
 */
export async function makeFolder(folder: string): Promise<string | null> {
  let made: string | null = null;
  let current = folder;
  try {
    const missing: string[] = [];
    for (; !(await isThere(current)) && current !== path.dirname(current); current = path.dirname(current)) missing.push(current);
    for (current of missing.reverse()) {
      try {
        await mkdir(current);
      } catch (cause) {
        // Another process was quicker.
        if ((cause as NodeJS.ErrnoException).code === 'EEXIST' && (await isThere(current))) continue;
        throw cause;
      }
      made ??= current;
    }
    return made;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // What is above it is there: a system that finds no such place will not have one made.
    if (code === 'ENOENT') throw new SondeError('not-writable', { path: current }, String(cause), { cause });
    throw cause instanceof SondeError ? cause : writingError(cause, current);
  }
}
