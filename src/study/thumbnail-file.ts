/**
 * thumbnails.bin: little-endian. 4 bytes 'SNDT', u32 version, u32 count, u32 longest edge in pixels, then count + 1 u64 offsets from the
 * file's start (thumbnail i lies from offset i to offset i + 1), then the encoded thumbnails, each a JPEG or a PNG by its first
 * bytes. A JPEG of up to 128 pixels an edge is its own thumbnail.
 */
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { SondeError } from '../errors/sonde-error.ts';
import { THUMBNAILS_FILE } from './files.ts';

export const THUMBNAILS_MAGIC = 'SNDT';
export const THUMBNAILS_VERSION = 1;
export const THUMBNAILS_HEADER_BYTES = 16;
export const THUMBNAIL_EDGE = 96;

/** Far above any set of images this program can train on. */
const MOST_IMAGES = 20_000_000;
const LARGEST_THUMBNAIL = 4 * 1024 * 1024;

export interface StoredThumbnail {
  type: 'image/jpeg' | 'image/png' | 'image/webp';
  bytes: Uint8Array;
}

/** What the bytes are, by their first ones: a thumbnail file from elsewhere may hold anything. */
function imageType(bytes: Uint8Array): StoredThumbnail['type'] | null {
  const begins = (...signature: number[]) => signature.every((byte, i) => bytes[i] === byte);
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (begins(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (begins(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45) return 'image/webp';
  return null;
}

/** A study's thumbnails, by their place in the file; it is a cache, and a study may have none. */
export class ThumbnailFile {
  readonly #handle: FileHandle;
  readonly #offsets: Buffer;
  readonly #count: number;
  /** What says that it was written anew: the file is replaced, never changed. */
  readonly inode: bigint;

  private constructor(handle: FileHandle, offsets: Buffer, count: number, inode: bigint) {
    this.#handle = handle;
    this.#offsets = offsets;
    this.#count = count;
    this.inode = inode;
  }

  /** @throws SondeError study-unreadable where the file is not what it says to be; ENOENT where there is none */
  static async open(folder: string): Promise<ThumbnailFile> {
    const file = path.join(folder, THUMBNAILS_FILE);
    const handle = await open(file, 'r');
    try {
      const { offsets, count } = await readHead(handle, file);
      return new ThumbnailFile(handle, offsets, count, (await handle.stat({ bigint: true })).ino);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @returns null for an image that has none */
  async read(image: number): Promise<StoredThumbnail | null> {
    if (!Number.isInteger(image) || image < 0 || image >= this.#count) return null;
    const start = Number(this.#offsets.readBigUInt64LE(image * 8));
    const length = Number(this.#offsets.readBigUInt64LE(image * 8 + 8)) - start;
    if (length <= 0 || length > LARGEST_THUMBNAIL) return null;
    const bytes = new Uint8Array(length);
    const { bytesRead } = await this.#handle.read(bytes, 0, length, start);
    const type = bytesRead === length ? imageType(bytes) : null;
    return type && { type, bytes };
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function readHead(handle: FileHandle, file: string): Promise<{ offsets: Buffer; count: number }> {
  const damaged = (why: string) => new SondeError('study-unreadable', { path: file }, `${file}: ${why}`);
  const header = Buffer.alloc(THUMBNAILS_HEADER_BYTES);
  const { bytesRead } = await handle.read(header, 0, THUMBNAILS_HEADER_BYTES, 0);
  if (bytesRead < THUMBNAILS_HEADER_BYTES || header.toString('latin1', 0, 4) !== THUMBNAILS_MAGIC) throw damaged('no thumbnail file');
  if (header.readUInt32LE(4) !== THUMBNAILS_VERSION) throw damaged(`version ${header.readUInt32LE(4)}`);
  const count = header.readUInt32LE(8);
  if (count > MOST_IMAGES) throw damaged(`${count} thumbnails`);
  const offsets = Buffer.alloc((count + 1) * 8);
  const read = await handle.read(offsets, 0, offsets.byteLength, THUMBNAILS_HEADER_BYTES);
  if (read.bytesRead < offsets.byteLength) throw damaged('cut short');
  return { offsets, count };
}
