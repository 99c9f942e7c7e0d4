/** Chooses the common size and colour of a study's images from a look at some of them. */
import type { DisplayWindow } from '../../contract/study.ts';
import type { Source } from '../source/source.ts';
import { ImageDecoder } from './decode-image.ts';
import { finishPixels } from './finish-pixels.ts';
import { readHeader } from './image-header.ts';

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
  const looked =
    wanted.size === null || wanted.color === null ? await read(source, wanted.size === null ? LOOKED_AT : COLOUR_LOOKED_AT) : [];
  const edges = looked.flatMap((bytes) => {
    const header = readHeader(bytes);
    return header && header.width > 0 ? [Math.min(header.width, header.height)] : [];
  });
  return {
    size: wanted.size ?? sizeFor(edges),
    channels: wanted.color ? (wanted.color === 'gray' ? 1 : 3) : await channelsOf(looked, windows),
  };
}

async function read(source: Source, most: number): Promise<Uint8Array[]> {
  const answers = await source.read(spaced(source.images, most));
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}

async function channelsOf(files: readonly Uint8Array[], windows: readonly DisplayWindow[]): Promise<1 | 3> {
  const length = COLOUR_SIZE * COLOUR_SIZE * 3;
  const some = spaced(files, COLOUR_LOOKED_AT);
  const pixels = new Uint8Array(some.length * length);
  const decoded = await new ImageDecoder(COLOUR_SIZE, windows).decode(some, pixels);
  const grays = decoded.flatMap((one, i) =>
    one.ok ? [isGray(finishPixels(pixels.subarray(i * length, (i + 1) * length), COLOUR_SIZE, one.image.unfinished))] : [],
  );
  return grays.length > 0 && grays.every(Boolean) ? 1 : 3;
}
