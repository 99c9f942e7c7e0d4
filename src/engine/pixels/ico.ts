/** Windows icons and cursors: the largest picture of a file, a PNG or a bitmap with a mask. */
import { bmpShape, plainBmp } from './bmp.ts';
import { ImageRefused } from './image-refused.ts';
import type { Samples } from './samples.ts';
import { decodeWithSharp } from './sharp-decode.ts';

const [HEAD, ENTRY] = [6, 16];
const [BMP_HEADER, INFO_HEADER] = [14, 40];
const PNG = 0x89504e47;

interface Entry {
  width: number;
  height: number;
  bits: number;
  length: number;
  from: number;
}

/** The largest, and of those the deepest, entry. null: it is neither icon nor cursor. */
export function icoEntry(data: Uint8Array): Entry | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < HEAD + ENTRY || bytes.readUInt16LE(0) !== 0) return null;
  const [kind, count] = [bytes.readUInt16LE(2), bytes.readUInt16LE(4)];
  if ((kind !== 1 && kind !== 2) || count === 0) return null;
  const entries: Entry[] = [];
  for (let i = 0; i < count && HEAD + ENTRY * (i + 1) <= bytes.length; i += 1) {
    const at = HEAD + ENTRY * i;
    const [length, from] = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12)];
    if (bytes[at + 3] !== 0 || from < HEAD + ENTRY * count || length < INFO_HEADER) return null;
    // 0 is 256. A cursor keeps its hot spot where an icon has its bits.
    entries.push({
      width: bytes[at] || 256,
      height: bytes[at + 1] || 256,
      bits: kind === 1 ? bytes.readUInt16LE(at + 6) : 0,
      length,
      from,
    });
  }
  return entries.reduce<Entry | null>((best, one) => (best && rank(best) >= rank(one) ? best : one), null);
}

const rank = ({ width, height, bits }: Entry): number => width * height * 64 + bits;

/** @throws ImageRefused, Error with a library's reason */
export async function readIco(data: Uint8Array): Promise<Samples> {
  const entry = icoEntry(data);
  if (!entry) throw new ImageRefused('corrupt', 'an icon whose directory is damaged');
  if (entry.from + entry.length > data.length) throw new ImageRefused('truncated', 'the file ends before its picture does');
  const bytes = Buffer.from(data.buffer, data.byteOffset + entry.from, entry.length);
  const about = { type: 'uint8' as const, white: null, inverted: false, orientation: 1, profile: null, notes: [] };
  if (bytes.readUInt32BE(0) === PNG) return { ...(await decodeWithSharp(bytes, { orientation: 1 })), ...about };
  return { ...about, ...bitmap(bytes), channels: 4 };
}

/** A bitmap of twice the height: colours, and below them a mask of one bit that says what is transparent. */
function bitmap(dib: Buffer): Pick<Samples, 'width' | 'height' | 'data'> {
  const bits = dib.readUInt16LE(14);
  const colours = bits <= 8 ? dib.readUInt32LE(32) || 2 ** bits : 0;
  const bmp = Buffer.concat([Buffer.alloc(BMP_HEADER), dib]);
  bmp.write('BM', 'latin1');
  bmp.writeUInt32LE(BMP_HEADER + dib.readUInt32LE(0) + 4 * colours, 10);
  bmp.writeInt32LE(dib.readInt32LE(8) / 2, BMP_HEADER + 8);
  const shape = bmpShape(bmp);
  if (!shape || shape.topDown) throw new ImageRefused('corrupt', 'an icon whose bitmap is damaged');
  const { width, height, from, stride } = shape;
  const plain = plainBmp(bmp);
  const plainStride = Math.ceil((width * 3) / 4) * 4;
  const mask = from + stride * height;
  const maskStride = Math.ceil(width / 32) * 4;
  const data = new Uint8Array(width * height * 4);
  const hasAlpha = bits === 32 && alphas(bmp, from, width * height);
  for (let y = 0; y < height; y += 1) {
    // Rows from the bottom up.
    const row = height - 1 - y;
    for (let x = 0; x < width; x += 1) {
      const to = 4 * (y * width + x);
      const at = BMP_HEADER + INFO_HEADER + row * plainStride + 3 * x;
      for (let c = 0; c < 3; c += 1) data[to + c] = plain[at + 2 - c] as number;
      const masked = (((bmp[mask + row * maskStride + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1;
      data[to + 3] = hasAlpha ? (bmp[from + row * stride + 4 * x + 3] as number) : masked ? 0 : 255;
    }
  }
  return { width, height, data };
}

function alphas(bmp: Buffer, from: number, pixels: number): boolean {
  for (let i = 0; i < pixels; i += 1) if (bmp[from + 4 * i + 3] !== 0) return true;
  return false;
}
