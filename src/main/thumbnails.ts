/** Thumbnails straight from a study's file, so that a busy engine never keeps a contact sheet waiting. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { THUMBNAILS_FILE } from '../contract/thumbnails.ts';
import { SondeError } from '../errors/sonde-error.ts';
import type { ProtocolAnswer } from './electron-compat.ts';
import { refusal, securityHeaders } from './page-files.ts';
import type { Studies } from './studies.ts';
import { readThumbnailIndex, type ThumbnailIndex } from './thumbnail-index.ts';

const OPEN_FILES = 4;

interface OpenFile {
  handle: FileHandle;
  index: ThumbnailIndex;
  /** What says that it was written anew: the file is replaced, never changed. */
  inode: bigint;
}

/** The thumbnail files in use, kept open. */
export class ThumbnailFiles {
  readonly #open = new Map<string, Promise<OpenFile>>();

  /** @returns null where the study has no thumbnail of this number */
  async read(folder: string, image: number): Promise<Uint8Array | null> {
    const { handle, index } = await this.#file(path.join(folder, THUMBNAILS_FILE));
    const place = index.place(image);
    if (!place) return null;
    const bytes = new Uint8Array(place.length);
    const { bytesRead } = await handle.read(bytes, 0, place.length, place.start);
    return bytesRead === place.length ? bytes : null;
  }

  async close(): Promise<void> {
    for (const file of this.#open.values()) await (await file).handle.close();
    this.#open.clear();
  }

  async #file(file: string): Promise<OpenFile> {
    const { ino } = await stat(file, { bigint: true });
    const known = this.#open.get(file);
    if (known) {
      const opened = await known;
      if (opened.inode === ino) return opened;
      this.#forget(file);
    }
    const opening = this.#open.get(file) ?? openFile(file, ino);
    this.#open.set(file, opening);
    opening.catch(() => this.#open.delete(file));
    for (const oldest of [...this.#open.keys()].slice(0, -OPEN_FILES)) this.#forget(oldest);
    return opening;
  }

  #forget(file: string): void {
    const known = this.#open.get(file);
    this.#open.delete(file);
    // A read that is under way ends first.
    known?.then(
      ({ handle }) => setTimeout(() => void handle.close(), 5000),
      () => undefined,
    );
  }
}

async function openFile(file: string, inode: bigint): Promise<OpenFile> {
  const handle = await open(file, 'r');
  try {
    return { handle, index: await readThumbnailIndex(handle), inode };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** What the bytes are, by their first ones: a thumbnail file from elsewhere may hold anything. */
function imageType(bytes: Uint8Array): string | null {
  const begins = (...signature: number[]) => signature.every((byte, i) => bytes[i] === byte);
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (begins(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (begins(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45) return 'image/webp';
  return null;
}

/** Answers /<study>/thumb/<n>. */
export async function serveThumbnail(studies: Studies, files: ThumbnailFiles, pathname: string): Promise<ProtocolAnswer> {
  const match = /^\/([0-9a-z-]{8,64})\/thumb\/(\d{1,9})$/.exec(pathname);
  if (!match) return refusal(404);
  try {
    const bytes = await files.read(studies.folderOf(match[1] as string), Number(match[2]));
    const type = bytes && imageType(bytes);
    if (!bytes || !type) return refusal(404);
    // A study's thumbnails never change under its id; the page keeps them for as long as it is open.
    return {
      status: 200,
      headers: { ...securityHeaders, 'Content-Type': type, 'Cache-Control': 'max-age=3600', 'Access-Control-Allow-Origin': '*' },
      body: bytes,
    };
  } catch (error) {
    if (error instanceof SondeError || (error as NodeJS.ErrnoException).code === 'ENOENT') return refusal(404);
    throw error;
  }
}
