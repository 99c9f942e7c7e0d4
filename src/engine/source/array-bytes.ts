/** The bytes that an array's numbers lie in: by position in the file where they are not packed, otherwise unpacked within bounds. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';

export interface ArrayBytes {
  length: number;
  /** Valid as long as it is held. */
  read(from: number, length: number): Uint8Array;
}

/** Read from the disk at once; images are mostly asked for in order. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** Images that unpack to this many times their packed size are all but one value; larger than LARGE_BYTES it is a bomb. */
const MOST_RATIO = 400;
const LARGE_BYTES = 512 * 1024 * 1024;
/** The share of the free memory that an unpacked array may take. */
const MEMORY_SHARE = 0.5;

/** Bytes of a file from `start`, however long it is. */
export function fileBytes(file: string, start: number, length: number): ArrayBytes {
  let window = new Uint8Array(0);
  let at = 0;
  return {
    length,
    read(from, bytes) {
      if (from < at || from + bytes > at + window.length) {
        window = readNow(file, start + from, Math.max(bytes, Math.min(WINDOW_BYTES, length - from)));
        at = from;
      }
      return window.subarray(from - at, from - at + bytes);
    },
  };
}

function readNow(file: string, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  // Opened for each window: a source has no end at which it could be closed.
  const descriptor = openSync(file, 'r');
  try {
    let filled = 0;
    while (filled < length) {
      const read = readSync(descriptor, bytes, filled, length - filled, position + filled);
      if (read === 0) throw new Error(`${file} ends at byte ${position + filled}, too early`);
      filled += read;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

export const memoryBytes = (bytes: Uint8Array): ArrayBytes => ({
  length: bytes.length,
  read: (from, length) => bytes.subarray(from, from + length),
});

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** @throws Error where so much may not be held, with `instead`: what to do */
export function allowMemory(bytes: number, packed: number, instead: string): void {
  if (bytes > LARGE_BYTES && bytes > MOST_RATIO * packed)
    throw new Error(`it unpacks to ${gigabytes(bytes)}, ${Math.round(bytes / packed)} times its size: nothing but one value, or a bomb`);
  const most = MEMORY_SHARE * process.availableMemory();
  if (bytes > most) throw new Error(`it needs ${gigabytes(bytes)} of memory, and ${gigabytes(most)} may be used here: ${instead}`);
}

/** The first bytes of a stream, `most` or as many as there are; no more of it is read. */
export async function headOf(stream: Readable, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

/** `length` bytes of a stream after the first `from`; `each` sees everything that came. @throws Error where there are fewer */
export async function bytesOf(stream: Readable, from: number, length: number, each?: (chunk: Uint8Array) => void): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let position = -from;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    each?.(chunk);
    const wanted = chunk.subarray(Math.max(0, -position), Math.max(0, length - position));
    if (wanted.length > 0) bytes.set(wanted, Math.max(0, position));
    position += chunk.length;
    // To the very end where it is near, for there the stream checks itself.
    if (position > length) break;
  }
  if (position < length) throw new Error(`it is cut short: ${Math.max(0, position)} of ${length} bytes are there`);
  return bytes;
}
