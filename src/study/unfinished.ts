/** What a run leaves behind that did not come to its end, and how it is cleared away: nothing but what a run makes. */
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isTemporaryName } from './atomic-write.ts';
import {
  CHECKPOINT_FOLDER,
  HOLDER_FILE,
  IMAGES_FILE,
  LOCK_FILE,
  MANIFEST_FILE,
  MODEL_FOLDER,
  PIXELS_FILE,
  SKIPPED_FILE,
  THUMBNAILS_FILE,
} from './files.ts';

/** What there can be of a study whose images are not read yet. */
const OF_READING: readonly string[] = [LOCK_FILE, HOLDER_FILE, MANIFEST_FILE, IMAGES_FILE, SKIPPED_FILE, THUMBNAILS_FILE, PIXELS_FILE];

/** Names under which files are written before they take their place. */
const isTemporary = (name: string): boolean =>
  name === `${THUMBNAILS_FILE}.part` || name === `${PIXELS_FILE}.part` || isTemporaryName(name);

/** Whether a run that only read images can have made it. */
export const isOfReading = (name: string): boolean => OF_READING.includes(name) || isTemporary(name);

/** A reader of the study may write too (a statement that is tested): younger files than this may be on their way. */
const ABANDONED_MILLISECONDS = 10 * 60_000;

/** Removes what a process that is gone left half-written. @param least how old it must be: 0 where the study is locked for writing */
export async function sweepStudy(folder: string, least = ABANDONED_MILLISECONDS): Promise<void> {
  for (const place of [folder, path.join(folder, MODEL_FOLDER), path.join(folder, CHECKPOINT_FOLDER)]) {
    const names = await readdir(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
      throw error;
    });
    for (const name of names.filter(isTemporary)) {
      const file = path.join(place, name);
      if (least === 0 || Date.now() - (await stat(file)).mtimeMs > least) await rm(file, { force: true });
    }
  }
}

/** Removes what a run made before its images were read. */
export async function clearReading(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((one) => one !== LOCK_FILE && one !== HOLDER_FILE && isOfReading(one)))
    await rm(path.join(folder, name), { force: true });
}

/** Takes a run back that ended before its images were read: its files, and the folders from `made` down that it made, where nothing else is in them. */
export async function takeBack(folder: string, made: string | null): Promise<void> {
  await clearReading(folder);
  if (made === null) return;
  for (let one = folder; one === made || one.startsWith(made + path.sep); one = path.dirname(one)) {
    try {
      await rmdir(one);
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
      throw error;
    }
  }
}
