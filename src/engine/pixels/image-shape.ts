/** Chooses the common size and colour of a study's images from a look at some of them. */

import sharp from 'sharp';
import type { DisplayWindow } from '../../contract/study.ts';
import type { ImageReference } from '../source/image-reference.ts';
import type { Source } from '../source/source.ts';
import { ImageDecoder } from './decode-image.ts';
import { finishPixels } from './finish-pixels.ts';
import { readHeader } from './image-header.ts';
import { blocks, HEAD_BYTES, readBlock } from './read-images.ts';

const LOOKED_AT = 200;
const COLOUR_LOOKED_AT = 64;
const COLOUR_SIZE = 28;
const SMALLEST = 28;
const LARGEST = 64;
/** Mean distance of the channels, in grey levels, up to which an image counts as gray: above what JPEG does to a gray one. */
const GRAY_LEVELS = 3;

export interface ImageShape {
  size: number;
  channels: 1 | 3;
}

function spaced<T>(values: readonly T[], most: number): T[] {
  const step = Math.max(1, values.length / most);
  return Array.from({ length: Math.min(values.length, most) }, (_, i) => values[Math.floor(i * step)] as T);
}

/** The median of the images' shorter edges, down to a multiple of 4, from 28 to 64. */
export function sizeFor(edges: readonly number[]): number {
  const sorted = [...edges].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? LARGEST;
  return Math.min(LARGEST, Math.max(SMALLEST, Math.floor(median / 4) * 4));
}

/** Whether the red, green and blue of a pixel are, on average, the same. rgb: pixels x 3. */
export function isGray(rgb: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const [r, g, b] = [rgb[i] as number, rgb[i + 1] as number, rgb[i + 2] as number];
    sum += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return sum / (rgb.length / 3) <= GRAY_LEVELS;
}

/** Files that cannot be read are passed over here: the decoding lists them. */
export async function chooseShape(
  source: Source,
  wanted: { size: number | null; color: 'gray' | 'rgb' | null },
  windows: readonly DisplayWindow[],
): Promise<ImageShape> {
  const { array } = source;
  if (array) {
    return {
      size: wanted.size ?? sizeFor([Math.min(array.width, array.height)]),
      channels: wanted.color ? (wanted.color === 'gray' ? 1 : 3) : array.channels,
    };
  }
  const size = wanted.size ?? sizeFor(await shorterEdges(source, spaced(source.images, LOOKED_AT)));
  if (wanted.color) return { size, channels: wanted.color === 'gray' ? 1 : 3 };
  return { size, channels: (await areGray(source, spaced(source.images, COLOUR_LOOKED_AT), windows)) ? 1 : 3 };
}

/** In pixels, of the images that say them in their heads, or to sharp. */
async function shorterEdges(source: Source, images: readonly ImageReference[]): Promise<number[]> {
  const edges: number[] = [];
  const unsaid: ImageReference[] = [];
  for (const block of blocks(images)) {
    for (const [i, head] of (await source.read(block, HEAD_BYTES)).entries()) {
      const edge = head.status === 'fulfilled' ? shorterEdge(head.value) : null;
      if (edge === 0) unsaid.push(block[i] as ImageReference);
      else if (edge !== null) edges.push(edge);
    }
  }
  for (const block of blocks(unsaid)) {
    for (const file of await readBlock(source, block)) {
      const edge = file.status === 'fulfilled' ? shorterEdge(file.value) || (await sharpsEdge(file.value)) : null;
      if (edge !== null) edges.push(edge);
    }
  }
  return edges;
}

/** 0: more of the file, or its decoder, may tell; null: it is no image that can be read. */
function shorterEdge(bytes: Uint8Array): number | null {
  try {
    const header = readHeader(bytes);
    return header && Math.min(header.width, header.height);
  } catch {
    return null;
  }
}

async function sharpsEdge(bytes: Uint8Array): Promise<number | null> {
  try {
    const { width, height } = await sharp(bytes).metadata();
    return Math.min(width, height);
  } catch {
    return null;
  }
}

/** Whether every image that can be read is gray; of none it is not said. */
async function areGray(source: Source, images: readonly ImageReference[], windows: readonly DisplayWindow[]): Promise<boolean> {
  const length = COLOUR_SIZE * COLOUR_SIZE * 3;
  const decoder = new ImageDecoder(COLOUR_SIZE, windows);
  let found = false;
  for (const block of blocks(images)) {
    const files = (await readBlock(source, block)).flatMap((file) => (file.status === 'fulfilled' ? [file.value] : []));
    const pixels = new Uint8Array(files.length * length);
    for (const [i, one] of (await decoder.decode(files, pixels)).entries()) {
      if (!one.ok) continue;
      found = true;
      if (!isGray(finishPixels(pixels.subarray(i * length, (i + 1) * length), COLOUR_SIZE, one.image.unfinished))) return false;
    }
  }
  return found;
}
