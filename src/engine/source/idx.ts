/** LeCun's IDX, big-endian throughout (yann.lecun.com/exdb/mnist). */
import { type NumberType, numberType } from './number-type.ts';

/** Of up to 255 dimensions. */
export const IDX_HEAD_BYTES = 4 + 4 * 255;

const types: Record<number, string> = { 8: '|u1', 9: '|i1', 11: '>i2', 12: '>i4', 13: '>f4', 14: '>f8' };

export interface IdxHeader {
  type: NumberType;
  shape: number[];
  start: number;
}

/** Null where it is no IDX. @throws Error where its header is cut short, or where it holds labels */
export function idxHeader(head: Buffer): IdxHeader | null {
  if (head.length < 4 || head.readUInt16BE(0) !== 0) return null;
  const type = numberType(types[head[2] as number] ?? '');
  const dimensions = head[3] as number;
  if (!type || dimensions === 0) return null;
  if (head.length < 4 + 4 * dimensions) throw new Error('its header is cut short');
  const shape = Array.from({ length: dimensions }, (_, i) => head.readUInt32BE(4 + 4 * i));
  if (dimensions === 1)
    throw new Error(
      `it holds ${shape[0]} labels and no images: choose the file of images that it belongs to, named like *-images-idx3-ubyte`,
    );
  return { type, shape, start: 4 + 4 * dimensions };
}
