import { Thread } from '../thread/thread.ts';
import type { Unfinished } from './finish-pixels.ts';

export interface BlockToFinish {
  size: number;
  /** One an image, in order. */
  unfinished: readonly Unfinished[];
  /** At least images x size x size x 3 bytes, as stored. */
  rgb: ArrayBuffer;
  /** Whether the luma is wanted. */
  gray: boolean;
  /** What the content hashes are of: an image's file, or its raw pixels. */
  contents: readonly Uint8Array<ArrayBuffer>[];
}
export interface BlockFinished {
  /** The same bytes, upright sRGB. */
  rgb: ArrayBuffer;
  /** images x 4: brightness, contrast, saturation, sharpness. */
  values: Float32Array<ArrayBuffer>;
  /** images x size x size; null where it is not wanted. */
  luma: Uint8Array<ArrayBuffer> | null;
  /** images x 32, SHA-256. */
  hashes: Uint8Array<ArrayBuffer>;
}

/** Blocks that may wait for the thread: what they hold of memory is bounded by it. */
const MOST_WAITING = 8;

const thread = new Thread<BlockToFinish, BlockFinished>(new URL('./finishing.worker.ts', import.meta.url));

/** Colour profiles, orientation, attributes, luma and content hashes by way of a thread, block after block. */
export class Finisher {
  readonly #answers: Promise<void>[] = [];
  #failure: Error | null = null;

  /** Takes the block's `rgb` and `contents` over; `onFinished` is called before finish() returns. Waits where the thread is far behind. */
  async add(block: BlockToFinish, onFinished: (block: BlockFinished) => void): Promise<void> {
    if (this.#failure) throw this.#failure;
    const answer = thread.ask(block, [block.rgb, ...block.contents.map(({ buffer }) => buffer)]).then(onFinished);
    // A failure is thrown by the next call; until then it must not count as unhandled.
    answer.catch((error: Error) => {
      this.#failure ??= error;
    });
    this.#answers.push(answer);
    if (this.#answers.length > MOST_WAITING) await this.#answers.shift();
  }

  async finish(): Promise<void> {
    await Promise.all(this.#answers.splice(0));
  }
}
