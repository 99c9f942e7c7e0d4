/**
 * The kinds of BMP that TensorFlow does not read, or reads without their palette, as 24 bits a pixel, which it does.
 * Layout: Microsoft, "Bitmap Storage" and BITMAPINFOHEADER, BITMAPV4HEADER; the older BITMAPCOREHEADER.
 */
import { unpackRle } from './bmp-rle.ts';

const FILE_HEADER = 14;
const CORE_HEADER = 12;
const INFO_HEADER = 40;
const V3_HEADER = 56;
const [UNCOMPRESSED, RLE8, RLE4, BITFIELDS] = [0, 1, 2, 3];
const WHITE = 255;

export interface BmpShape {
  width: number;
  height: number;
  topDown: boolean;
  bits: number;
  compression: number;
  /** Bytes of the header after the file's own. */
  header: number;
  /** Where the pixels begin. */
  from: number;
  /** Bytes of a row. */
  stride: number;
}

const strideOf = (width: number, bits: number): number => Math.ceil((width * bits) / 32) * 4;

/** null: too short to be one. */
export function bmpShape(bytes: Buffer): BmpShape | null {
  if (bytes.length < FILE_HEADER + CORE_HEADER) return null;
  const [from, header] = [bytes.readUInt32LE(10), bytes.readUInt32LE(14)];
  if (header === CORE_HEADER) {
    const [width, height, bits] = [bytes.readUInt16LE(18), bytes.readUInt16LE(20), bytes.readUInt16LE(24)];
    return { width, height, topDown: false, bits, compression: UNCOMPRESSED, header, from, stride: strideOf(width, bits) };
  }
  if (header < INFO_HEADER || bytes.length < FILE_HEADER + INFO_HEADER) return null;
  const [width, height, bits] = [Math.abs(bytes.readInt32LE(18)), bytes.readInt32LE(22), bytes.readUInt16LE(28)];
  return {
    width,
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    compression: bytes.readUInt32LE(30),
    header,
    from,
    stride: strideOf(width, bits),
  };
}

/** Read right by TensorFlow: blue, green, red and, of four bytes, one that means nothing; not a byte after the last row. */
export function isPlainBmp(bytes: Buffer, { bits, compression, header, height, from, stride }: BmpShape): boolean {
  if (header === CORE_HEADER || compression !== UNCOMPRESSED || (bits !== 24 && bits !== 32)) return false;
  return from + stride * height === bytes.length;
}

/** The same image at 24 bits a pixel, alpha over white. @throws Error with the reason */
export function plainBmp(data: Uint8Array): Uint8Array {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const shape = bmpShape(bytes);
  if (!shape) throw new Error('a BMP whose header is truncated');
  const { width, height, topDown, bits, compression, from, stride } = shape;
  if (compression === RLE8 || compression === RLE4) return plainBmp(unpackRle(bytes, shape));
  if (compression !== UNCOMPRESSED && compression !== BITFIELDS)
    throw new Error('a BMP that holds a JPEG or PNG is unsupported: save it as PNG');
  if (from + stride * (height - 1) + Math.ceil((width * bits) / 8) > bytes.length) throw new Error('a truncated BMP');
  const colour = reader(bytes, shape);
  const ownStride = strideOf(width, 24);
  const target = begin(width, height, ownStride);
  for (let y = 0; y < height; y += 1) {
    const row = from + stride * (topDown ? height - 1 - y : y);
    const into = FILE_HEADER + INFO_HEADER + ownStride * y;
    for (let x = 0; x < width; x += 1) target.writeUIntLE(colour(row, x), into + 3 * x, 3);
  }
  return target;
}

/** A bottom-up BMP of 24 bits a pixel without its pixels. */
function begin(width: number, height: number, stride: number): Buffer {
  const pixels = FILE_HEADER + INFO_HEADER;
  const target = Buffer.alloc(pixels + stride * height);
  target.write('BM', 'latin1');
  target.writeUInt32LE(target.length, 2);
  target.writeUInt32LE(pixels, 10);
  target.writeUInt32LE(INFO_HEADER, 14);
  target.writeInt32LE(width, 18);
  target.writeInt32LE(height, 22);
  target.writeUInt16LE(1, 26);
  target.writeUInt16LE(24, 28);
  return target;
}

/** Red, green and blue as 0xRRGGBB, of pixel x in the row that begins at a byte. */
type Colour = (row: number, x: number) => number;

function reader(bytes: Buffer, shape: BmpShape): Colour {
  const { bits } = shape;
  if (bits === 1 || bits === 4 || bits === 8) return indexed(bytes, shape);
  if (bits === 24) return (row, x) => bytes.readUIntLE(row + 3 * x, 3);
  if (bits === 16 || bits === 32) return masked(bytes, shape);
  throw new Error(`a BMP of ${bits} bits a pixel is unsupported: save it as PNG`);
}

function indexed(bytes: Buffer, { bits, header }: BmpShape): Colour {
  const entry = header === CORE_HEADER ? 3 : 4;
  const said = header === CORE_HEADER ? 0 : bytes.readUInt32LE(46);
  const count = said === 0 ? 2 ** bits : Math.min(said, 2 ** bits);
  const start = FILE_HEADER + header;
  const palette = Uint32Array.from({ length: 2 ** bits }, (_, i) => (i < count ? bytes.readUIntLE(start + entry * i, 3) : 0));
  const perByte = 8 / bits;
  return (row, x) => {
    const byte = bytes[row + Math.floor(x / perByte)] as number;
    return palette[(byte >> (8 - bits * ((x % perByte) + 1))) & (2 ** bits - 1)] as number;
  };
}

function masked(bytes: Buffer, { bits, compression, header, width, height, from, stride }: BmpShape): Colour {
  const wide = bits / 8;
  const given = compression === BITFIELDS;
  const mask = (i: number): number => bytes.readUInt32LE(FILE_HEADER + INFO_HEADER + 4 * i);
  const standard = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  const [red, green, blue] = (given ? [mask(0), mask(1), mask(2)] : standard).map(channel) as [Level, Level, Level];
  const alphaMask = given && header >= V3_HEADER ? mask(3) : 0;
  const alpha = channel(alphaMask);
  const read = (row: number, x: number): number => bytes.readUIntLE(row + wide * x, wide);
  const seen = (): boolean => {
    for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) if (alpha(read(from + stride * y, x)) !== 0) return true;
    return false;
  };
  // Many writers declare an alpha and leave it zero everywhere.
  const transparent = alphaMask !== 0 && seen();
  return (row, x) => {
    const value = read(row, x);
    const over = transparent ? alpha(value) / 255 : 1;
    const overWhite = (of: Level): number => Math.round(of(value) * over + WHITE * (1 - over));
    return (overWhite(red) << 16) | (overWhite(green) << 8) | overWhite(blue);
  };
}

/** A channel's level, 0 to 255, out of a pixel's value. */
type Level = (value: number) => number;

/** Of no bits the level is always 0. */
function channel(mask: number): Level {
  if (mask === 0) return () => 0;
  const lowest = (mask & -mask) >>> 0;
  const most = mask / lowest;
  return (value) => Math.round(((((value & mask) >>> 0) / lowest) * 255) / most);
}
