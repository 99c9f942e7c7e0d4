import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SondeError } from '../errors/sonde-error.ts';
import { writeAtomically } from './atomic-write.ts';
import { FEATURES_FILE } from './files.ts';
import { decodeNpy, encodeNpy, type StoredMatrix } from './npy.ts';

/** What images are compared by, images x columns. */
export async function writeFeatures(folder: string, features: StoredMatrix): Promise<void> {
  await writeAtomically(path.join(folder, FEATURES_FILE), encodeNpy(features));
}

/** @throws SondeError study-incomplete, study-unreadable */
export async function readFeatures(folder: string): Promise<StoredMatrix> {
  const file = path.join(folder, FEATURES_FILE);
  try {
    return decodeNpy(await readFile(file));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'study-incomplete' : 'study-unreadable';
    throw new SondeError(code, { path: file }, String(cause), { cause });
  }
}
