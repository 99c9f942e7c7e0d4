import path from 'node:path';
import { UnfinishedFile } from './atomic-write.ts';
import { THUMBNAILS_FILE } from './files.ts';
import { THUMBNAIL_EDGE, THUMBNAILS_HEADER_BYTES, THUMBNAILS_MAGIC, THUMBNAILS_VERSION } from './thumbnail-file.ts';

const FLUSH_BYTES = 4 * 1024 * 1024;

/** Writes thumbnails one after the other beside the study's file, and puts it in place when all are there. */
export class ThumbnailWriter {
  readonly #unfinished: UnfinishedFile;
  readonly #most: number;
  readonly #lengths: number[] = [];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #written = 0;

  private constructor(unfinished: UnfinishedFile, most: number) {
    this.#unfinished = unfinished;
    this.#most = most;
  }

  /** `most`: how many there may be; the offsets' place is kept free before the thumbnails. */
  static async begin(folder: string, most: number): Promise<ThumbnailWriter> {
    return new ThumbnailWriter(await UnfinishedFile.begin(path.join(folder, THUMBNAILS_FILE)), most);
  }

  get #start(): number {
    return THUMBNAILS_HEADER_BYTES + 8 * (this.#most + 1);
  }

  async add(thumbnails: readonly Uint8Array[]): Promise<void> {
    for (const thumbnail of thumbnails) {
      this.#lengths.push(thumbnail.length);
      this.#waiting.push(thumbnail);
      this.#waitingBytes += thumbnail.length;
    }
    if (this.#waitingBytes >= FLUSH_BYTES) await this.#flush();
  }

  async #flush(): Promise<void> {
    const block = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#unfinished.handle.write(block, 0, block.length, this.#start + this.#written);
    this.#written += block.length;
  }

  async finish(): Promise<void> {
    await this.#flush();
    const count = this.#lengths.length;
    const head = Buffer.alloc(THUMBNAILS_HEADER_BYTES + 8 * (count + 1));
    head.write(THUMBNAILS_MAGIC, 0, 'latin1');
    head.writeUInt32LE(THUMBNAILS_VERSION, 4);
    head.writeUInt32LE(count, 8);
    head.writeUInt32LE(THUMBNAIL_EDGE, 12);
    let offset = this.#start;
    for (let i = 0; i <= count; i += 1) {
      head.writeBigUInt64LE(BigInt(offset), THUMBNAILS_HEADER_BYTES + 8 * i);
      offset += this.#lengths[i] ?? 0;
    }
    await this.#unfinished.handle.write(head, 0, head.length, 0);
    await this.#unfinished.finish();
  }

  async abandon(): Promise<void> {
    await this.#unfinished.abandon();
  }
}
