/** The directory of a zip, by yauzl: zip64, any number of entries, any size, with bytes before and after the zip. */
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry } from 'yauzl';
import { SondeError } from '../../errors/sonde-error.ts';
import { breathe, type Hooks } from '../hooks.ts';
import { findZip, type ZipExtent, ZipWindow } from './zip-file.ts';

export interface ZipEntry {
  /** The name as it stands in the zip. */
  rawName: Buffer;
  /** The name where the zip says for certain what it is: marked as UTF-8, or given as Unicode beside the raw one. */
  unicodeName: string | null;
  method: number;
  encrypted: boolean;
  symbolicLink: boolean;
  /** CRC-32 of the unpacked bytes. */
  crc: number;
  compressedSize: number;
  size: number;
  /** Where its local header begins in the file. */
  headerStart: number;
  /** Whether it shares bytes with another entry or with the directory, which only damaged or hostile zips do. */
  overlaps: boolean;
}

const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const UTF8_FLAG = 0x800;
const UNICODE_PATH = 0x7075;
const UNIX = 3;
const FILE_TYPE = 0o170000;
const LINK = 0o120000;
/** Entries between two looks at whether the work was called off. */
const PACE = 4096;

const strictly = new TextDecoder('utf-8', { fatal: true });
/** null where the bytes are no UTF-8. */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return strictly.decode(bytes);
  } catch {
    return null;
  }
}

/** Info-ZIP's Unicode path extra field counts only where its CRC is that of the raw name (APPNOTE 4.6.9). */
function unicodeNameOf(entry: Entry, raw: Buffer): string | null {
  const field = entry.extraFields.find(({ id }) => id === UNICODE_PATH)?.data;
  if (field && field.length > 5 && field[0] === 1 && field.readUInt32LE(1) === crc32(raw)) return utf8(field.subarray(5));
  return entry.generalPurposeBitFlag & UTF8_FLAG ? utf8(raw) : null;
}

/** @throws Error that says what is wrong with the zip; SondeError cancelled */
export async function readZipDirectory(handle: FileHandle, { signal, onProgress }: Hooks = {}): Promise<ZipEntry[]> {
  const extent = await findZip(handle);
  const entries: ZipEntry[] = [];
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(new ZipWindow(handle, extent), extent.end - extent.start, {
      autoClose: true,
      decodeStrings: false,
      validateEntrySizes: false,
    });
    let read = 0;
    const countOn = () => {
      // Writers without zip64 count modulo 65,536: the directory's size says that there are more.
      if (zip.entryCount === entries.length && read + ENTRY_BYTES <= extent.directoryBytes) zip.entryCount += 1;
    };
    countOn();
    for await (const entry of zip.eachEntry()) {
      entries.push(entryOf(entry, extent));
      read += ENTRY_BYTES + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentRaw.length;
      countOn();
      if (entries.length % PACE > 0) continue;
      onProgress?.(entries.length, 0);
      await breathe(signal);
    }
  } catch (cause) {
    if (cause instanceof SondeError) throw cause;
    throw new Error(`${reasonOf(cause as Error)} (entry ${entries.length})`, { cause });
  }
  markOverlaps(entries, extent);
  return entries;
}

function entryOf(entry: Entry, extent: ZipExtent): ZipEntry {
  // A copy: the slice would keep the whole record.
  const rawName = Buffer.from(entry.fileNameRaw);
  return {
    rawName,
    unicodeName: unicodeNameOf(entry, rawName),
    method: entry.compressionMethod,
    encrypted: entry.isEncrypted(),
    symbolicLink: entry.versionMadeBy >> 8 === UNIX && ((entry.externalFileAttributes >>> 16) & FILE_TYPE) === LINK,
    crc: entry.crc32,
    compressedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    headerStart: extent.start + entry.relativeOffsetOfLocalHeader,
    overlaps: false,
  };
}

function reasonOf(error: Error): string {
  if (/multi-disk/.test(error.message)) return 'the zip is one part of several: join them, or unpack them and choose the folder';
  if (/strong encryption/.test(error.message)) return 'the zip is encrypted: unpack it with its password and choose the folder';
  return `the zip's directory is damaged: ${error.message}; copy or download the zip again`;
}

/** Zip bombs that are no nested zips let many entries share the same bytes (Fifield 2019). */
function markOverlaps(entries: readonly ZipEntry[], extent: ZipExtent): void {
  const inOrder = [...entries].sort((a, b) => a.headerStart - b.headerStart);
  let furthest: ZipEntry | null = null;
  let end = 0;
  for (const entry of inOrder) {
    if (furthest && entry.headerStart < end) {
      entry.overlaps = true;
      furthest.overlaps = true;
    }
    const stop = entry.headerStart + LOCAL_BYTES + entry.rawName.length + entry.compressedSize;
    if (stop > extent.end) entry.overlaps = true;
    if (stop > end) {
      end = stop;
      furthest = entry;
    }
  }
}
