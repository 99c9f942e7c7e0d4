import type { DisplayWindow, SkippedImage } from '../../contract/study.ts';
import { plainBmp } from './bmp.ts';
import { type ColourTransform, colourTransform } from './colour-profile.ts';
import { DECODE_BATCH, type Decoder, decodeInGraph, type Reduction } from './decode-graph.ts';
import { type ImageHeader, readHeader } from './image-header.ts';
import { ImageRefused } from './image-refused.ts';
import type { ImageNote } from './notes.ts';
import { otherFormat } from './other-formats.ts';
import { samplesReader } from './read-samples.ts';
import { toRaster } from './samples.ts';
import { decodeWithSharp, MOST_PIXELS } from './sharp-decode.ts';
import { makeSmall, type SmallImage } from './small-image.ts';
import { tagThumbnail, withoutMetadata } from './tag-thumbnail.ts';
import { thumbnailSize } from './thumbnail-size.ts';

export type Decoded =
  | { ok: true; image: SmallImage; notes: readonly ImageNote[] }
  | { ok: false; reason: SkippedImage['reason']; detail: string };

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

const OWN_THUMBNAIL_EDGE = 128;
const OWN_THUMBNAIL_BYTES = 24 * 1024;
const REDUCTIONS: readonly Reduction[] = [8, 4, 2];

/** Of a reduced edge, new pixels' edges that cut through its pixels count for nothing where so many go into a new pixel. */
const MANY_PIXELS = 12;

/**
 * The largest reduction inside the JPEG that leaves the result what the mean over areas of the whole image is. libjpeg-turbo's
 * (jidctred.c) gives means of 2 x 2, 4 x 4 or 8 x 8 pixels; their means are exact where no new pixel's edge cuts through one, and within
 * 1 % in every attribute where a new pixel holds twelve a side. Edges that are no multiples would take in pixels from beyond the image.
 * Cost: a JPEG of other edges takes up to twice as long (1,024 x 683), which no reader of whole images is spared.
 */
export function reduction({ width, height }: Pick<ImageHeader, 'width' | 'height'>, size: number): Reduction {
  const keeps = (edge: number, ratio: number): boolean =>
    edge % ratio === 0 && edge >= ratio * size && ((edge / ratio) % size === 0 || edge >= ratio * size * MANY_PIXELS);
  const thumbnail = thumbnailSize(width, height);
  const shows = (ratio: number): boolean => width >= ratio * thumbnail.width && height >= ratio * thumbnail.height;
  return REDUCTIONS.find((ratio) => keeps(width, ratio) && keeps(height, ratio) && shows(ratio)) ?? 1;
}

const isForGraph = ({ format, plain, width, height }: ImageHeader): boolean => format === 'bmp' || (plain && width > 0 && height > 0);

/** Such a JPEG is shown as it is: a smaller one would save little. */
function isOwnThumbnail({ format, width, height }: ImageHeader, bytes: Uint8Array): boolean {
  return format === 'jpeg' && Math.max(width, height) <= OWN_THUMBNAIL_EDGE && bytes.length <= OWN_THUMBNAIL_BYTES;
}

/** Encoded images to pixels: plain ones through the decode graph, the rest and what the graph refuses through sharp. */
export class ImageDecoder {
  readonly #size: number;
  /** Bytes of one image's pixels. */
  readonly #length: number;
  readonly #windows: readonly DisplayWindow[];

  /** `windows`: which values are black and white where they are not made for eyes. */
  constructor(size: number, windows: readonly DisplayWindow[] = []) {
    this.#windows = windows;
    this.#size = size;
    this.#length = size * size * 3;
  }

  /**
   * Answers in the order of the files; no file's fault is another's. Image i's pixels come to lie in the i-th place of `into`, at least
   * files x size x size x 3, and are left for finishPixels. `pause` is called between batches.
   */
  async decode(files: readonly Uint8Array[], into: Uint8Array, pause: () => Promise<void> = async () => {}): Promise<Decoded[]> {
    const answers = new Array<Decoded>(files.length);
    const plans = new Map<Decoder, Planned[]>();
    const whole: number[] = [];
    files.forEach((file, at) => {
      const header = readHeader(file);
      if (!header) answers[at] = unrecognised(file);
      else if (header.width * header.height > MOST_PIXELS)
        answers[at] = { ok: false, reason: 'too-large', detail: `${header.width} x ${header.height} pixels` };
      else {
        const transform = colourTransform(header.profile);
        const bytes = header.format === 'bmp' && !header.plain ? asPlainBmp(file) : file;
        if (!(bytes instanceof Uint8Array)) answers[at] = bytes;
        else if (!isForGraph(header) || transform.kind === 'unknown') whole.push(at);
        else {
          const decoder = header.format === 'jpeg' ? reduction(header, this.#size) : 'other';
          const planned = plans.get(decoder) ?? [];
          planned.push({ at, bytes, header, transform, decoder, isThumbnail: isOwnThumbnail(header, bytes), into: this.#place(into, at) });
          plans.set(decoder, planned);
        }
      }
    });
    for (const planned of plans.values()) {
      for (let from = 0; from < planned.length; from += DECODE_BATCH) {
        await this.#batch(planned.slice(from, from + DECODE_BATCH), answers, whole);
        await pause();
      }
    }
    for (const at of whole) {
      answers[at] = await this.#whole(files[at] as Uint8Array, this.#place(into, at));
      await pause();
    }
    return answers;
  }

  #place(into: Uint8Array, at: number): Uint8Array {
    return into.subarray(at * this.#length, (at + 1) * this.#length);
  }

  async #batch(planned: readonly Planned[], answers: Decoded[], whole: number[]): Promise<void> {
    const [first] = planned;
    if (!first) return;
    try {
      const thumbnails = decodeInGraph(
        first.decoder,
        this.#size,
        planned.map(({ bytes, header, isThumbnail, into }) => ({
          bytes,
          thumbnail: isThumbnail ? null : thumbnailSize(header.width, header.height),
          into,
        })),
      );
      for (const [i, one] of planned.entries())
        answers[one.at] = { ok: true, image: stored(one, thumbnails[i] ?? withoutMetadata(one.bytes)), notes: [] };
    } catch (error) {
      // One file spoils the whole run of the graph: alone, each shows whether it is the one.
      if (planned.length > 1) for (const one of planned) await this.#batch([one], answers, whole);
      else if (first.header.format === 'bmp') answers[first.at] = refusal(error);
      else whole.push(first.at);
    }
  }

  async #whole(bytes: Uint8Array, into: Uint8Array): Promise<Decoded> {
    try {
      const header = readHeader(bytes) as ImageHeader;
      const read = samplesReader(header, bytes);
      if (!read) return { ok: true, image: await makeSmall(await decodeWithSharp(bytes, header), this.#size, into), notes: [] };
      const samples = await read(bytes);
      return { ok: true, image: await makeSmall(toRaster(samples, this.#windows), this.#size, into), notes: samples.notes };
    } catch (error) {
      return refusal(error);
    }
  }
}

function unrecognised(file: Uint8Array): Decoded {
  const other = otherFormat(file);
  if (other) return { ok: false, reason: 'unsupported', detail: other };
  return { ok: false, reason: 'not-an-image', detail: 'its first bytes are those of no image format that is read' };
}

function asPlainBmp(file: Uint8Array): Uint8Array | Decoded {
  try {
    return plainBmp(file);
  } catch (error) {
    return refusal(error);
  }
}

function stored({ header, transform }: Planned, thumbnail: Uint8Array): SmallImage {
  const { orientation } = header;
  const [width, height] = orientation >= 5 ? [header.height, header.width] : [header.width, header.height];
  const profile = transform.kind === 'matrix' ? transform.profile : null;
  return { unfinished: { profile, orientation }, thumbnail: tagThumbnail(thumbnail, profile, orientation), width, height };
}

function refusal(error: unknown): Decoded {
  if (error instanceof ImageRefused) return { ok: false, reason: error.reason, detail: error.message };
  const detail = (error as Error).message.split('\n')[0] ?? '';
  if (/pixel limit/i.test(detail)) return { ok: false, reason: 'too-large', detail };
  if (/truncat|incomplete|premature|unexpected end|end of (file|stream)|not enough data|bad seek/i.test(detail))
    return { ok: false, reason: 'truncated', detail };
  if (/unsupported|no such (load|format)/i.test(detail)) return { ok: false, reason: 'unsupported', detail };
  return { ok: false, reason: 'corrupt', detail };
}
