/** One entry of a zip: whether it can be read, and its bytes. */
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, createInflateRaw, createZstdDecompress, inflateRaw, zstdDecompress } from 'node:zlib';
import type { SkippedImage } from '../../contract/study.ts';
import { headOf } from './array-bytes.ts';
import type { ZipEntry } from './zip-directory.ts';
import { readAt } from './zip-file.ts';

const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
/** Local headers may carry more extra fields than the directory: mostly not more than this. */
const USUAL_EXTRA = 128;
/** An image that unpacks to more is a bomb or no image for this program. */
const LARGEST_ENTRY = 512 * 1024 * 1024;

const STORED = 0;
const DEFLATE = 8;
type Unpack = (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;
/** APPNOTE 4.4.5. */
const unpackers = new Map<number, Unpack>([
  [DEFLATE, promisify(inflateRaw) as Unpack],
  [93, promisify(zstdDecompress) as Unpack],
]);
const unread = new Map([
  [1, 'Shrink'],
  [6, 'Implode'],
  [9, 'Deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [95, 'XZ'],
  [96, 'JPEG'],
  [98, 'PPMd'],
]);

/** Why an entry is not read, or null where it is. */
export function refusalOf(entry: ZipEntry): Omit<SkippedImage, 'path'> | null {
  const { encrypted, method, size, overlaps, symbolicLink } = entry;
  if (overlaps)
    return {
      reason: 'corrupt',
      detail: 'shares its bytes with another entry: the zip is damaged or a zip bomb; copy or download it again',
    };
  if (encrypted) return { reason: 'unsupported', detail: 'encrypted: unpack the zip with its password and choose the folder' };
  if (method !== STORED && !unpackers.has(method)) {
    const name = unread.get(method) ?? `method ${method}`;
    return { reason: 'unsupported', detail: `packed with ${name}, which is not read: unpack the zip and choose the folder` };
  }
  if (symbolicLink) return { reason: 'not-an-image', detail: 'a symbolic link' };
  if (size === 0) return { reason: 'empty', detail: '0 bytes' };
  if (size > LARGEST_ENTRY) return { reason: 'too-large', detail: `unpacks to ${Math.round(size / 2 ** 20)} MB; at most 512 MB are read` };
  return null;
}

/** Where the entry's packed bytes begin in the file, and the beginning of them. @throws Error that says what is wrong */
export async function packedStart(handle: FileHandle, entry: ZipEntry): Promise<number> {
  return dataStart(await readAt(handle, entry.headerStart, LOCAL_BYTES), entry);
}

function dataStart(header: Buffer, { headerStart }: ZipEntry): number {
  if (header.readUInt32LE(0) !== LOCAL) throw new Error(`the zip holds no entry at byte ${headerStart}, where its directory says`);
  return headerStart + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/**
 * The first bytes of an entry that `refusalOf` lets pass, at least `most` of them where they can be had without unpacking more: nothing
 * checks them. @throws Error that says what is wrong
 */
export async function readEntryHead(handle: FileHandle, entry: ZipEntry, most: number): Promise<Uint8Array> {
  const start = await packedStart(handle, entry);
  const packed = await readAt(handle, start, Math.min(entry.compressedSize, most));
  if (entry.method === STORED) return packed;
  const unpacking = entry.method === DEFLATE ? createInflateRaw() : createZstdDecompress();
  unpacking.write(packed);
  // Neither ended nor complete: what it gives until then is what is wanted.
  unpacking.flush(() => unpacking.push(null));
  return headOf(unpacking, most);
}

/** An entry that `refusalOf` lets pass, unpacked and checked. @throws Error that says what is wrong */
export async function readEntry(handle: FileHandle, fileBytes: number, entry: ZipEntry): Promise<Uint8Array> {
  const { headerStart, rawName, compressedSize, size, method } = entry;
  // One read for header and data, mostly.
  const guess = Math.min(LOCAL_BYTES + rawName.length + USUAL_EXTRA + compressedSize, fileBytes - headerStart);
  const all = await readAt(handle, headerStart, Math.max(LOCAL_BYTES, guess));
  const from = dataStart(all, entry) - headerStart;
  const packed =
    from + compressedSize <= all.length
      ? all.subarray(from, from + compressedSize)
      : await readAt(handle, headerStart + from, compressedSize);
  const bytes = method === STORED ? packed : await unpackers.get(method)?.(packed, { maxOutputLength: size });
  if (bytes?.length !== size) throw new Error(`unpacks to ${bytes?.length} bytes, not the ${size} that the zip names`);
  if (crc32(bytes) !== entry.crc) throw new Error('its checksum is not the one that the zip names: the zip is damaged');
  return bytes;
}
