/** The head of thumbnails.bin: where each thumbnail lies. */
import type { FileHandle } from 'node:fs/promises';
import { THUMBNAILS_FILE, THUMBNAILS_HEADER_BYTES, THUMBNAILS_MAGIC, THUMBNAILS_VERSION } from '../contract/thumbnails.ts';
import { SondeError } from '../errors/sonde-error.ts';

/** Far above any set of images this program can train on. */
const MOST_IMAGES = 20_000_000;
const LARGEST_THUMBNAIL = 4 * 1024 * 1024;

export class ThumbnailIndex {
  readonly #offsets: Buffer;
  readonly count: number;

  constructor(offsets: Buffer, count: number) {
    this.#offsets = offsets;
    this.count = count;
  }

  /** @returns null for an image that has none */
  place(image: number): { start: number; length: number } | null {
    if (!Number.isInteger(image) || image < 0 || image >= this.count) return null;
    const start = Number(this.#offsets.readBigUInt64LE(image * 8));
    const length = Number(this.#offsets.readBigUInt64LE(image * 8 + 8)) - start;
    return length > 0 && length <= LARGEST_THUMBNAIL ? { start, length } : null;
  }
}

/** @throws SondeError study-unreadable where the file is not what it says to be */
export async function readThumbnailIndex(handle: FileHandle): Promise<ThumbnailIndex> {
  const damaged = (why: string) => new SondeError('study-unreadable', { path: THUMBNAILS_FILE }, `${THUMBNAILS_FILE}: ${why}`);
  const header = Buffer.alloc(THUMBNAILS_HEADER_BYTES);
  const { bytesRead } = await handle.read(header, 0, THUMBNAILS_HEADER_BYTES, 0);
  if (bytesRead < THUMBNAILS_HEADER_BYTES || header.toString('latin1', 0, 4) !== THUMBNAILS_MAGIC) throw damaged('no thumbnail file');
  if (header.readUInt32LE(4) !== THUMBNAILS_VERSION) throw damaged(`version ${header.readUInt32LE(4)}`);
  const count = header.readUInt32LE(8);
  if (count > MOST_IMAGES) throw damaged(`${count} thumbnails`);
  const offsets = Buffer.alloc((count + 1) * 8);
  const read = await handle.read(offsets, 0, offsets.byteLength, THUMBNAILS_HEADER_BYTES);
  if (read.bytesRead < offsets.byteLength) throw damaged('cut short');
  return new ThumbnailIndex(offsets, count);
}
