import type { DisplayWindow, SkippedImage } from '../../contract/study.ts';
import { plainBmp } from './bmp.ts';
import { type ColourTransform, colourTransform } from './colour-profile.ts';
import { isCutShort } from './cut-short.ts';
import { DECODE_BATCH, type Decoder, decodeInGraph, keyOf, type Reduction } from './decode-graph.ts';
import { decodeGif } from './gif.ts';
import { canHold, type ImageFormat, type ImageHeader, readHeader, uprightBy } from './image-header.ts';
import { ImageRefused } from './image-refused.ts';
import { listenForDamage } from './library-lines.ts';
import type { ImageNote } from './notes.ts';
import { otherFormat } from './other-formats.ts';
import { readSamples } from './read-samples.ts';
import { type Samples, toRaster } from './samples.ts';
import { decodeWithSharp, MOST_PIXELS } from './sharp-decode.ts';
import { makeSmall, type SmallImage } from './small-image.ts';
import { tagThumbnail, withoutMetadata } from './tag-thumbnail.ts';
import { thumbnailDetour, thumbnailSize } from './thumbnail-size.ts';
import { WindowChooser } from './window.ts';

export type Decoded =
  | { ok: true; image: SmallImage; notes: readonly ImageNote[] }
  | { ok: false; reason: SkippedImage['reason']; detail: string };

/** How windows of further kinds of samples come to be: a person's, or from the values in use. */
type Further = { window: { low: number; high: number } | null };
/** Samples of a kind that no window is known for. */
interface Unseen {
  samples: Samples;
  header: ImageHeader;
}

interface Planned {
  at: number;
  bytes: Uint8Array;
  header: ImageHeader;
  transform: ColourTransform;
  decoder: Decoder;
  /** Small enough to be its own thumbnail. */
  isThumbnail: boolean;
  into: Uint8Array;
}

/** A GIF's screen is composed whole, however little its frames cover, and however few bytes it takes. */
const MOST_PIXELS_OF: Partial<Record<ImageFormat, number>> = { gif: 8192 * 8192 };
/** Samples that are held until their window is known; what is beyond is read again. */
const HELD_BYTES = 64 * 1024 * 1024;
/** 384 MB of RGB. */
const BATCH_PIXELS = 128 * 1024 * 1024;
const OWN_THUMBNAIL_EDGE = 128;
const OWN_THUMBNAIL_BYTES = 24 * 1024;
const REDUCTIONS: readonly Reduction[] = [8, 4, 2];

/** So many pixels a side make what happens at a new pixel's edge count for nothing. */
const MANY_PIXELS = 12;

/**
 * The largest reduction inside the JPEG that leaves the result what the mean over areas of the whole image is, within 2 grey levels a
 * pixel and 1 % in every attribute. libjpeg-turbo's (jidctred.c) gives means of 2 x 2, 4 x 4 or 8 x 8 pixels, and means of those are
 * exact where no new pixel's edge cuts through one, or count for nothing where many go into a new pixel. Many of the image's own must in
 * any case, since colours of half the resolution are not smoothed in a reduction; and edges that are no multiples of it would take in
 * pixels from beyond the image. Cost: a JPEG of other edges takes up to twice as long (1,024 x 683), large ones more.
 */
export function reduction({ width, height }: Pick<ImageHeader, 'width' | 'height'>, size: number): Reduction {
  const keeps = (edge: number, ratio: number): boolean =>
    edge >= size * MANY_PIXELS && edge % ratio === 0 && ((edge / ratio) % size === 0 || edge / ratio >= size * MANY_PIXELS);
  const thumbnail = thumbnailSize(width, height);
  const shows = (ratio: number): boolean => width >= ratio * thumbnail.width && height >= ratio * thumbnail.height;
  return REDUCTIONS.find((ratio) => keeps(width, ratio) && keeps(height, ratio) && shows(ratio)) ?? 1;
}

const isForGraph = ({ format, plain, width, height }: ImageHeader): boolean => format === 'bmp' || (plain && width > 0 && height > 0);

/** Such a JPEG is shown as it is: a smaller one would save little. */
function isOwnThumbnail({ format, width, height }: ImageHeader, bytes: Uint8Array): boolean {
  return format === 'jpeg' && Math.max(width, height) <= OWN_THUMBNAIL_EDGE && bytes.length <= OWN_THUMBNAIL_BYTES;
}

/** Images that are decoded in one run of the graph, which may hold all of them at once: bounded in number and in decoded pixels. */
function batches(planned: readonly Planned[]): Planned[][] {
  const all: Planned[][] = [];
  let pixels = 0;
  for (const one of planned) {
    const { header, decoder } = one;
    const own = (header.width * header.height) / (decoder.by === 'other' ? 1 : decoder.by ** 2);
    const last = all.at(-1);
    if (last && last.length < DECODE_BATCH && pixels + own <= BATCH_PIXELS) {
      last.push(one);
      pixels += own;
    } else {
      all.push([one]);
      pixels = own;
    }
  }
  return all;
}

/** Encoded images to pixels: plain ones through the decode graph, the rest and what the graph refuses through sharp. */
export class ImageDecoder {
  readonly #size: number;
  /** Bytes of one image's pixels. */
  readonly #length: number;
  #windows: readonly DisplayWindow[];
  readonly #further: Further | null;

  /**
   * `windows`: which values are black and white where they are not made for eyes. `further`: whether kinds of samples without one are
   * given theirs by the first files that have them; null: they are refused.
   */
  constructor(size: number, windows: readonly DisplayWindow[] = [], further: Further | null = null) {
    this.#windows = windows;
    this.#further = further;
    this.#size = size;
    this.#length = size * size * 3;
  }

  /** Those that it was given, and those of kinds of samples that it met first. */
  get windows(): readonly DisplayWindow[] {
    return this.#windows;
  }

  /**
   * Answers in the order of the files; no file's fault is another's. Image i's pixels come to lie in the i-th place of `into`, at least
   * files x size x size x 3, and are left for finishPixels. `pause` is called between batches. `known`: what was decoded before.
   */
  async decode(
    files: readonly Uint8Array[],
    into: Uint8Array,
    pause: () => Promise<void> = async () => {},
    known: (at: number) => { answer: Decoded; pixels: Uint8Array } | undefined = () => undefined,
  ): Promise<Decoded[]> {
    const answers = new Array<Decoded>(files.length);
    const plans = new Map<string, Planned[]>();
    const whole: number[] = [];
    files.forEach((file, at) => {
      const before = known(at);
      if (before) {
        answers[at] = before.answer;
        this.#place(into, at).set(before.pixels);
        return;
      }
      const planned = guarded(() => this.#plan(file, at, this.#place(into, at)));
      if (planned === 'whole') whole.push(at);
      else if ('ok' in planned) answers[at] = planned;
      else {
        const key = keyOf(planned.decoder);
        plans.set(key, [...(plans.get(key) ?? []), planned]);
      }
    });
    for (const planned of plans.values()) {
      for (const batch of batches(planned)) {
        await this.#batch(batch, answers, whole);
        await pause();
      }
    }
    await this.#wholes(files, whole, into, answers, pause);
    return answers;
  }

  /** How a file is to be decoded, or why it is not. Throws what is wrong with it. */
  #plan(file: Uint8Array, at: number, into: Uint8Array): Planned | 'whole' | Decoded {
    const header = readHeader(file);
    if (!header) return unrecognised(file);
    if (header.width * header.height > (MOST_PIXELS_OF[header.format] ?? MOST_PIXELS))
      return { ok: false, reason: 'too-large', detail: `${header.width} x ${header.height} pixels` };
    if (!canHold(file, header))
      return { ok: false, reason: 'truncated', detail: `${file.length} bytes cannot hold ${header.width} x ${header.height} pixels` };
    const transform = colourTransform(header.profile);
    const bytes = header.format === 'bmp' && !header.plain ? plainBmp(file) : file;
    if (!isForGraph(header) || transform.kind === 'unknown') return 'whole';
    const by = header.format === 'jpeg' ? reduction(header, this.#size) : 'other';
    const ratio = by === 'other' ? 1 : by;
    const isThumbnail = isOwnThumbnail(header, bytes);
    const times = isThumbnail ? 1 : thumbnailDetour(Math.floor(header.width / ratio), Math.floor(header.height / ratio), this.#size);
    return { at, bytes, header, transform, decoder: { by, times }, isThumbnail, into };
  }

  #place(into: Uint8Array, at: number): Uint8Array {
    return into.subarray(at * this.#length, (at + 1) * this.#length);
  }

  async #batch(planned: readonly Planned[], answers: Decoded[], whole: number[]): Promise<void> {
    const [first] = planned;
    if (!first) return;
    try {
      const damaged = listenForDamage();
      const thumbnails = decodeInGraph(
        first.decoder,
        this.#size,
        planned.map(({ bytes, header, isThumbnail, into }) => ({
          bytes,
          thumbnail: isThumbnail ? null : thumbnailSize(header.width, header.height),
          into,
        })),
      );
      const spoken = damaged();
      if (spoken && planned.length > 1) {
        // Which of them it is, each shows alone.
        for (const one of planned) await this.#batch([one], answers, whole);
        return;
      }
      const notes: readonly ImageNote[] = spoken ? [{ kind: 'damaged' }] : [];
      for (const [i, one] of planned.entries())
        answers[one.at] = { ok: true, image: stored(one, thumbnails[i] ?? withoutMetadata(one.bytes)), notes };
    } catch (error) {
      // One file spoils the whole run of the graph: alone, each shows whether it is the one.
      if (planned.length > 1) for (const one of planned) await this.#batch([one], answers, whole);
      else if (first.header.format === 'bmp') answers[first.at] = refusal(error, first.bytes, 'bmp');
      else whole.push(first.at);
    }
  }

  /**
   * Files that are decoded whole. A look at some images misses a kind of samples that few of them have: its window is that of the first
   * files that are met, which wait until it is known.
   */
  async #wholes(files: readonly Uint8Array[], whole: readonly number[], into: Uint8Array, answers: Decoded[], pause: () => Promise<void>) {
    const chooser = new WindowChooser();
    const waiting: { at: number; unseen: Unseen | null }[] = [];
    let held = 0;
    for (const at of whole) {
      const answer = await this.#whole(files[at] as Uint8Array, this.#place(into, at));
      if ('ok' in answer) answers[at] = answer;
      else {
        chooser.add(answer.samples);
        held += answer.samples.data.byteLength;
        waiting.push({ at, unseen: held <= HELD_BYTES ? answer : null });
      }
      await pause();
    }
    if (waiting.length === 0) return;
    this.#windows = chooser.windows(this.#further?.window ?? null, this.#windows);
    for (const { at, unseen } of waiting) {
      const place = this.#place(into, at);
      const answer = unseen ? await this.finish(unseen.samples, unseen.header, place) : await this.#whole(files[at] as Uint8Array, place);
      if (!('ok' in answer)) throw new Error(`no window for ${answer.samples.type}`);
      answers[at] = answer;
      await pause();
    }
  }

  /** Whether it is known which of its values are black and white. */
  #shows({ type, white }: Samples): boolean {
    return type === 'uint8' || white !== null || this.#windows.some((window) => window.samples === type);
  }

  async #whole(bytes: Uint8Array, into: Uint8Array): Promise<Decoded | Unseen> {
    let format: ImageFormat | null = null;
    try {
      const header = readHeader(bytes) as ImageHeader;
      format = header.format;
      const samples = await readSamples(header, bytes);
      if (samples && this.#further && !this.#shows(samples)) return { samples, header };
      if (samples) return await this.finish(samples, header, into);
      const raster = await (header.format === 'gif' ? decodeGif : decodeWithSharp)(bytes, header);
      return { ok: true, image: await makeSmall(raster, this.#size, into), notes: [] };
    } catch (error) {
      return refusal(error, bytes, format);
    }
  }

  /** An image whose samples were read already. `into`: its pixels, size x size x 3. */
  async finish(samples: Samples, header: ImageHeader, into: Uint8Array): Promise<Decoded> {
    try {
      const raster = { ...toRaster(samples, this.#windows), orientation: uprightBy(header, samples.orientation) };
      return { ok: true, image: await makeSmall(raster, this.#size, into), notes: samples.notes };
    } catch (error) {
      return refusal(error);
    }
  }
}

/** Whatever a file makes its reader throw is that file's refusal. */
function guarded<Answer>(plan: () => Answer): Answer | Decoded {
  try {
    return plan();
  } catch (error) {
    return refusal(error);
  }
}

function unrecognised(file: Uint8Array): Decoded {
  const other = otherFormat(file);
  if (other) return { ok: false, reason: 'unsupported', detail: other };
  return { ok: false, reason: 'not-an-image', detail: 'its first bytes are those of no image format that is read' };
}

function stored({ header, transform }: Planned, thumbnail: Uint8Array): SmallImage {
  const { orientation } = header;
  const [width, height] = orientation >= 5 ? [header.height, header.width] : [header.width, header.height];
  const profile = transform.kind === 'matrix' ? transform.profile : null;
  return { unfinished: { profile, orientation }, thumbnail: tagThumbnail(thumbnail, profile, orientation), width, height };
}

function refusal(error: unknown, bytes?: Uint8Array, format: ImageFormat | null = null): Decoded {
  if (error instanceof ImageRefused) return { ok: false, reason: error.reason, detail: error.message };
  const detail = (error as Error).message.split('\n')[0] ?? '';
  if (/pixel limit/i.test(detail)) return { ok: false, reason: 'too-large', detail };
  if (/truncat|incomplete|premature|unexpected end|end of (file|stream)|not enough data|bad seek/i.test(detail))
    return { ok: false, reason: 'truncated', detail };
  if (bytes && format && isCutShort(bytes, format))
    return { ok: false, reason: 'truncated', detail: `the file ends before its image (${detail})` };
  if (/unsupported|no such (load|format)/i.test(detail)) return { ok: false, reason: 'unsupported', detail };
  return { ok: false, reason: 'corrupt', detail };
}
