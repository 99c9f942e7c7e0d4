/**
 * A look at some of a source's images before all are decoded: at what size, through which windows and whether in colour they are seen.
 * Heads say the size and which files need a look at their values; whatever is decoded here is kept, and not decoded again.
 */
import sharp from 'sharp';
import type { DisplayWindow } from '../../contract/study.ts';
import { breathe } from '../hooks.ts';
import type { ImageReference } from '../source/image-reference.ts';
import type { PixelArray, Source } from '../source/source.ts';
import { type Decoded, ImageDecoder } from './decode-image.ts';
import { finishPixels } from './finish-pixels.ts';
import { type ImageHeader, readHeader } from './image-header.ts';
import { type ImageShape, isGray, sizeFor, spaced } from './image-shape.ts';
import { blocks, HEAD_BYTES, readBlock } from './read-images.ts';
import { readSamples, samplesReader } from './read-samples.ts';
import { type Samples, samplesOfArray } from './samples.ts';
import { shrink } from './shrink.ts';
import { WindowChooser } from './window.ts';

const LOOKED_AT = 200;
/** Of those, images that are decoded for it. */
const DECODED = 64;
/** Decoded samples that are held until the windows are chosen; what is beyond is decoded again. */
const HELD_BYTES = 64 * 1024 * 1024;
const COLOUR_SIZE = 28;

export interface Wanted {
  size: number | null;
  color: 'gray' | 'rgb' | null;
  /** Values that a person wants shown black and white. */
  window: { low: number; high: number } | null;
  /** Windows that are settled already; null: none is, not even that there are none. */
  windows: readonly DisplayWindow[] | null;
  signal?: AbortSignal | undefined;
}
/** An image that the look has decoded at the study's size: its pixels are left for finishPixels. */
export interface Known {
  answer: Decoded;
  pixels: Uint8Array;
}
export interface Look extends ImageShape {
  windows: DisplayWindow[];
  known: ReadonlyMap<ImageReference, Known>;
}

/** Files that cannot be read are passed over here: the decoding lists them. @throws SondeError cancelled */
export async function lookAt(source: Source, wanted: Wanted): Promise<Look> {
  if (source.array) return lookAtArray(source.array, source.images.length, wanted);
  const heads = await readHeads(source, spaced(source.images, LOOKED_AT), wanted);
  const size = wanted.size ?? sizeFor(heads.flatMap(({ edge }) => (edge ? [edge] : [])));
  const some = spaced(heads, DECODED);
  const known = new Map<ImageReference, Known>();
  const windows = await seeValues(source, some, size, wanted, known);
  if (wanted.color) return { size, channels: wanted.color === 'gray' ? 1 : 3, windows, known };
  const images = some.map(({ image }) => image);
  return { size, channels: (await areGray(source, images, size, windows, known, wanted)) ? 1 : 3, windows, known };
}

function lookAtArray(array: PixelArray, count: number, { size, color, window, windows }: Wanted): Look {
  const chooser = new WindowChooser();
  const positions = Array.from({ length: count }, (_, position) => position);
  if (array.type !== 'uint8') for (const position of spaced(positions, DECODED)) chooser.add(samplesOfArray(array, position));
  const binary: DisplayWindow[] = array.binary && windows === null ? [{ samples: 'uint8', low: 0, high: 1, basis: 'bits' }] : [];
  return {
    size: size ?? sizeFor([Math.min(array.width, array.height)]),
    channels: color ? (color === 'gray' ? 1 : 3) : array.channels,
    windows: [...binary, ...chooser.windows(window, windows ?? [])],
    known: new Map(),
  };
}

interface Head {
  image: ImageReference;
  /** The shorter edge in pixels; 0: the head does not say it; null: it is no image that can be read. */
  edge: number | null;
  /** Whether its values may not be made for eyes. */
  hasSamples: boolean;
}

async function readHeads(source: Source, images: readonly ImageReference[], { size, signal }: Wanted): Promise<Head[]> {
  const heads: Head[] = [];
  for (const block of blocks(images)) {
    for (const [i, file] of (await source.read(block, HEAD_BYTES)).entries()) {
      const header = file.status === 'fulfilled' ? headerOf(file.value) : null;
      const hasSamples = header !== null && file.status === 'fulfilled' && samplesReader(header, file.value) !== null;
      heads.push({ image: block[i] as ImageReference, edge: header && Math.min(header.width, header.height), hasSamples });
    }
    await breathe(signal);
  }
  if (size === null) await findEdges(source, heads, signal);
  return heads;
}

function headerOf(bytes: Uint8Array): ImageHeader | null {
  try {
    return readHeader(bytes);
  } catch {
    return null;
  }
}

/** Of images that do not say their size in their heads. */
async function findEdges(source: Source, heads: readonly Head[], signal: AbortSignal | undefined): Promise<void> {
  const unsaid = new Map(heads.filter(({ edge }) => edge === 0).map((head) => [head.image, head]));
  for (const block of blocks([...unsaid.keys()])) {
    for (const [i, file] of (await readBlock(source, block)).entries()) {
      const head = unsaid.get(block[i] as ImageReference) as Head;
      if (file.status === 'fulfilled') head.edge = await wholeEdge(file.value);
    }
    await breathe(signal);
  }
}

async function wholeEdge(bytes: Uint8Array): Promise<number | null> {
  const header = headerOf(bytes);
  if (header && header.width * header.height > 0) return Math.min(header.width, header.height);
  try {
    const { width, height } = await sharp(bytes).metadata();
    return Math.min(width, height);
  } catch {
    return null;
  }
}

/** The windows of the images' values. What was read for it is finished, as far as it could be held. */
async function seeValues(
  source: Source,
  heads: readonly Head[],
  size: number,
  { window, windows, signal }: Wanted,
  known: Map<ImageReference, Known>,
): Promise<DisplayWindow[]> {
  const chooser = new WindowChooser();
  const held: { image: ImageReference; samples: Samples; header: ImageHeader }[] = [];
  let bytes = 0;
  for (const block of blocks(heads.flatMap(({ image, hasSamples }) => (hasSamples ? [image] : [])))) {
    for (const [i, file] of (await readBlock(source, block)).entries()) {
      const header = file.status === 'fulfilled' ? headerOf(file.value) : null;
      const samples = header && file.status === 'fulfilled' ? await readSamples(header, file.value).catch(() => null) : null;
      if (!samples || !header) continue;
      chooser.add(samples);
      bytes += samples.data.byteLength;
      if (bytes <= HELD_BYTES) held.push({ image: block[i] as ImageReference, samples, header });
      await breathe(signal);
    }
  }
  const chosen = chooser.windows(window, windows ?? []);
  const decoder = new ImageDecoder(size, chosen);
  for (const { image, samples, header } of held) {
    const pixels = new Uint8Array(size * size * 3);
    known.set(image, { answer: await decoder.finish(samples, header, pixels), pixels });
    await breathe(signal);
  }
  return chosen;
}

/** Whether every image that can be read is gray; of none it is not said. Ends at the first block with one in colour. */
async function areGray(
  source: Source,
  images: readonly ImageReference[],
  size: number,
  windows: readonly DisplayWindow[],
  known: Map<ImageReference, Known>,
  { signal }: Wanted,
): Promise<boolean> {
  if ([...known.values()].some((one) => one.answer.ok && !isGrayImage(one, size))) return false;
  let found = [...known.values()].some(({ answer }) => answer.ok);
  const decoder = new ImageDecoder(size, windows);
  const length = size * size * 3;
  for (const block of blocks(images.filter((image) => !known.has(image)))) {
    const files = await readBlock(source, block);
    const present = block.filter((_, i) => files[i]?.status === 'fulfilled');
    const pixels = new Uint8Array(present.length * length);
    const bytes = files.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : []));
    const answers = await decoder.decode(bytes, pixels, () => breathe(signal));
    let gray = true;
    for (const [i, answer] of answers.entries()) {
      const one = { answer, pixels: pixels.slice(i * length, (i + 1) * length) };
      known.set(present[i] as ImageReference, one);
      if (!answer.ok) continue;
      found = true;
      gray &&= isGrayImage(one, size);
    }
    if (!gray) return false;
  }
  return found;
}

function isGrayImage({ answer, pixels }: Known, size: number): boolean {
  if (!answer.ok) return false;
  const finished = finishPixels(pixels.slice(), size, answer.image.unfinished);
  return isGray(shrink(finished, size, size, 3, Math.min(size, COLOUR_SIZE), Math.min(size, COLOUR_SIZE)));
}
