import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { SondeError } from '../errors/sonde-error.ts';

export const LOCK_FILE = '.lock';

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Takes the study for writing by this process; one left behind by a process that is gone is taken over.
 * Returns what gives it back.
 * @throws SondeError study-locked
 */
export async function lockStudy(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, LOCK_FILE);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      const holder = Number(await readFile(file, 'utf8').catch(() => ''));
      if (Number.isInteger(holder) && holder > 0 && alive(holder)) {
        throw new SondeError('study-locked', { path: folder, pid: holder }, `${file} is held by process ${holder}`, { cause });
      }
      await rm(file, { force: true });
    }
  }
  throw new SondeError('study-locked', { path: folder, pid: 0 }, `${file} could not be taken`);
}

/** Whether a living process holds the study. */
export async function isLocked(folder: string): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(path.join(folder, LOCK_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const holder = Number(text);
  return Number.isInteger(holder) && holder > 0 && alive(holder);
}
