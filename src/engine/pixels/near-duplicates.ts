/** Images that are there twice: the same bytes, or the same picture encoded, resized, cropped or brightened anew. */
import { breathe, type Hooks } from '../hooks.ts';
import { HASH_BYTES } from './perceptual-hash.ts';
import type { ImageFacts, PixelSet } from './pixel-set.ts';

export interface Duplicates {
  /** -1, or the first image of the set that the image repeats. */
  duplicateOf: Int32Array;
  exact: number;
  near: number;
}

/** Bits of 64 by which the hashes of one picture may differ. */
const HASH_DISTANCE = 12;
/** Correlation of the lumas, after the best shift and scale of grey, from which two images are the same picture. */
const SAME_PICTURE = 0.985;
const EDGE = 16;
const CONTENT_HASH_BYTES = 32;
const QUERIES_A_BREATH = 64;

/** Grey, 16 x 16, of mean 0 and length 1: what a brightened copy keeps. Flat images have length 0 and match nothing. */
function signatures({ count, size, channels, data }: PixelSet): Float32Array {
  const out = new Float32Array(count * EDGE * EDGE);
  const cell = (x: number): number => Math.floor((x * EDGE) / size);
  const counts = new Float32Array(EDGE * EDGE);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) counts[cell(y) * EDGE + cell(x)] = (counts[cell(y) * EDGE + cell(x)] as number) + 1;
  for (let image = 0; image < count; image += 1) {
    const own = out.subarray(image * EDGE * EDGE, (image + 1) * EDGE * EDGE);
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        const at = (image * size * size + y * size + x) * channels;
        const grey =
          channels === 1
            ? (data[at] as number)
            : 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
        const place = cell(y) * EDGE + cell(x);
        own[place] = (own[place] as number) + grey / (counts[place] as number);
      }
    }
    normalise(own);
  }
  return out;
}

function normalise(values: Float32Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    values[i] = (values[i] as number) - mean;
    squares += (values[i] as number) ** 2;
  }
  const length = Math.sqrt(squares);
  // A spread of less than one grey level is no picture.
  const scale = length > EDGE ? 1 / length : 0;
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] as number) * scale;
}

const popcount = Uint8Array.from({ length: 65536 }, (_, i) => {
  let bits = 0;
  for (let left = i; left > 0; left &= left - 1) bits += 1;
  return bits;
});

function exactCopies(contentHash: Uint8Array, n: number): Int32Array {
  const first = new Map<string, number>();
  return Int32Array.from({ length: n }, (_, i) => {
    const key = Buffer.from(contentHash.buffer, contentHash.byteOffset + i * CONTENT_HASH_BYTES, CONTENT_HASH_BYTES).toString('latin1');
    const known = first.get(key);
    if (known !== undefined) return known;
    first.set(key, i);
    return -1;
  });
}

/**
 * Exact copies by the SHA-256 of their bytes; near ones where the perceptual hashes differ in at most 12 bits and the grey pictures
 * correlate at .985 or more. Every pair of hashes is compared: n^2 / 2 steps of some nanoseconds. @throws SondeError cancelled
 */
export async function findDuplicates(facts: ImageFacts, pixels: PixelSet, { signal, onProgress }: Hooks = {}): Promise<Duplicates> {
  const n = pixels.count;
  const duplicateOf = exactCopies(facts.contentHash, n);
  const exact = duplicateOf.reduce((sum, first) => sum + (first >= 0 ? 1 : 0), 0);
  const hashes = new Uint16Array(facts.perceptualHash.slice().buffer);
  const words = HASH_BYTES / 2;
  const pictures = signatures(pixels);
  const length = EDGE * EDGE;
  let near = 0;
  for (let i = 1; i < n; i += 1) {
    if (i % QUERIES_A_BREATH === 0) {
      onProgress?.(i, n);
      await breathe(signal);
    }
    if ((duplicateOf[i] as number) >= 0) continue;
    const [a, b, c, d] = [hashes[i * words], hashes[i * words + 1], hashes[i * words + 2], hashes[i * words + 3]] as [
      number,
      number,
      number,
      number,
    ];
    for (let j = 0; j < i; j += 1) {
      const at = j * words;
      const distance =
        (popcount[a ^ (hashes[at] as number)] as number) +
        (popcount[b ^ (hashes[at + 1] as number)] as number) +
        (popcount[c ^ (hashes[at + 2] as number)] as number) +
        (popcount[d ^ (hashes[at + 3] as number)] as number);
      if (distance > HASH_DISTANCE) continue;
      let dot = 0;
      for (let k = 0; k < length; k += 1) dot += (pictures[i * length + k] as number) * (pictures[j * length + k] as number);
      if (dot < SAME_PICTURE) continue;
      duplicateOf[i] = (duplicateOf[j] as number) >= 0 ? (duplicateOf[j] as number) : j;
      near += 1;
      break;
    }
  }
  onProgress?.(n, n);
  return { duplicateOf, exact, near };
}
