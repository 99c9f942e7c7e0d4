import type { ImageReference } from '../source/image-reference.ts';
import { takenBy } from './exif.ts';
import { jpegQuality } from './jpeg-quality.ts';
import type { ImageFacts } from './pixel-set.ts';

export const CONTENT_HASH_BYTES = 32;

/** Gathers what is known of each image in the pass that decodes it. */
export class FactTable {
  readonly #most: number;
  readonly #facts: ImageFacts;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
    this.#facts = {
      path: [],
      label: [],
      width: new Uint32Array(most),
      height: new Uint32Array(most),
      bytes: new Float64Array(most),
      brightness: new Float32Array(most),
      contrast: new Float32Array(most),
      saturation: new Float32Array(most),
      sharpness: new Float32Array(most),
      jpegQuality: new Float32Array(most),
      camera: [],
      takenAt: new Float64Array(most),
      contentHash: new Uint8Array(most * CONTENT_HASH_BYTES),
    };
  }

  /** Returns the image's row. */
  add(reference: ImageReference, width: number, height: number, content: Uint8Array): number {
    const at = this.#count;
    if (at >= this.#most) throw new Error(`more than ${this.#most} images`);
    this.#count += 1;
    const facts = this.#facts;
    facts.path.push(reference.path);
    facts.label.push(reference.label);
    facts.width[at] = width;
    facts.height[at] = height;
    facts.bytes[at] = reference.bytes;
    facts.jpegQuality[at] = jpegQuality(content);
    const { camera, time } = takenBy(content);
    facts.camera.push(camera);
    facts.takenAt[at] = time;
    return at;
  }

  /** values: rows x 4, brightness, contrast, saturation and sharpness of the images from row `from` on. */
  setAttributes(from: number, values: Float32Array): void {
    const { brightness, contrast, saturation, sharpness } = this.#facts;
    for (const [place, column] of [brightness, contrast, saturation, sharpness].entries())
      for (let i = 0; 4 * i < values.length; i += 1) column[from + i] = values[4 * i + place] as number;
  }

  /** hashes: rows x 32, SHA-256 of what the images from row `from` on were read from. */
  setContentHashes(from: number, hashes: Uint8Array): void {
    this.#facts.contentHash.set(hashes, from * CONTENT_HASH_BYTES);
  }

  /** The columns, as long as there are images. */
  finish(): ImageFacts {
    const n = this.#count;
    const { path, label, camera, contentHash, ...columns } = this.#facts;
    return {
      path,
      label,
      camera,
      width: columns.width.slice(0, n),
      height: columns.height.slice(0, n),
      bytes: columns.bytes.slice(0, n),
      brightness: columns.brightness.slice(0, n),
      contrast: columns.contrast.slice(0, n),
      saturation: columns.saturation.slice(0, n),
      sharpness: columns.sharpness.slice(0, n),
      jpegQuality: columns.jpegQuality.slice(0, n),
      takenAt: columns.takenAt.slice(0, n),
      contentHash: contentHash.slice(0, n * CONTENT_HASH_BYTES),
    };
  }
}
