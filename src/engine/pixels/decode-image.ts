import type { SkippedImage } from '../../contract/study.ts';
import { plainBmp } from './bmp.ts';
import { type ColourTransform, colourTransform } from './colour-profile.ts';
import { DECODE_BATCH, type Decoder, decodeInGraph, type Reduction } from './decode-graph.ts';
import { FINISHED, type Unfinished } from './finish-pixels.ts';
import { type ImageHeader, readHeader } from './image-header.ts';
import { type DecodedImage, decodeWithSharp, MOST_PIXELS } from './sharp-decode.ts';
import { tagThumbnail, withoutMetadata } from './tag-thumbnail.ts';
import { thumbnailSize } from './thumbnail-size.ts';

/** An image whose small pixels lie in the caller's buffer, and what is still to be done to them. */
export interface Stored extends Omit<DecodedImage, 'pixels'> {
  unfinished: Unfinished;
}
export type Decoded = { ok: true; image: Stored } | { ok: false; reason: SkippedImage['reason']; detail: string };

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

/** The largest reduction inside the JPEG that stays at or above the wanted size. */
export function reduction(header: Pick<ImageHeader, 'width' | 'height'>, size: number): Reduction {
  const thumbnail = thumbnailSize(header.width, header.height);
  const [width, height] = [Math.max(size, thumbnail.width), Math.max(size, thumbnail.height)];
  return REDUCTIONS.find((ratio) => header.width / ratio >= width && header.height / ratio >= height) ?? 1;
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

  constructor(size: number) {
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
    const forSharp: number[] = [];
    files.forEach((file, at) => {
      const header = readHeader(file);
      if (!header) answers[at] = { ok: false, reason: 'not-an-image', detail: 'its first bytes are those of no image format that is read' };
      else if (header.width * header.height > MOST_PIXELS)
        answers[at] = { ok: false, reason: 'too-large', detail: `${header.width} x ${header.height} pixels` };
      else {
        const transform = colourTransform(header.profile);
        const bytes = header.format === 'bmp' && !header.plain ? asPlainBmp(file) : file;
        if (!(bytes instanceof Uint8Array)) answers[at] = bytes;
        else if (!isForGraph(header) || transform.kind === 'unknown') forSharp.push(at);
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
        await this.#batch(planned.slice(from, from + DECODE_BATCH), answers, forSharp);
        await pause();
      }
    }
    for (const at of forSharp) {
      answers[at] = await this.#bySharp(files[at] as Uint8Array, this.#place(into, at));
      await pause();
    }
    return answers;
  }

  #place(into: Uint8Array, at: number): Uint8Array {
    return into.subarray(at * this.#length, (at + 1) * this.#length);
  }

  async #batch(planned: readonly Planned[], answers: Decoded[], forSharp: number[]): Promise<void> {
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
        answers[one.at] = { ok: true, image: stored(one, thumbnails[i] ?? withoutMetadata(one.bytes)) };
    } catch (error) {
      // One file spoils the whole run of the graph: alone, each shows whether it is the one.
      if (planned.length > 1) for (const one of planned) await this.#batch([one], answers, forSharp);
      else if (first.header.format === 'bmp') answers[first.at] = refusal(error);
      else forSharp.push(first.at);
    }
  }

  async #bySharp(bytes: Uint8Array, into: Uint8Array): Promise<Decoded> {
    try {
      const { pixels, ...image } = await decodeWithSharp(bytes, this.#size);
      into.set(pixels);
      return { ok: true, image: { ...image, unfinished: FINISHED } };
    } catch (error) {
      return refusal(error);
    }
  }
}

function asPlainBmp(file: Uint8Array): Uint8Array | Decoded {
  try {
    return plainBmp(file);
  } catch (error) {
    return refusal(error);
  }
}

function stored({ header, transform }: Planned, thumbnail: Uint8Array): Stored {
  const { orientation } = header;
  const [width, height] = orientation >= 5 ? [header.height, header.width] : [header.width, header.height];
  const profile = transform.kind === 'matrix' ? transform.profile : null;
  return { unfinished: { profile, orientation }, thumbnail: tagThumbnail(thumbnail, profile, orientation), width, height };
}

function refusal(error: unknown): Decoded {
  const detail = (error as Error).message.split('\n')[0] ?? '';
  if (/pixel limit/i.test(detail)) return { ok: false, reason: 'too-large', detail };
  if (/truncat|incomplete|premature|unexpected end|end of (file|stream)|not enough data|bad seek/i.test(detail))
    return { ok: false, reason: 'truncated', detail };
  if (/unsupported|no such (load|format)/i.test(detail)) return { ok: false, reason: 'unsupported', detail };
  return { ok: false, reason: 'corrupt', detail };
}
