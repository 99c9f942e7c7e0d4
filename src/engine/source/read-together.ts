import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

export interface Wanted {
  /** A name that is no UTF-8 as its bytes. */
  files: (string | Uint8Array)[];
  /** Of each file at most the first so many bytes; null: the whole. */
  most: number | null;
}
/** All files in one buffer. */
export interface FilesRead {
  buffer: ArrayBuffer;
  /** In the order wanted: where a file lies in the buffer, or why it could not be read. */
  files: ({ start: number; length: number } | { error: string })[];
}

/** A file that is open, or why it is not. */
type Opened<File> = { file: File; bytes: number } | { error: string };

/** One after the other is fastest where a read takes microseconds; where each waits longer (a network, a spinning disk), many at once. */
const SLOW_READ_MILLISECONDS = 1;
let slow = false;

/** Reads files into one buffer that is no larger than they are. @throws RangeError where there is no memory for it */
export async function readTogether(wanted: Wanted): Promise<FilesRead> {
  if (slow) return manyAtOnce(wanted);
  const began = performance.now();
  const read = oneByOne(wanted);
  slow = (performance.now() - began) / wanted.files.length > SLOW_READ_MILLISECONDS;
  return read;
}

/** A Buffer comes from another thread as plain bytes. */
const named = (file: string | Uint8Array): string | Buffer => (typeof file === 'string' ? file : Buffer.from(file));

const bounded = (size: number, most: number | null): number => (most === null ? size : Math.min(size, most));

/** Where each file comes to lie, and the buffer. */
function places(opened: readonly Opened<unknown>[]): { buffer: ArrayBuffer; starts: number[] } {
  let bytes = 0;
  const starts = opened.map((one) => {
    const start = bytes;
    if ('bytes' in one) bytes += one.bytes;
    return start;
  });
  return { buffer: new ArrayBuffer(bytes), starts };
}

function oneByOne({ files, most }: Wanted): FilesRead {
  const opened = files.map((file): Opened<number> => {
    try {
      const descriptor = openSync(named(file), 'r');
      return { file: descriptor, bytes: bounded(fstatSync(descriptor).size, most) };
    } catch (error) {
      return { error: String(error) };
    }
  });
  try {
    const { buffer, starts } = places(opened);
    return { buffer, files: opened.map((one, i) => ('error' in one ? one : readNow(one, buffer, starts[i] as number))) };
  } finally {
    for (const one of opened) if ('file' in one) closeSync(one.file);
  }
}

/** A file that has become shorter meanwhile is what there is of it. */
function readNow({ file, bytes }: { file: number; bytes: number }, buffer: ArrayBuffer, start: number): FilesRead['files'][number] {
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes; length += read)
      read = readSync(file, new Uint8Array(buffer, start + length, bytes - length), 0, bytes - length, length);
    return { start, length };
  } catch (error) {
    return { error: String(error) };
  }
}

/** As readTogether, holding up nobody. */
export async function manyAtOnce({ files, most }: Wanted): Promise<FilesRead> {
  const opened = await Promise.all(
    files.map(async (file): Promise<Opened<FileHandle>> => {
      try {
        const handle = await open(named(file), 'r');
        return { file: handle, bytes: bounded((await handle.stat()).size, most) };
      } catch (error) {
        return { error: String(error) };
      }
    }),
  );
  try {
    const { buffer, starts } = places(opened);
    const read = opened.map((one, i) => ('error' in one ? one : readLater(one, buffer, starts[i] as number)));
    return { buffer, files: await Promise.all(read) };
  } finally {
    await Promise.all(opened.map((one) => ('file' in one ? one.file.close() : undefined)));
  }
}

async function readLater(
  { file, bytes }: { file: FileHandle; bytes: number },
  buffer: ArrayBuffer,
  start: number,
): Promise<FilesRead['files'][number]> {
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes; length += read)
      ({ bytesRead: read } = await file.read(new Uint8Array(buffer, start + length, bytes - length), 0, bytes - length, length));
    return { start, length };
  } catch (error) {
    return { error: String(error) };
  }
}
