/** Thumbnails straight from a study's file, so that a busy engine never keeps a contact sheet waiting. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SondeError } from '../errors/sonde-error.ts';
import { THUMBNAILS_FILE } from '../study/files.ts';
import { type StoredThumbnail, ThumbnailFile } from '../study/thumbnail-file.ts';
import type { ProtocolAnswer } from './electron-compat.ts';
import { refusal, securityHeaders } from './page-files.ts';
import type { Studies } from './studies.ts';

const OPEN_FILES = 4;

/** The thumbnail files in use, kept open, by their study's folder. */
export class ThumbnailFiles {
  readonly #open = new Map<string, Promise<ThumbnailFile>>();

  /** @returns null where the study has no thumbnail of this number */
  async read(folder: string, image: number): Promise<StoredThumbnail | null> {
    return (await this.#file(folder)).read(image);
  }

  async close(): Promise<void> {
    for (const file of this.#open.values()) await (await file).close();
    this.#open.clear();
  }

  async #file(folder: string): Promise<ThumbnailFile> {
    const { ino } = await stat(path.join(folder, THUMBNAILS_FILE), { bigint: true });
    const known = this.#open.get(folder);
    if (known) {
      const opened = await known;
      if (opened.inode === ino) return opened;
      // Another call may have opened it anew meanwhile.
      if (this.#open.get(folder) === known) this.#forget(folder);
    }
    const opening = this.#open.get(folder) ?? ThumbnailFile.open(folder);
    this.#open.set(folder, opening);
    opening.catch(() => this.#open.delete(folder));
    for (const oldest of [...this.#open.keys()].slice(0, -OPEN_FILES)) this.#forget(oldest);
    return opening;
  }

  #forget(folder: string): void {
    const known = this.#open.get(folder);
    this.#open.delete(folder);
    // A read that is under way ends first.
    known?.then(
      (file) => setTimeout(() => void file.close(), 5000),
      () => undefined,
    );
  }
}

/** Answers /<study>/thumb/<n>. */
export async function serveThumbnail(studies: Studies, files: ThumbnailFiles, pathname: string): Promise<ProtocolAnswer> {
  const match = /^\/([0-9a-z-]{8,64})\/thumb\/(\d{1,9})$/.exec(pathname);
  if (!match) return refusal(404);
  try {
    const thumbnail = await files.read(studies.folderOf(match[1] as string), Number(match[2]));
    if (!thumbnail) return refusal(404);
    // A study's thumbnails never change under its id; the page keeps them for as long as it is open.
    return {
      status: 200,
      headers: {
        ...securityHeaders,
        'Content-Type': thumbnail.type,
        'Cache-Control': 'max-age=3600',
        'Access-Control-Allow-Origin': '*',
      },
      body: thumbnail.bytes,
    };
  } catch (error) {
    if (error instanceof SondeError || (error as NodeJS.ErrnoException).code === 'ENOENT') return refusal(404);
    throw error;
  }
}
