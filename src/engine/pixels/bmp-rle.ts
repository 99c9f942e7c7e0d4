/** Run-length coded BMP (BI_RLE8, BI_RLE4; Microsoft, "Bitmap Compression") as the same BMP uncompressed. */
import type { BmpShape } from './bmp.ts';
import { ImageRefused } from './image-refused.ts';

/** The most pixels that two bytes can stand for. */
const MOST_PIXELS_A_BYTE = 255 / 2;
const COMPRESSION_AT = 30;
const [END_OF_LINE, END_OF_BITMAP, DELTA] = [0, 1, 2];

/** What no run covers has colour 0. @throws ImageRefused where the runs end early or lead out of the image */
export function unpackRle(bytes: Buffer, { width, height, topDown, bits, from, stride }: BmpShape): Buffer {
  if (topDown || (bits !== 8 && bits !== 4)) throw new ImageRefused('corrupt', 'a run-length coded BMP of a kind that there is not');
  if (width * height > bytes.length * MOST_PIXELS_A_BYTE) throw new ImageRefused('truncated', 'the file ends before its pixels do');
  const out = Buffer.alloc(from + stride * height);
  bytes.copy(out, 0, 0, from);
  out.writeUInt32LE(0, COMPRESSION_AT);
  let [x, y, at] = [0, 0, from];
  const put = (index: number): void => {
    if (x >= width || y >= height) return;
    const place = from + y * stride + (bits === 8 ? x : x >> 1);
    out[place] = bits === 8 ? index : (out[place] as number) | (x % 2 === 0 ? index << 4 : index);
    x += 1;
  };
  /** Of two indices a byte the first is the high one. */
  const nibble = (byte: number, i: number): number => (i % 2 === 0 ? byte >> 4 : byte & 15);
  while (y < height) {
    if (at + 2 > bytes.length) throw new ImageRefused('truncated', 'the file ends before its pixels do');
    const [count, value] = [bytes[at] as number, bytes[at + 1] as number];
    at += 2;
    if (count > 0) for (let i = 0; i < count; i += 1) put(bits === 8 ? value : nibble(value, i));
    else if (value === END_OF_LINE) [x, y] = [0, y + 1];
    else if (value === END_OF_BITMAP) break;
    else if (value === DELTA) [x, y, at] = [x + (bytes[at] ?? 0), y + (bytes[at + 1] ?? 0), at + 2];
    else {
      const length = bits === 8 ? value : Math.ceil(value / 2);
      if (at + length > bytes.length) throw new ImageRefused('truncated', 'the file ends before its pixels do');
      for (let i = 0; i < value; i += 1) put(bits === 8 ? (bytes[at + i] as number) : nibble(bytes[at + (i >> 1)] as number, i));
      at += length + (length % 2);
    }
  }
  return out;
}
