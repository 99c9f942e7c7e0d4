/**
 * Who may write a study: one process at a time. The lock is the kernel's own, on an empty file that SQLite (part of Node) opens: it ends
 * with its holder however that ends, a process number that is given out again means nothing to it, and it holds between containers that
 * share the folder. Who holds it stands beside it (holder.ts), for people and for main, whose Node may have no SQLite.
 *
 * Nothing but SQLite may open the file in a process that holds it: closing any descriptor of a file gives up the process's locks on it
 * (POSIX, fcntl).
 */
import { open, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SondeError } from '../errors/sonde-error.ts';
import { LOCK_FILE } from './files.ts';
import { forgetHolder, livingHolder, writeHolder } from './holder.ts';

/** SQLite's primary result codes. */
const BUSY = 5;
const NOT_A_DATABASE = 26;
const codeOf = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff;

/** Another's look at the lock lasts microseconds; a holder stays. */
const PATIENCE_MILLISECONDS = 20;
const ATTEMPTS = 50;

/** Which file has this name now; null where none has. */
async function identity(file: string): Promise<string | null> {
  try {
    const { ino, birthtimeNs } = await stat(file, { bigint: true });
    return `${ino} ${birthtimeNs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Takes the kernel's lock on a file. @returns null where another holds it */
function take(file: string, timeout: number): DatabaseSync | null {
  const database = new DatabaseSync(file, { timeout });
  try {
    // Nothing is written, so there is nothing to keep a journal of.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (codeOf(error) === BUSY) return null;
    throw error;
  }
}

/**
 * Takes the study for writing by this process; returns what gives it back.
 * @throws SondeError study-locked
 */
export async function lockStudy(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, LOCK_FILE);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await identity(file);
    if (before === null) {
      await create(file);
      continue;
    }
    let database: DatabaseSync | null;
    try {
      database = take(file, PATIENCE_MILLISECONDS);
    } catch (error) {
      if (codeOf(error) !== NOT_A_DATABASE) throw error;
      // Earlier versions wrote their number into it, and left it behind when they were killed.
      await truncate(file);
      continue;
    }
    if (database === null) break;
    // Its last holder may have removed it between our opening and our locking: what is held then is no longer the study's lock.
    if ((await identity(file)) === before) {
      await writeHolder(folder);
      return () => giveBack(folder, file, database);
    }
    database.close();
  }
  const pid = (await livingHolder(folder)) ?? 0;
  throw new SondeError('study-locked', { path: folder, pid }, `${file} is held by process ${pid || 'unknown'}`);
}

async function create(file: string): Promise<void> {
  try {
    await (await open(file, 'wx')).close();
  } catch (error) {
    // Another was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function giveBack(folder: string, file: string, database: DatabaseSync): Promise<void> {
  await forgetHolder(folder);
  // Removed while it is held, so that whoever waits for it sees that it is no longer the study's. Windows removes no open file.
  if (process.platform !== 'win32') await rm(file, { force: true });
  database.close();
  if (process.platform === 'win32') await rm(file, { force: true }).catch(() => undefined);
}

/** Whether a process holds the study. */
export async function isLocked(folder: string): Promise<boolean> {
  const file = path.join(folder, LOCK_FILE);
  if ((await identity(file)) === null) return false;
  try {
    const database = take(file, 0);
    database?.close();
    return database === null;
  } catch (error) {
    if (codeOf(error) === NOT_A_DATABASE) return false;
    // A folder that can only be read: what its holder says is all there is.
    return (await livingHolder(folder)) !== null;
  }
}
