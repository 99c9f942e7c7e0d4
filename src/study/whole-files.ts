/** What a finished study's files were when they were written, so that one that changed since is told and not used. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { StudyManifest } from '../contract/study.ts';
import { SondeError } from '../errors/sonde-error.ts';

/** SHA-256 in hex; null where there is no such file. */
export async function sha256Of(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

/** SHA-256 of those of the files that are there, by name. */
export async function hashFiles(folder: string, names: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of names) {
    const hash = await sha256Of(path.join(folder, name));
    if (hash !== null) hashes[name] = hash;
  }
  return hashes;
}

/**
 * Passes where a file of the study is as the analysis wrote it; also where that is not known, because the analysis goes on or is older than
 * the hashes are.
 * @throws SondeError study-file-missing, study-file-changed, study-unreadable
 */
export async function checkFile(folder: string, { state, files }: Pick<StudyManifest, 'state' | 'files'>, name: string): Promise<void> {
  // An unfinished study's files are replaced as it goes on.
  if (state !== 'done') return;
  const file = path.join(folder, name);
  const hash = await sha256Of(file).catch((cause: unknown) => {
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  });
  if (hash === null) throw new SondeError('study-file-missing', { path: file }, `${file} does not exist`);
  const expected = files[name];
  if (expected !== undefined && expected !== hash)
    throw new SondeError('study-file-changed', { path: file }, `SHA-256 is ${hash}, and was ${expected} when it was written`);
}
