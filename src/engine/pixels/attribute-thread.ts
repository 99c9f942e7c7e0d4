import { Worker } from 'node:worker_threads';

export interface BlockToMeasure {
  id: number;
  size: number;
  count: number;
  /** count x size x size x 3 bytes. */
  rgb: ArrayBuffer;
}
export interface BlockMeasured {
  id: number;
  /** count x 4: brightness, contrast, saturation, sharpness. */
  values: Float32Array<ArrayBuffer>;
  /** count x size x size. */
  luma: Uint8Array<ArrayBuffer>;
}

/** Blocks that may wait for the thread: what they hold of memory is bounded by it. */
const MOST_WAITING = 8;

interface Waiting {
  resolve(block: BlockMeasured): void;
  reject(error: Error): void;
}

/** Attributes and luma by way of a thread, block after block. */
export class AttributeThread {
  readonly #worker = new Worker(new URL('./attributes.worker.ts', import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  readonly #answers: Promise<void>[] = [];
  #failure: Error | null = null;
  #next = 0;

  constructor() {
    this.#worker.on('message', (block: BlockMeasured) => {
      this.#waiting.get(block.id)?.resolve(block);
      this.#waiting.delete(block.id);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the measuring thread ended')));
  }

  /** Takes `rgb` over; `onMeasured` is called before finish() returns. Waits where the thread is far behind. */
  async measure(size: number, count: number, rgb: ArrayBuffer, onMeasured: (block: BlockMeasured) => void): Promise<void> {
    if (this.#failure) throw this.#failure;
    const id = this.#next;
    this.#next += 1;
    const wanted: BlockToMeasure = { id, size, count, rgb };
    const answer = new Promise<BlockMeasured>((resolve, reject) => this.#waiting.set(id, { resolve, reject })).then(onMeasured);
    // A failure is thrown by the next call; until then it must not count as unhandled.
    answer.catch((error: Error) => {
      this.#failure ??= error;
    });
    this.#answers.push(answer);
    this.#worker.postMessage(wanted, [rgb]);
    if (this.#answers.length > MOST_WAITING) await this.#answers.shift();
  }

  async finish(): Promise<void> {
    await Promise.all(this.#answers.splice(0));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
