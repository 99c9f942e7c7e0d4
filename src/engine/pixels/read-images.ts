/** Encoded images by the block: what is held at once is bounded by bytes, and of a large file a head shows first whether it is an image. */
import type { ImageReference } from '../source/image-reference.ts';
import type { Source } from '../source/source.ts';
import { readHeader } from './image-header.ts';
import { ImageRefused } from './image-refused.ts';
import { MOST_PIXELS } from './sharp-decode.ts';

/** Encoded bytes and files that are held at once. */
const BLOCK_BYTES = 48 * 1024 * 1024;
export const BLOCK_IMAGES = 64;
/** Enough for every format's first bytes and for the size in nearly all. */
export const HEAD_BYTES = 64 * 1024;
/** Smaller files are read whole at once: to look first would cost more than it saves. */
const LOOKED_AT_FIRST = 1024 * 1024;
/** Uncompressed, this is an image of some 179 million RGB pixels. */
const MOST_BYTES = 512 * 1024 * 1024;

export type Read = PromiseSettledResult<Uint8Array>;

/** References in blocks that are read and decoded together. */
export function* blocks(images: readonly ImageReference[]): Generator<ImageReference[]> {
  let block: ImageReference[] = [];
  let bytes = 0;
  for (const image of images) {
    if (block.length > 0 && (block.length >= BLOCK_IMAGES || bytes + image.bytes > BLOCK_BYTES)) {
      yield block;
      block = [];
      bytes = 0;
    }
    block.push(image);
    bytes += image.bytes;
  }
  if (block.length > 0) yield block;
}

/** The encoded bytes of a block, in its order; of a large file that is no image that can be decoded, its first bytes. */
export async function readBlock(source: Source, block: readonly ImageReference[]): Promise<Read[]> {
  const large = block.filter(({ bytes }) => bytes > LOOKED_AT_FIRST);
  if (large.length === 0) return source.read(block);
  const heads = await source.read(large, HEAD_BYTES);
  const answered = new Map<ImageReference, Read>();
  for (const [i, image] of large.entries()) {
    const head = heads[i] as Read;
    if (head.status === 'rejected' || !mayBeRead(head.value)) answered.set(image, head);
    else if (image.bytes > MOST_BYTES) answered.set(image, { status: 'rejected', reason: tooLarge(image.bytes) });
  }
  const wanted = block.filter((image) => !answered.has(image));
  const whole = await source.read(wanted);
  for (const [i, image] of wanted.entries()) answered.set(image, whole[i] as Read);
  return block.map((image) => answered.get(image) as Read);
}

/** Whether the whole of a file that begins so is worth reading. */
function mayBeRead(head: Uint8Array): boolean {
  try {
    const header = readHeader(head);
    return header !== null && header.width * header.height <= MOST_PIXELS;
  } catch {
    // What is wrong with it is said where it is decoded.
    return false;
  }
}

const tooLarge = (bytes: number): ImageRefused =>
  new ImageRefused('too-large', `${Math.round(bytes / 1024 / 1024)} MB; at most ${MOST_BYTES / 1024 / 1024} MB are read`);
