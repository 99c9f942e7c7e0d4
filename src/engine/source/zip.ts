import path from 'node:path';
import type { SkippedImage, SourceNote } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import type { Hooks } from '../hooks.ts';
import type { ZipImage } from './image-reference.ts';
import { isSystemFile, labelOf, listingSha256, naturally } from './listing.ts';
import type { Source } from './source.ts';
import { readZipDirectory, type ZipEntry } from './zip-directory.ts';
import { readEntry, readEntryHead, refusalOf } from './zip-entry.ts';
import { withFile } from './zip-file.ts';
import { makeDistinct, namesOf } from './zip-names.ts';

/** A zip of a folder. Its directory is held; entries are read from the file and unpacked when they are asked for. */
export async function openZip(file: string, hooks: Hooks = {}): Promise<Source> {
  const entries = await directoryOf(file, hooks);
  const { names, guessed, example } = namesOf(entries);
  const wanted = names.flatMap((name, entry) => (name.endsWith('/') || name.split('/').some(isSystemFile) ? [] : [entry]));
  const paths = wanted.map((entry) => names[entry] || 'unnamed');
  const repeated = makeDistinct(paths);
  const images: ZipImage[] = [];
  const skipped: SkippedImage[] = [];
  for (const [i, entry] of wanted.entries()) {
    const found = entries[entry] as ZipEntry;
    const shown = paths[i] as string;
    const refusal = refusalOf(found);
    if (refusal) skipped.push({ path: shown, ...refusal });
    else images.push({ kind: 'zip', path: shown, label: labelOf(shown), bytes: found.size, entry });
  }
  const unread = skipped.find(({ reason }) => reason === 'unsupported' || reason === 'corrupt');
  if (images.length === 0 && unread)
    throw new SondeError(
      'source-unsupported',
      { path: file },
      `none of its ${skipped.length} files can be read; ${unread.path}: ${unread.detail}`,
    );
  images.sort((a, b) => naturally(a.path, b.path));
  skipped.sort((a, b) => naturally(a.path, b.path));
  const notes: SourceNote[] = [];
  if (guessed) notes.push({ code: 'names-guessed', params: { encoding: guessed.shown, example } });
  if (repeated > 0) notes.push({ code: 'names-repeated', params: { count: repeated } });
  return {
    kind: 'zip',
    name: path.basename(file),
    path: file,
    images,
    skipped,
    notes,
    listingSha256: listingSha256(images),
    array: null,
    read: (asked, most) =>
      readEntries(
        file,
        asked.map((image) => entries[(image as ZipImage).entry] as ZipEntry),
        most,
      ),
  };
}

/** @throws SondeError source-unreadable, source-unsupported with what is wrong with the zip, cancelled */
async function directoryOf(file: string, hooks: Hooks): Promise<ZipEntry[]> {
  try {
    return await withFile(file, (handle) => readZipDirectory(handle, hooks));
  } catch (cause) {
    if (cause instanceof SondeError) throw cause;
    const unreadable = (cause as NodeJS.ErrnoException).syscall !== undefined;
    const message = (cause as Error).message;
    throw new SondeError(unreadable ? 'source-unreadable' : 'source-unsupported', { path: file }, message, { cause });
  }
}

/** The file is opened for each block: a source has no end at which it could be closed. */
async function readEntries(file: string, entries: readonly ZipEntry[], most?: number): Promise<PromiseSettledResult<Uint8Array>[]> {
  try {
    return await withFile(file, async (handle) => {
      const { size } = await handle.stat();
      const isLong = (entry: ZipEntry): boolean => most !== undefined && entry.size > most;
      return Promise.allSettled(
        entries.map((entry) => (isLong(entry) ? readEntryHead(handle, entry, most as number) : readEntry(handle, size, entry))),
      );
    });
  } catch (reason) {
    return entries.map(() => ({ status: 'rejected', reason }));
  }
}
