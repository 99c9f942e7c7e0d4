/** Every image of a source, decoded once: pixels, thumbnails, facts, and what was skipped and why. */
import type { DisplayWindow, SkippedImage, SourceNote } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { ThumbnailWriter } from '../../study/thumbnail-writer.ts';
import { breathe } from '../hooks.ts';
import { isGone } from '../source/gone.ts';
import type { ImageReference } from '../source/image-reference.ts';
import { countSkipped, isSideFile } from '../source/listing.ts';
import type { Source } from '../source/source.ts';
import { ImageDecoder } from './decode-image.ts';
import { FactTable } from './fact-table.ts';
import { FINISHED, type Unfinished } from './finish-pixels.ts';
import { Finisher } from './finisher.ts';
import { ImageRefused } from './image-refused.ts';
import { type Known, lookAt } from './look.ts';
import { NoteCounter, windowNotes } from './notes.ts';
import type { ImageFacts, PixelSet } from './pixel-set.ts';
import { rawPixels, rawThumbnail, resizeRaw } from './raw-image.ts';
import { BLOCK_IMAGES, blocks, type Read, readBlock } from './read-images.ts';

export interface DecodeOptions {
  size: number | null;
  color: 'gray' | 'rgb' | null;
  /** Values that a person wants shown black and white; null: from those in use. */
  window?: { low: number; high: number } | null;
  /** Windows that are settled already: those of the study that the images belong to, or are compared with. */
  windows?: readonly DisplayWindow[] | null;
  /** Where thumbnails.bin is written; null: nowhere. */
  folder: string | null;
  /** The first N images only. */
  limit: number | null;
  /** Fewer usable images than this are refused. */
  minimum?: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
  onSkip?: ((count: number) => void) | undefined;
}
export interface DecodedSource {
  pixels: PixelSet;
  facts: ImageFacts;
  /** The source's own and those that could not be decoded. */
  skipped: SkippedImage[];
  /** The settled windows, and those of further kinds of samples. */
  windows: DisplayWindow[];
  /** The source's own, and what was decided while its images were read. */
  notes: SourceNote[];
  /** How many labels, tables and notes lay beside the images. */
  beside: number;
}

export const MINIMUM_IMAGES = 50;
/** Files that an error names by their path. */
const SKIPPED_NAMED = 20;

interface Collected {
  reference: ImageReference;
  width: number;
  height: number;
  /** What the content hash is of: the file's bytes, or the raw pixels. */
  content: Uint8Array;
  unfinished: Unfinished;
  thumbnail: Uint8Array;
}

/** Collects the decoded images in source order, block by block. */
class Collector {
  readonly #data: Uint8Array;
  readonly #channels: 1 | 3;
  readonly #size: number;
  readonly #facts: FactTable;
  readonly #thumbnails: ThumbnailWriter | null;
  readonly #finisher = new Finisher();
  readonly #free: ArrayBuffer[] = [];
  count = 0;

  constructor(most: number, size: number, channels: 1 | 3, thumbnails: ThumbnailWriter | null) {
    this.#data = new Uint8Array(most * size * size * channels);
    this.#channels = channels;
    this.#size = size;
    this.#facts = new FactTable(most);
    this.#thumbnails = thumbnails;
  }

  /** Room for the pixels of a block, images x size x size x 3. */
  room(images: number): Uint8Array<ArrayBuffer> {
    const bytes = images * this.#size * this.#size * 3;
    // Buffers go round: to allocate one a block is most of what a collection of garbage would be for.
    const free = this.#free.pop();
    return new Uint8Array(free && free.byteLength >= bytes ? free : new ArrayBuffer(bytes));
  }

  /** Takes `rgb` over, in which the block's images lie one after the other. */
  async add(block: readonly Collected[], rgb: Uint8Array<ArrayBuffer>): Promise<void> {
    if (block.length === 0) return;
    const length = this.#size * this.#size * this.#channels;
    const from = this.count;
    for (const { reference, width, height, content } of block) this.#facts.add(reference, width, height, content);
    this.count += block.length;
    const unfinished = block.map((one) => one.unfinished);
    const gray = this.#channels === 1;
    // Copies: the files of a block lie in one buffer, which its own thumbnails still show.
    const contents = block.map(({ content }) => new Uint8Array(content));
    await this.#finisher.add({ size: this.#size, unfinished, rgb: rgb.buffer, gray, contents }, (finished) => {
      this.#facts.setContentHashes(from, finished.hashes);
      this.#facts.setAttributes(from, finished.values);
      this.#data.set(finished.luma ?? new Uint8Array(finished.rgb, 0, block.length * length), from * length);
      this.#free.push(finished.rgb);
    });
    await this.#thumbnails?.add(block.map(({ thumbnail }) => thumbnail));
  }

  /** Whatever happens: after it no more is written. */
  async settle(): Promise<void> {
    await this.#finisher.finish().catch(() => undefined);
  }

  async finish(): Promise<{ pixels: PixelSet; facts: ImageFacts }> {
    await this.#finisher.finish();
    const length = this.#size * this.#size * this.#channels;
    const data = this.count * length === this.#data.length ? this.#data : this.#data.slice(0, this.count * length);
    return { pixels: { count: this.count, size: this.#size, channels: this.#channels, data }, facts: this.#facts.finish() };
  }
}

/** @throws SondeError too-few-images, source-gone, cancelled, disk-full */
export async function decodeSource(source: Source, options: DecodeOptions): Promise<DecodedSource> {
  const images = options.limit === null ? source.images : source.images.slice(0, options.limit);
  const minimum = options.minimum ?? MINIMUM_IMAGES;
  const { window = null, windows: settled = null } = options;
  const { size, channels, windows, known } = await lookAt(source, { ...options, window, windows: settled });
  const thumbnails = options.folder === null ? null : await ThumbnailWriter.begin(options.folder, images.length);
  const collector = new Collector(images.length, size, channels, thumbnails);
  const decoder = new ImageDecoder(size, windows, { window });
  try {
    const said: Said = { skipped: [...source.skipped], beside: source.beside ?? 0, notes: new NoteCounter() };
    if (source.array) await collectArray(source, images, size, windows, collector, options);
    else await collectEncoded(source, images, decoder, known, size, collector, said, options);
    const { skipped, beside, notes } = said;
    if (collector.count < minimum) throw tooFew(collector.count, minimum, said);
    const result = await collector.finish();
    await thumbnails?.finish();
    const used = [...decoder.windows];
    return { ...result, skipped, beside, windows: used, notes: [...source.notes, ...windowNotes(used), ...notes.notes()] };
  } catch (error) {
    await collector.settle();
    await thumbnails?.abandon();
    throw error;
  }
}

/** What was passed over is named, the first of it by its path: with the study goes the list that would hold it. */
function tooFew(count: number, minimum: number, { skipped, beside }: Said): SondeError {
  const counts = countSkipped(skipped);
  if (beside > 0) counts['not-an-image'] = (counts['not-an-image'] ?? 0) + beside;
  const named = skipped.slice(0, SKIPPED_NAMED).map(({ path, reason, detail }) => `${path}: ${reason}${detail ? ` (${detail})` : ''}`);
  if (skipped.length > SKIPPED_NAMED) named.push(`and ${skipped.length - SKIPPED_NAMED} more`);
  return new SondeError('too-few-images', { count, minimum }, named.join('\n'), { skipped: counts });
}

async function collectArray(
  source: Source,
  images: readonly ImageReference[],
  size: number,
  windows: readonly DisplayWindow[],
  collector: Collector,
  { signal, onProgress }: DecodeOptions,
): Promise<void> {
  const { array } = source;
  if (!array) return;
  const { width, height, channels } = array;
  for (let from = 0; from < images.length; from += BLOCK_IMAGES) {
    const block = images.slice(from, from + BLOCK_IMAGES);
    const pixels = collector.room(block.length);
    const collected = block.map((reference, i): Collected => {
      const content = rawPixels(array, from + i, windows);
      pixels.set(resizeRaw(content, width, height, channels, size), i * size * size * 3);
      const thumbnail = rawThumbnail(content, width, height, channels);
      return { reference, width, height, content, unfinished: FINISHED, thumbnail };
    });
    await collector.add(collected, pixels);
    onProgress?.(from + block.length, images.length);
    await breathe(signal);
  }
}

/** What is told of the files: of those that were passed over, and of those that were not read whole. */
interface Said {
  beside: number;
  skipped: SkippedImage[];
  notes: NoteCounter;
}

async function collectEncoded(
  source: Source,
  images: readonly ImageReference[],
  decoder: ImageDecoder,
  known: ReadonlyMap<ImageReference, Known>,
  size: number,
  collector: Collector,
  said: Said,
  { signal, onProgress, onSkip }: DecodeOptions,
): Promise<void> {
  const waiting = blocks(images);
  let block = waiting.next().value as ImageReference[] | undefined;
  let reading = block ? readBlock(source, block) : null;
  let done = 0;
  while (block && reading) {
    const files = await reading;
    const next = waiting.next().value as ImageReference[] | undefined;
    // The disk works on the next block while this one is decoded.
    reading = next ? readBlock(source, next) : null;
    await collectBlock(block, files, size, decoder, known, collector, said, signal);
    done += block.length;
    const failed = files.reduce((sum, file) => sum + (file.status === 'rejected' ? 1 : 0), 0);
    if ((failed === files.length || (failed > 0 && !next)) && (await isGone(source)))
      throw new SondeError('source-gone', { path: source.path, count: images.length - collector.count, total: images.length });
    onSkip?.(said.skipped.length);
    onProgress?.(done, images.length);
    block = next;
  }
}

async function collectBlock(
  block: readonly ImageReference[],
  files: readonly Read[],
  size: number,
  decoder: ImageDecoder,
  known: ReadonlyMap<ImageReference, Known>,
  collector: Collector,
  said: Said,
  signal: AbortSignal | undefined,
): Promise<void> {
  const present = files.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : []));
  const references = block.filter((_, i) => files[i]?.status === 'fulfilled');
  const length = size * size * 3;
  const room = collector.room(present.length);
  const decoded = await decoder.decode(
    present,
    room,
    () => breathe(signal),
    (at) => known.get(references[at] as ImageReference),
  );
  const collected: Collected[] = [];
  let at = 0;
  for (const [i, reference] of block.entries()) {
    const file = files[i] as Read;
    if (file.status === 'rejected') {
      const { reason } = file;
      if (reason instanceof ImageRefused) said.skipped.push({ path: reference.path, reason: reason.reason, detail: reason.message });
      else said.skipped.push({ path: reference.path, reason: 'unreadable', detail: String(reason) });
      continue;
    }
    const answer = decoded[at] as (typeof decoded)[number];
    at += 1;
    if (answer.ok && collected.length < at - 1) room.copyWithin(collected.length * length, (at - 1) * length, at * length);
    if (!answer.ok && answer.reason === 'not-an-image' && isSideFile(reference.path)) said.beside += 1;
    else if (!answer.ok) said.skipped.push({ path: reference.path, reason: answer.reason, detail: answer.detail });
    else {
      said.notes.add(answer.notes, reference.path);
      const { width, height, unfinished, thumbnail } = answer.image;
      collected.push({ reference, width, height, content: file.value, unfinished, thumbnail });
    }
  }
  await collector.add(collected, room);
}
