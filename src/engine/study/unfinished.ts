/** What a run leaves behind that did not come to its end, and how it is cleared away: nothing but what a run makes. */
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { THUMBNAILS_FILE } from '../../contract/thumbnails.ts';
import { HOLDER_FILE } from '../../study/holder.ts';
import { LOCK_FILE } from '../../study/lock.ts';
import { MANIFEST_FILE } from '../../study/manifest.ts';
import { IMAGES_FILE } from './images-table.ts';
import { CHECKPOINT_FOLDER, MODEL_FOLDER } from './model-folder.ts';
import { SKIPPED_FILE } from './skipped-list.ts';

/** Written until 0.1.0, and left behind by a run of then. */
const PIXELS_FILE = 'pixels.bin';

/** What there can be of a study whose images are not read yet. */
const OF_READING: readonly string[] = [LOCK_FILE, HOLDER_FILE, MANIFEST_FILE, IMAGES_FILE, SKIPPED_FILE, THUMBNAILS_FILE, PIXELS_FILE];

/** Names under which files are written before they take their place (atomic-write.ts). */
const isTemporary = (name: string): boolean =>
  name === `${THUMBNAILS_FILE}.part` ||
  name === `${PIXELS_FILE}.part` ||
  /^\.[\w-]+\.(json|parquet|csv|html|safetensors)\.[0-9a-f]{8}$/.test(name);

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
