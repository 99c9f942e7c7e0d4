/** Images that are there twice: the same bytes, or the same picture encoded, resized, cropped or brightened anew. */
import { breathe, type Hooks } from '../hooks.ts';
import { exactNeighbours } from '../latent/neighbours.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { ImageFacts, PixelSet } from '../pixels/pixel-set.ts';
import { blurred, CROPS, correlation, GRID, sampleWindow, WHOLE } from './registration.ts';

export interface Duplicates {
  /** -1, or the first image of the set that the image repeats. */
  duplicateOf: Int32Array;
  exact: number;
  near: number;
}

/** Images, nearest in coarse structure, that each image is compared with. */
const CANDIDATES = 3;
/** Correlation before registration under which a pair is not looked at further. */
const WORTH_REGISTERING = 0.6;
/** Correlation of the registered pictures from which two images are copies. */
const SAME_PICTURE = 0.98;
/** Edge of the coarse pictures among which candidates are sought. */
const COARSE = 8;
const CONTENT_HASH_BYTES = 32;
const IMAGES_A_BREATH = 32;

/** Luma between two scales: without the shading that all images of a set share, and without what a smaller copy has lost. */
function bandOf({ size, channels, data }: PixelSet, image: number): Float32Array {
  const grey = new Float32Array(size * size);
  for (let i = 0; i < grey.length; i += 1) {
    const at = (image * size * size + i) * channels;
    grey[i] =
      channels === 1
        ? (data[at] as number)
        : 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
  }
  const fine = blurred(grey, size, size / 28);
  const coarse = blurred(fine, size, size / 12);
  return fine.map((value, i) => value - (coarse[i] as number));
}

function coarseOf(grid: Float32Array, into: Float32Array): void {
  const cell = GRID / COARSE;
  for (let y = 0; y < GRID; y += 1) {
    for (let x = 0; x < GRID; x += 1) {
      const at = Math.floor(y / cell) * COARSE + Math.floor(x / cell);
      into[at] = (into[at] as number) + (grid[y * GRID + x] as number);
    }
  }
}

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

/** The best correlation of one picture whole with any small crop of the other, either way round. */
function registered(a: Float32Array, b: Float32Array, size: number): number {
  const [whole, window] = [new Float32Array(GRID * GRID), new Float32Array(GRID * GRID)];
  let best = 0;
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    sampleWindow(one, size, WHOLE, whole);
    for (const crop of CROPS) best = Math.max(best, correlation(whole, sampleWindow(other, size, crop, window)));
  }
  return best;
}

/**
 * Exact copies by the SHA-256 of their bytes; near ones among each image's three nearest in coarse structure, where the pictures between
 * two scales, one of them cropped by up to 5 % a side, correlate at .98 or more. @throws SondeError cancelled
 */
export async function findDuplicates(facts: ImageFacts, pixels: PixelSet, { signal, onProgress }: Hooks = {}): Promise<Duplicates> {
  const n = pixels.count;
  const duplicateOf = exactCopies(facts.contentHash, n);
  const exact = duplicateOf.reduce((sum, first) => sum + (first >= 0 ? 1 : 0), 0);
  if (n < 2) return { duplicateOf, exact, near: 0 };
  const length = GRID * GRID;
  const whole = new Float32Array(n * length);
  const coarse: Matrix = { rows: n, columns: COARSE * COARSE, data: new Float32Array(n * COARSE * COARSE) };
  for (let i = 0; i < n; i += 1) {
    if (i % IMAGES_A_BREATH === 0) {
      onProgress?.(i / 2, n);
      await breathe(signal);
    }
    const grid = sampleWindow(bandOf(pixels, i), pixels.size, WHOLE, whole.subarray(i * length, (i + 1) * length));
    coarseOf(grid, coarse.data.subarray(i * COARSE * COARSE, (i + 1) * COARSE * COARSE));
  }
  const { k, indices } = await exactNeighbours(coarse, Math.min(CANDIDATES, n - 1), { signal });
  const roots = new Int32Array(n).map((_, i) => ((duplicateOf[i] as number) >= 0 ? (duplicateOf[i] as number) : i));
  const rootOf = (i: number): number => {
    let at = i;
    while (roots[at] !== at) at = roots[at] as number;
    return at;
  };
  const nearestTo = (i: number): Uint32Array => indices.subarray(i * k, (i + 1) * k);
  const joined = new Uint8Array(n);
  duplicateOf.forEach((first, i) => {
    if (first >= 0) joined[i] = joined[first] = 1;
  });
  /** Joins the images of each pair of candidates that is worth a look and shows one picture. */
  const join = async (isWorthALook: (i: number, j: number) => boolean, progress: (i: number) => void): Promise<void> => {
    for (let i = 0; i < n; i += 1) {
      if (i % IMAGES_A_BREATH === 0) {
        progress(i);
        await breathe(signal);
      }
      let own: Float32Array | null = null;
      for (const j of nearestTo(i)) {
        const [a, b] = [rootOf(i), rootOf(j)];
        if (a === b || !isWorthALook(i, j)) continue;
        let score = correlation(whole.subarray(i * length, (i + 1) * length), whole.subarray(j * length, (j + 1) * length));
        if (score < WORTH_REGISTERING) continue;
        if (score < SAME_PICTURE) {
          own ??= bandOf(pixels, i);
          score = registered(own, bandOf(pixels, j), pixels.size);
        }
        if (score < SAME_PICTURE) continue;
        roots[Math.max(a, b)] = Math.min(a, b);
        joined[i] = 1;
        joined[j] = 1;
      }
    }
  };
  // Copies are each other's neighbours: a pair is looked at once, and only where both name the other.
  await join(
    (i, j) => i < j && nearestTo(j).includes(i),
    (i) => onProgress?.((n + i) / 2, n),
  );
  // An image with many copies has not room for all of them among its nearest: whoever names one of a set may belong to it.
  await join(
    (_, j) => joined[j] === 1,
    () => {},
  );
  let near = 0;
  for (let i = 0; i < n; i += 1) {
    const root = rootOf(i);
    if (root === i) continue;
    if ((duplicateOf[i] as number) < 0) near += 1;
    duplicateOf[i] = root;
  }
  onProgress?.(n, n);
  return { duplicateOf, exact, near };
}
