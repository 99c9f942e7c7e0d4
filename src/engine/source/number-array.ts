/** An array of numbers as images of grey levels or colours. */
import type { ArrayBytes } from './array-bytes.ts';
import type { ArrayLayout } from './array-layout.ts';
import type { NumberType, SampleArray } from './number-type.ts';
import type { PixelArray } from './source.ts';

/** Images that share a shape. */
export interface ArrayImages extends PixelArray {
  count: number;
}

export interface NumberArray {
  type: NumberType;
  layout: ArrayLayout;
  bytes: ArrayBytes;
}

export const bytesWanted = ({ count, height, width, channels }: ArrayLayout, type: NumberType): number =>
  count * height * width * channels * type.bytes;

/** The images of an array. `binary`: bytes that are all 0 or 1. */
export function imagesOf({ type, layout, bytes }: NumberArray, binary: boolean): ArrayImages {
  const { count, height, width, channels, strides } = layout;
  const length = height * width * channels;
  const together = strides.image === length;
  const inOrder = together && strides.row === width * channels && strides.column === channels;
  // Numbers that lie scattered are all wanted for each image.
  let all: SampleArray | null = null;
  const read = (position: number): SampleArray => {
    const own = together ? bytes.read(position * length * type.bytes, length * type.bytes) : null;
    if (own && inOrder) return type.numbers(own);
    if (!own) all ??= type.numbers(bytes.read(0, count * length * type.bytes));
    const numbers = own ? type.numbers(own) : (all as SampleArray);
    const first = own ? 0 : position * strides.image;
    const pixels = new (numbers.constructor as new (length: number) => SampleArray)(length);
    let at = 0;
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1)
        for (let c = 0; c < channels; c += 1) {
          pixels[at] = numbers[first + y * strides.row + x * strides.column + c * strides.channel] as number;
          at += 1;
        }
    return pixels;
  };
  const white = type.kind === 'boolean' ? 1 : null;
  return { count, height, width, channels, type: type.samples, white, binary, read };
}
