import type { ArrayBytes } from './array-bytes.ts';
import type { ArrayImages } from './number-array.ts';

const EDGE = 32;
const PLANE = EDGE * EDGE;
const LOOKED_AT = 500;
/** Largest label a byte: CIFAR-10 has one, CIFAR-100 a coarse and a fine one. */
const kinds = [[9], [19, 99]];

/** CIFAR's binary batches: after the labels, planes of red, green, blue. Null where the length or the labels say otherwise. */
export function cifarImages(bytes: ArrayBytes): ArrayImages | null {
  for (const labels of kinds) {
    const record = labels.length + 3 * PLANE;
    const count = bytes.length / record;
    if (count === 0 || !Number.isInteger(count)) continue;
    const step = Math.max(1, Math.floor(count / LOOKED_AT));
    let fits = true;
    for (let i = 0; fits && i < count; i += step) {
      const found = bytes.read(i * record, labels.length);
      fits = labels.every((largest, at) => (found[at] as number) <= largest);
    }
    if (!fits) continue;
    const read = (position: number): Uint8Array => pixelsOf(bytes, position, record);
    return { count, height: EDGE, width: EDGE, channels: 3, type: 'uint8', white: null, binary: false, read };
  }
  return null;
}

function pixelsOf(bytes: ArrayBytes, position: number, record: number): Uint8Array {
  const planes = bytes.read((position + 1) * record - 3 * PLANE, 3 * PLANE);
  const pixels = new Uint8Array(3 * PLANE);
  for (let i = 0; i < PLANE; i += 1) for (let c = 0; c < 3; c += 1) pixels[3 * i + c] = planes[c * PLANE + i] as number;
  return pixels;
}
