/** A study's images once more, at another size than the study's: for what looks closer than the model does. */
import type { DisplayWindow } from '../../contract/study.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { ImageReference } from '../source/image-reference.ts';
import type { Source } from '../source/source.ts';
import { ImageDecoder } from './decode-image.ts';
import { finishPixels } from './finish-pixels.ts';
import { rawPixels, resizeRaw } from './raw-image.ts';
import { BLOCK_IMAGES, blocks, readBlock } from './read-images.ts';

export class SourceReader {
  readonly #source: Source;
  readonly #positions: Uint32Array;
  readonly #windows: readonly DisplayWindow[];

  /**
   * @param paths of the study's images, in its order: what was skipped is not among them
   * @param windows the study's, through which values that are not made for eyes are seen
   */
  constructor(source: Source, paths: readonly string[], windows: readonly DisplayWindow[] = []) {
    this.#source = source;
    this.#windows = windows;
    const known = new Map(source.images.map(({ path }, position) => [path, position]));
    this.#positions = Uint32Array.from(paths, (path) => known.get(path) ?? source.images.length);
  }

  /**
   * The images of these rows, upright sRGB, rows x size x size x 3; `missing` are places of rows that can no longer be read, which stay
   * black.
   * @param size a multiple of 4
   * @throws SondeError cancelled
   */
  async read(rows: ArrayLike<number>, size: number, { signal }: Hooks = {}): Promise<{ rgb: Uint8Array; missing: number[] }> {
    const length = size * size * 3;
    const rgb = new Uint8Array(rows.length * length);
    const missing: number[] = [];
    for (let from = 0; from < rows.length; from += BLOCK_IMAGES) {
      const count = Math.min(BLOCK_IMAGES, rows.length - from);
      const positions = Array.from({ length: count }, (_, i) => this.#positions[rows[from + i] as number] as number);
      const into = rgb.subarray(from * length, (from + count) * length);
      const absent = this.#source.array ? this.#raw(positions, size, into) : await this.#encoded(positions, size, into, signal);
      missing.push(...absent.map((at) => from + at));
      await breathe(signal);
    }
    return { rgb, missing };
  }

  #raw(positions: readonly number[], size: number, into: Uint8Array): number[] {
    const { array } = this.#source;
    if (!array) return [];
    positions.forEach((position, i) => {
      into.set(resizeRaw(rawPixels(array, position, this.#windows), array.width, array.height, array.channels, size), i * size * size * 3);
    });
    return [];
  }

  async #encoded(positions: readonly number[], size: number, into: Uint8Array, signal: AbortSignal | undefined): Promise<number[]> {
    const length = size * size * 3;
    const decoder = new ImageDecoder(size, this.#windows);
    const present = positions.flatMap((position, i) => (position < this.#source.images.length ? [i] : []));
    const images = present.map((i) => this.#source.images[positions[i] as number] as ImageReference);
    const done = new Set<number>();
    let from = 0;
    for (const block of blocks(images)) {
      const files = await readBlock(this.#source, block);
      const readable = present.slice(from, from + block.length).filter((_, i) => files[i]?.status === 'fulfilled');
      from += block.length;
      const bytes = files.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : []));
      const pixels = new Uint8Array(bytes.length * length);
      const decoded = await decoder.decode(bytes, pixels, () => breathe(signal));
      decoded.forEach((answer, i) => {
        if (!answer.ok) return;
        const at = readable[i] as number;
        into.set(finishPixels(pixels.subarray(i * length, (i + 1) * length), size, answer.image.unfinished), at * length);
        done.add(at);
      });
    }
    return positions.flatMap((_, i) => (done.has(i) ? [] : [i]));
  }
}
