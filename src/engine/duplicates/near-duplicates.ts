/** Images that are there twice: the same bytes, or the same picture encoded, resized, cropped or brightened anew. */
import { breathe, type Hooks } from '../hooks.ts';
import { exactNeighbours, type Neighbours } from '../latent/neighbours.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { ImageFacts, PixelSet } from '../pixels/pixel-set.ts';
import { CELLS, CROPS, correlation, GRID, WHOLE, WindowSampler } from './registration.ts';

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
/** Images whose windows are made at once. */
const BLOCK = 64;

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

/** Pairs of images, each once, and the place of each in a list of neighbours. */
interface Pairs {
  first: Int32Array;
  second: Int32Array;
  /** Pair of each image and its neighbours, images x k. */
  at: Int32Array;
  /** How alike the two are. */
  score: Float32Array;
}

/** The pairs of images of which one names the other, with the correlation of the whole pictures. */
function pairsOf({ k, indices }: Neighbours, whole: Float32Array): Pairs {
  const at = new Int32Array(indices.length).fill(-1);
  const [first, second, score]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < indices.length / k; i += 1)
    for (let slot = i * k; slot < (i + 1) * k; slot += 1) {
      const j = indices[slot] as number;
      // A pair that the earlier of the two names as well is known already.
      const known = j < i ? indices.subarray(j * k, (j + 1) * k).indexOf(i) : -1;
      at[slot] = known < 0 ? first.length : (at[j * k + known] as number);
      if (known >= 0) continue;
      first.push(i);
      second.push(j);
      score.push(correlation(whole, i * CELLS, whole, j * CELLS));
    }
  return { first: Int32Array.from(first), second: Int32Array.from(second), at, score: Float32Array.from(score) };
}

/**
 * Raises the scores of those of the pairs that are worth it to the best correlation of one picture whole with any small crop of the other,
 * either way round.
 */
async function register(
  { first, second, score }: Pairs,
  wanted: readonly number[],
  whole: Float32Array,
  pixels: PixelSet,
  hooks: Hooks,
): Promise<void> {
  const partners = new Map<number, number[]>();
  for (const pair of wanted) {
    const value = score[pair] as number;
    if (value < WORTH_REGISTERING || value >= SAME_PICTURE) continue;
    for (const image of [first[pair] as number, second[pair] as number]) {
      const known = partners.get(image);
      if (known) known.push(pair);
      else partners.set(image, [pair]);
    }
  }
  if (partners.size === 0) return;
  const images = [...partners.keys()];
  const sampler = new WindowSampler(pixels.size, CROPS);
  try {
    for (let from = 0; from < images.length; from += BLOCK) {
      const block = images.slice(from, from + BLOCK);
      const crops = sampler.of(pixels, block);
      block.forEach((image, i) => {
        for (const pair of partners.get(image) as number[]) {
          const other = first[pair] === image ? (second[pair] as number) : (first[pair] as number);
          for (let crop = i * CROPS.length; crop < (i + 1) * CROPS.length; crop += 1)
            score[pair] = Math.max(score[pair] as number, correlation(whole, other * CELLS, crops, crop * CELLS));
        }
      });
      hooks.onProgress?.(from + block.length, images.length);
      await breathe(hooks.signal);
    }
  } finally {
    sampler.dispose();
  }
}

/** Every picture whole: images x CELLS. */
async function wholePictures(pixels: PixelSet, hooks: Hooks): Promise<Float32Array> {
  const whole = new Float32Array(pixels.count * CELLS);
  const sampler = new WindowSampler(pixels.size, [WHOLE]);
  try {
    for (let from = 0; from < pixels.count; from += BLOCK) {
      const count = Math.min(BLOCK, pixels.count - from);
      whole.set(
        sampler.of(
          pixels,
          Uint32Array.from({ length: count }, (_, i) => from + i),
        ),
        from * CELLS,
      );
      hooks.onProgress?.(from + count, pixels.count);
      await breathe(hooks.signal);
    }
  } finally {
    sampler.dispose();
  }
  return whole;
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
  const whole = await wholePictures(pixels, { signal, onProgress: (done) => onProgress?.(done / 2, n) });
  const coarse: Matrix = { rows: n, columns: COARSE * COARSE, data: new Float32Array(n * COARSE * COARSE) };
  for (let i = 0; i < n; i += 1)
    coarseOf(whole.subarray(i * CELLS, (i + 1) * CELLS), coarse.data.subarray(i * COARSE * COARSE, (i + 1) * COARSE * COARSE));
  const neighbours = await exactNeighbours(coarse, Math.min(CANDIDATES, n - 1), { signal });
  const { k, indices } = neighbours;
  const pairs = pairsOf(neighbours, whole);
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
  const looked = new Uint8Array(pairs.score.length);
  /** Joins the images of each pair of candidates that is worth a look and shows one picture; returns how many pairs were not looked at before. */
  const join = async (isWorthALook: (i: number, j: number) => boolean): Promise<number> => {
    const worth: number[] = [];
    indices.forEach((j, slot) => {
      const pair = pairs.at[slot] as number;
      if (looked[pair] || !isWorthALook(Math.floor(slot / k), j)) return;
      looked[pair] = 1;
      worth.push(pair);
    });
    await register(pairs, worth, whole, pixels, {
      signal,
      onProgress: (done, total) => onProgress?.((n / 2) * (1 + done / total), n),
    });
    for (const pair of worth) {
      if ((pairs.score[pair] as number) < SAME_PICTURE) continue;
      const [i, j] = [pairs.first[pair] as number, pairs.second[pair] as number];
      const [a, b] = [rootOf(i), rootOf(j)];
      roots[Math.max(a, b)] = Math.min(a, b);
      joined[i] = joined[j] = 1;
    }
    return worth.length;
  };
  // Copies are each other's neighbours: a pair is looked at only where both name the other.
  await join((i, j) => i < j && nearestTo(j).includes(i));
  // An image with many copies has not room for all of them among its nearest: whoever names one of a set may belong to it.
  while ((await join((_, j) => joined[j] === 1)) > 0);
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
