import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UnfinishedFile } from '../../study/atomic-write.ts';
import { SondeError } from '../sonde-error.ts';
import type { PixelSet } from './pixel-set.ts';

export const PIXELS_FILE = 'pixels.bin';
const MAGIC = 'SNDP';
const HEADER_BYTES = 16;
/** What is written is sent on to the disk this often, so that little is left to wait for at the end. */
const SYNC_BYTES = 8 * 1024 * 1024;

/**
 * pixels.bin: 'SNDP', u32 count, u32 size, u32 channels, then count x size x size x channels bytes. A cache: it may be deleted.
 * Written beside the study's file while images come in, and put in its place when all are there.
 */
export class PixelWriter {
  readonly #unfinished: UnfinishedFile;
  /** One after the other; the first failure ends them. */
  #writing: Promise<unknown> = Promise.resolve();
  #unsynced = 0;

  private constructor(unfinished: UnfinishedFile) {
    this.#unfinished = unfinished;
  }

  static async begin(folder: string): Promise<PixelWriter> {
    const unfinished = await UnfinishedFile.begin(path.join(folder, PIXELS_FILE));
    try {
      await unfinished.handle.writeFile(new Uint8Array(HEADER_BYTES));
    } catch (error) {
      await unfinished.abandon();
      throw error;
    }
    return new PixelWriter(unfinished);
  }

  /** The next images' pixels; they must stay as they are until finish() returns. */
  add(pixels: Uint8Array): void {
    this.#unsynced += pixels.length;
    const sync = this.#unsynced >= SYNC_BYTES;
    if (sync) this.#unsynced = 0;
    this.#writing = this.#writing.then(async () => {
      await this.#unfinished.handle.writeFile(pixels);
      if (sync) await this.#unfinished.handle.datasync();
    });
    // A failure is thrown by finish(); until then it must not count as unhandled.
    this.#writing.catch(() => undefined);
  }

  async finish({ count, size, channels }: Omit<PixelSet, 'data'>): Promise<void> {
    await this.#writing;
    const header = Buffer.alloc(HEADER_BYTES);
    header.write(MAGIC, 'latin1');
    header.writeUInt32LE(count, 4);
    header.writeUInt32LE(size, 8);
    header.writeUInt32LE(channels, 12);
    await this.#unfinished.handle.write(header, 0, HEADER_BYTES, 0);
    await this.#unfinished.finish();
  }

  async abandon(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#unfinished.abandon();
  }
}

/** @throws SondeError study-incomplete, study-unreadable */
export async function loadPixels(folder: string): Promise<PixelSet> {
  const file = path.join(folder, PIXELS_FILE);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new SondeError('study-incomplete', { path: file }, String(cause), { cause });
  }
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== MAGIC)
    throw new SondeError('study-unreadable', { path: file }, `${file} is no pixel cache`);
  const [count, size, channels] = [bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)];
  if ((channels !== 1 && channels !== 3) || bytes.length !== HEADER_BYTES + count * size * size * channels)
    throw new SondeError('study-unreadable', { path: file }, `${file} is cut short`);
  return { count, size, channels, data: new Uint8Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES, count * size * size * channels) };
}
