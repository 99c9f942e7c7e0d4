import { breathe, type Hooks } from '../hooks.ts';
import { symmetricEigen } from '../linear/eigen.ts';
import { sampleRows, unrepeatedRows } from '../linear/rows.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { shrink } from '../pixels/shrink.ts';
import type { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';
import { lumaOfImage } from './light.ts';

/** Edge of the pictures that are looked at, of a patch, and the step from one to the next. */
const LARGEST = 32;
const PATCH = 8;
const STEP = 4;
const LENGTH = PATCH * PATCH;
/** Images that every one is compared with, at most, and the how-manieth most similar one counts: a mark is on more than a few. */
const REFERENCES = 1000;
const NEIGHBOUR = 4;
/** Patches that the whitening is learnt from. */
const LEARNT_FROM = 20_000;
/** Directions that vary less than this share of the mean are not made as much of as the others. */
const LEAST_VARIANCE = 0.02;
/** Patches of less than this length, over the median, hold nothing that could repeat. */
const FAINT = 0.5;
const IMAGES_A_BREATH = 64;

/**
 * Finds a patch that repeats at one place in images that are otherwise unlike. Patches of luma are whitened, so that what photographs have in
 * common (edges, shading) counts no more than anything else, and compared by cosine with those of other images at the same place; what is
 * usual at a place is taken off, since in a folder of aligned images much repeats everywhere.
 * @param duplicateOf as findDuplicates gives it: copies repeat all over, and say nothing of a mark
 * @returns of each image, over all places, the similarity of its patch with the fourth most similar at the same place, above what is usual there
 */
export async function marksOf(pixels: PixelSet, duplicateOf: Int32Array, random: Random, { signal }: Hooks = {}): Promise<Float32Array> {
  const n = pixels.count;
  const edge = Math.min(LARGEST, pixels.size);
  const small = await smallLuma(pixels, edge, signal);
  const root = (i: number): number => ((duplicateOf[i] as number) >= 0 ? (duplicateOf[i] as number) : i);
  const firsts = unrepeatedRows(duplicateOf);
  const references = sampleRows(firsts.length, REFERENCES, random).map((i) => firsts[i] as number);
  const along = Math.floor((edge - PATCH) / STEP) + 1;
  const whitening = learnWhitening(small, edge, n, along, random);
  await breathe(signal);
  const excess = new Float32Array(n).fill(Number.NEGATIVE_INFINITY);
  for (let p = 0; p < along * along; p += 1) {
    const [top, left] = [Math.floor(p / along) * STEP, (p % along) * STEP];
    const found = await fourthMostSimilar(whitened(small, edge, n, top, left, whitening), references, root, signal);
    const sorted = found.slice().sort();
    const usual = fisherZ(sorted[sorted.length >> 1] as number);
    for (let i = 0; i < n; i += 1) excess[i] = Math.max(excess[i] as number, fisherZ(found[i] as number) - usual);
  }
  return excess;
}

async function smallLuma(pixels: PixelSet, edge: number, signal: AbortSignal | undefined): Promise<Float32Array> {
  const { count, size } = pixels;
  const luma = new Float32Array(size * size);
  const all = new Float32Array(count * edge * edge);
  for (let image = 0; image < count; image += 1) {
    if (image % IMAGES_A_BREATH === 0) await breathe(signal);
    lumaOfImage(pixels, image, luma);
    all.set(size === edge ? luma : shrink(Uint8Array.from(luma, Math.round), size, size, 1, edge, edge), image * edge * edge);
  }
  return all;
}

/** Patches at one place, each less its mean: n x 64. */
function patchesAt(
  small: Float32Array,
  edge: number,
  images: ArrayLike<number>,
  top: number,
  left: number,
  into: Float32Array,
): Float32Array {
  for (let i = 0; i < images.length; i += 1) {
    const from = (images[i] as number) * edge * edge;
    let sum = 0;
    for (let y = 0, to = i * LENGTH; y < PATCH; y += 1)
      for (let x = 0; x < PATCH; x += 1, to += 1) {
        const value = small[from + (top + y) * edge + left + x] as number;
        into[to] = value;
        sum += value;
      }
    for (let to = i * LENGTH; to < (i + 1) * LENGTH; to += 1) into[to] = (into[to] as number) - sum / LENGTH;
  }
  return into;
}

/** 64 x 64: directions by the root of their variance (ZCA; Bell and Sejnowski 1997), from patches of all places. */
function learnWhitening(small: Float32Array, edge: number, n: number, along: number, random: Random): Float32Array {
  const covariance = new Float64Array(LENGTH * LENGTH);
  const patch = new Float32Array(LENGTH);
  const drawn = Math.min(LEARNT_FROM, n * along * along);
  for (let draw = 0; draw < drawn; draw += 1) {
    patchesAt(small, edge, [random.integer(n)], random.integer(along) * STEP, random.integer(along) * STEP, patch);
    // One picture of strong contrast should not stand for a hundred faint ones.
    const length = Math.hypot(...patch);
    if (length < 1) continue;
    for (let i = 0; i < LENGTH; i += 1)
      for (let j = 0; j <= i; j += 1)
        covariance[i * LENGTH + j] =
          (covariance[i * LENGTH + j] as number) + ((patch[i] as number) * (patch[j] as number)) / (length * length);
  }
  for (let i = 0; i < LENGTH; i += 1) for (let j = 0; j < i; j += 1) covariance[j * LENGTH + i] = covariance[i * LENGTH + j] as number;
  const { values, vectors } = symmetricEigen(covariance, LENGTH);
  const mean = values.reduce((sum, value) => sum + Math.max(0, value), 0) / LENGTH;
  const scales = values.map((value) => 1 / Math.sqrt(Math.max(0, value) + LEAST_VARIANCE * mean));
  const whitening = new Float32Array(LENGTH * LENGTH);
  for (let i = 0; i < LENGTH; i += 1)
    for (let j = 0; j < LENGTH; j += 1) {
      let sum = 0;
      for (let c = 0; c < LENGTH; c += 1)
        sum += (vectors[c * LENGTH + i] as number) * (scales[c] as number) * (vectors[c * LENGTH + j] as number);
      whitening[i * LENGTH + j] = sum;
    }
  return whitening;
}

/** Whitened patches of all images at a place, of length one, faint ones shorter: n x 64. */
function whitened(small: Float32Array, edge: number, n: number, top: number, left: number, whitening: Float32Array): Float32Array {
  const patches = patchesAt(
    small,
    edge,
    Uint32Array.from({ length: n }, (_, i) => i),
    top,
    left,
    new Float32Array(n * LENGTH),
  );
  const values = tf
    .tidy(() => tf.matMul(tf.tensor2d(patches, [n, LENGTH]), tf.tensor2d(whitening, [LENGTH, LENGTH])).dataSync() as Float32Array)
    .slice();
  const lengths = Float32Array.from({ length: n }, (_, i) =>
    Math.sqrt(values.subarray(i * LENGTH, (i + 1) * LENGTH).reduce((sum, v) => sum + v * v, 0)),
  );
  const faint = FAINT * (lengths.slice().sort()[n >> 1] as number) + 1e-6;
  for (let i = 0; i < n; i += 1) {
    const scale = 1 / Math.hypot(lengths[i] as number, faint);
    for (let j = i * LENGTH; j < (i + 1) * LENGTH; j += 1) values[j] = (values[j] as number) * scale;
  }
  return values;
}

const BLOCK = 512;
const NEARLY_ONE = 0.999;

/** Of a similarity: from .9 to .95 it is as far as from 0 to .36. */
const fisherZ = (similarity: number): number => Math.atanh(Math.max(-NEARLY_ONE, Math.min(NEARLY_ONE, similarity)));

async function fourthMostSimilar(
  patches: Float32Array,
  references: Uint32Array,
  root: (image: number) => number,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const n = patches.length / LENGTH;
  const result = new Float32Array(n);
  const chosen = new Float32Array(references.length * LENGTH);
  references.forEach((row, i) => {
    chosen.set(patches.subarray(row * LENGTH, (row + 1) * LENGTH), i * LENGTH);
  });
  const best = new Float32Array(NEIGHBOUR);
  for (let from = 0; from < n; from += BLOCK) {
    const count = Math.min(BLOCK, n - from);
    const products = tf.tidy(
      () =>
        tf
          .matMul(
            tf.tensor2d(patches.subarray(from * LENGTH, (from + count) * LENGTH), [count, LENGTH]),
            tf.tensor2d(chosen, [references.length, LENGTH]),
            false,
            true,
          )
          .dataSync() as Float32Array,
    );
    for (let i = 0; i < count; i += 1) {
      best.fill(-1);
      const own = root(from + i);
      for (let r = 0; r < references.length; r += 1) {
        const value = products[i * references.length + r] as number;
        if (value <= (best[NEIGHBOUR - 1] as number) || references[r] === own) continue;
        let at = NEIGHBOUR - 1;
        for (; at > 0 && (best[at - 1] as number) < value; at -= 1) best[at] = best[at - 1] as number;
        best[at] = value;
      }
      result[from + i] = best[NEIGHBOUR - 1] as number;
    }
    await breathe(signal);
  }
  return result;
}
