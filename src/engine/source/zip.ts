import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { SondeError } from '../sonde-error.ts';
import type { ZipImage } from './image-reference.ts';
import { isSystemFile, labelOf, listingSha256, naturally } from './listing.ts';
import type { Source } from './source.ts';
import { readZipDirectory, type ZipEntry } from './zip-directory.ts';

const inflate = promisify(inflateRaw);
/** An image that unpacks to more is a bomb or no image for this program. */
const LARGEST_ENTRY = 512 * 1024 * 1024;
const STORED = 0;
const DEFLATED = 8;

/** A zip of a folder; entries are unpacked one by one when they are read. */
export async function openZip(file: string): Promise<Source> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new SondeError('source-unreadable', { path: file }, String(cause), { cause });
  }
  let entries: ZipEntry[];
  try {
    entries = readZipDirectory(bytes);
  } catch (cause) {
    throw new SondeError('source-unsupported', { path: file }, (cause as Error).message, { cause });
  }
  const wanted = entries.filter(({ name, size }) => !name.endsWith('/') && size > 0 && !name.split('/').some(isSystemFile));
  const byName = new Map(wanted.map((entry) => [entry.name, entry]));
  const images = wanted
    .map(({ name, size }): ZipImage => ({ kind: 'zip', path: name, label: labelOf(name), bytes: size, file, entry: name }))
    .sort((a, b) => naturally(a.path, b.path));
  return {
    kind: 'zip',
    name: path.basename(file),
    path: file,
    images,
    skipped: [],
    listingSha256: listingSha256(images),
    array: null,
    read: (wantedImages) =>
      Promise.allSettled(wantedImages.map((image) => unpack(bytes, byName.get((image as ZipImage).entry) as ZipEntry))),
  };
}

async function unpack(zip: Buffer, entry: ZipEntry): Promise<Uint8Array> {
  const raw = zip.subarray(entry.dataStart, entry.dataStart + entry.compressedSize);
  if (entry.method === STORED) return raw;
  if (entry.method !== DEFLATED) throw new Error(`compression method ${entry.method} is not read`);
  return inflate(raw, { maxOutputLength: Math.min(LARGEST_ENTRY, Math.max(1, entry.size)) });
}
