/** Where the zip lies in its file, and the bytes of it that are asked for. Nothing is held but one window of the file. */
import { type FileHandle, open } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import yauzl from 'yauzl';

const END = 0x06054b50;
const END_BYTES = 22;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const ENTRY = 0x02014b50;
const LONGEST_COMMENT = 0xffff;
/** The directory is read in pieces of this. */
const WINDOW_BYTES = 1 << 20;

/** A zip inside its file: what stands before it (a self-extractor's program) and after it is left out. */
export interface ZipExtent {
  /** Offsets that the zip names count from here. */
  start: number;
  end: number;
  directoryBytes: number;
}

export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`the file ends at byte ${position + filled}, ${length - filled} bytes too early`);
    filled += bytesRead;
  }
  return buffer;
}

/** APPNOTE 6.3.9, 4.3.14 to 4.3.16. @throws Error that says what is wrong with the file */
export async function findZip(handle: FileHandle): Promise<ZipExtent> {
  const { size } = await handle.stat();
  const tailStart = Math.max(0, size - LONGEST_COMMENT - END_BYTES - LOCATOR_BYTES);
  const tail = await readAt(handle, tailStart, size - tailStart);
  let end = tail.length - END_BYTES;
  const fits = (at: number) => tail.readUInt32LE(at) === END && at + END_BYTES + tail.readUInt16LE(at + 20) <= tail.length;
  while (end >= 0 && !fits(end)) end -= 1;
  if (end < 0) throw new Error('the zip has no directory: it is cut short or not a zip; copy or download it again');
  const record = {
    at: tailStart + end,
    directoryBytes: tail.readUInt32LE(end + 12),
    directoryStart: tail.readUInt32LE(end + 16),
  };
  const stop = record.at + END_BYTES + tail.readUInt16LE(end + 20);
  if (end >= LOCATOR_BYTES && tail.readUInt32LE(end - LOCATOR_BYTES) === LOCATOR) {
    const named = Number(tail.readBigUInt64LE(end - LOCATOR_BYTES + 8));
    const before = record.at - LOCATOR_BYTES - END64_BYTES;
    for (const at of [named, before]) {
      if (at < 0 || at + END64_BYTES > size) continue;
      const wide = await readAt(handle, at, END64_BYTES);
      if (wide.readUInt32LE(0) !== END64) continue;
      return { start: at - named, end: stop, directoryBytes: Number(wide.readBigUInt64LE(40)) };
    }
    throw new Error("the zip's directory is damaged: its zip64 record is not where it should be");
  }
  const { directoryStart, directoryBytes, at } = record;
  // Where an entry stands at the offset as it is named, nothing was put before the zip.
  const asNamed =
    directoryBytes === 0 || (directoryStart + 4 <= size && (await readAt(handle, directoryStart, 4)).readUInt32LE(0) === ENTRY);
  const start = asNamed ? 0 : at - directoryBytes - directoryStart;
  if (start < 0) throw new Error("the zip's directory is damaged: it is not where the zip says; copy or download the zip again");
  return { start, end: stop, directoryBytes };
}

/** What yauzl reads by: offsets within the zip, answered from one window of the file. */
export class ZipWindow extends yauzl.RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #extent: ZipExtent;
  #window: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(handle: FileHandle, extent: ZipExtent) {
    super();
    this.#handle = handle;
    this.#extent = extent;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null) => void): void {
    const answer = () => {
      this.#window.copy(buffer, offset, position - this.#at, position - this.#at + length);
      callback(null);
    };
    // Most are answered at once: a turn of the event loop each would be most of the time.
    if (position >= this.#at && position + length <= this.#at + this.#window.length) answer();
    else this.#move(position, length).then(answer, (error: Error) => callback(error));
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const stream = new PassThrough();
    readAt(this.#handle, this.#extent.start + start, end - start).then(
      (bytes) => stream.end(bytes),
      (error: Error) => stream.destroy(error),
    );
    return stream;
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }

  async #move(position: number, length: number): Promise<void> {
    const most = this.#extent.end - this.#extent.start - position;
    this.#window = await readAt(this.#handle, this.#extent.start + position, Math.max(length, Math.min(WINDOW_BYTES, most)));
    this.#at = position;
  }
}

/** Opens the file for one piece of work. */
export async function withFile<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r');
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}
