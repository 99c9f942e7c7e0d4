/** What an encoded image says of itself before anything is decoded: by its first bytes, never by its name. */
import { bmpShape, isPlainBmp } from './bmp.ts';
import { dicomSize, isDicom } from './dicom.ts';
import { exifOrientation } from './exif.ts';
import { fitsSize } from './fits.ts';
import type { Frame } from './gif.ts';
import { icoEntry } from './ico.ts';
import { ImageRefused } from './image-refused.ts';
import { jpeg2000Size } from './jpeg2000.ts';
import { pnmHeader } from './pnm.ts';
import { psdSize } from './psd.ts';
import { tgaHeader } from './tga.ts';
import { TAG, TiffDirectory } from './tiff-directory.ts';

export type ImageFormat =
  | 'jpeg'
  | 'png'
  | 'gif'
  | 'bmp'
  | 'webp'
  | 'tiff'
  | 'avif'
  | 'jp2'
  | 'pnm'
  | 'tga'
  | 'ico'
  | 'psd'
  | 'dicom'
  | 'fits';

export interface ImageHeader {
  format: ImageFormat;
  /** As stored, before the orientation is applied; 0 where only the decoder can tell. */
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Embedded colour profile. */
  profile: Uint8Array | null;
  /** What the decode graph reads: eight bits a channel, gray or RGB, opaque. */
  plain: boolean;
  /** Of a GIF whose first frame is smaller than its screen. */
  frame?: Frame;
}

/** The orientation that an image is turned by: what its header says, or else what its decoder found. */
export const uprightBy = (header: Pick<ImageHeader, 'orientation'>, found: number | undefined): number =>
  header.orientation !== 1 ? header.orientation : (found ?? 1);

const ascii = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end);

/** null: not an image of a kind that is read. @throws ImageRefused where the file ends within its header */
export function readHeader(data: Uint8Array): ImageHeader | null {
  try {
    return headerOf(data);
  } catch (cause) {
    if (cause instanceof RangeError) throw new ImageRefused('truncated', 'the file ends within its header', { cause });
    throw cause;
  }
}

function headerOf(data: Uint8Array): ImageHeader | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < 12) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return jpeg(bytes);
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return png(bytes);
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return gif(bytes);
  if (ascii(bytes, 0, 2) === 'BM') return bmp(bytes);
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return webp(bytes);
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(ascii(bytes, 0, 4))) return sized('tiff', tiffSize(data));
  if (ascii(bytes, 4, 12) === 'jP  \r\n\x87\n' || ascii(bytes, 0, 4) === '\xff\x4f\xff\x51') return sized('jp2', jpeg2000Size(data));
  const pnm = pnmHeader(data);
  if (pnm) return sized('pnm', pnm);
  if (ascii(bytes, 4, 8) === 'ftyp' && /avif|avis|mif1/.test(ascii(bytes, 8, Math.min(bytes.length, 40))))
    return sized('avif', largestExtent(bytes));
  if (ascii(bytes, 0, 9) === 'SIMPLE  =') return sized('fits', fitsSize(data));
  if (isDicom(data)) return sized('dicom', dicomSize(data));
  const psd = psdSize(data);
  if (psd) return sized('psd', psd);
  const icon = icoEntry(data);
  if (icon) return sized('ico', icon);
  const tga = tgaHeader(data);
  return tga && sized('tga', tga);
}

const bySharp = (format: ImageFormat): ImageHeader => ({ format, width: 0, height: 0, orientation: 1, profile: null, plain: false });

const sized = (format: ImageFormat, size: { width: number; height: number } | null): ImageHeader => ({
  ...bySharp(format),
  width: size?.width ?? 0,
  height: size?.height ?? 0,
});

/** null: the directory lies where it cannot be read, at the end of a larger file or outside of it. */
function tiffSize(data: Uint8Array): { width: number; height: number } | null {
  try {
    const directory = new TiffDirectory(data);
    return { width: directory.number(TAG.width, 0), height: directory.number(TAG.height, 0) };
  } catch {
    return null;
  }
}

const START_OF_SCAN = 0xda;
const ADOBE_CMYK_COMPONENTS = 4;

function jpeg(bytes: Buffer): ImageHeader {
  const header: ImageHeader = { format: 'jpeg', width: 0, height: 0, orientation: 1, profile: null, plain: false };
  const profile: Buffer[] = [];
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === START_OF_SCAN) break;
    const length = bytes.readUInt16BE(at + 2);
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (marker === 0xe1 && ascii(body, 0, 6) === 'Exif\0\0') header.orientation = exifOrientation(body.subarray(6));
    else if (marker === 0xe2 && ascii(body, 0, 12) === 'ICC_PROFILE\0') profile.push(body.subarray(14));
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker) && body.length >= 6) {
      header.height = body.readUInt16BE(1);
      header.width = body.readUInt16BE(3);
      header.plain = body[0] === 8 && (body[5] as number) < ADOBE_CMYK_COMPONENTS;
    }
    at += 2 + length;
  }
  if (profile.length > 0) header.profile = Buffer.concat(profile);
  return header;
}

function png(bytes: Buffer): ImageHeader {
  const header: ImageHeader = {
    format: 'png',
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    orientation: 1,
    profile: null,
    plain: false,
  };
  const [depth, colour] = [bytes[24], bytes[25]];
  // Gray 0, RGB 2 and palette 3 carry no alpha of their own.
  header.plain = depth !== 16 && (colour === 0 || colour === 2 || colour === 3);
  for (let at = 33; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = ascii(bytes, at + 4, at + 8);
    // Transparency, and profiles that lie compressed, are sharp's.
    if (type === 'tRNS' || type === 'iCCP') header.plain = false;
    if (type === 'eXIf') header.orientation = exifOrientation(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return header;
}

/** RFC 1951 cannot do better: 258 bytes in two bits. */
const DEFLATE_AT_BEST = 1032;
const CHANNELS_OF_COLOUR_TYPE: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Whether a whole PNG of so many bytes can hold the pixels it declares. Nothing need be decoded to say that it cannot. */
export function canHold(data: Uint8Array, { format, width, height }: ImageHeader): boolean {
  if (format !== 'png') return true;
  const [depth, colour] = [data[24] as number, data[25] as number];
  const row = 1 + Math.ceil((width * depth * (CHANNELS_OF_COLOUR_TYPE[colour] ?? 1)) / 8);
  return row * height <= data.length * DEFLATE_AT_BEST;
}

/** RFC 9649: the extent of any of the three kinds, and the EXIF chunk. */
function webp(bytes: Buffer): ImageHeader {
  const kind = ascii(bytes, 12, 16);
  const header = bySharp('webp');
  if (kind === 'VP8X') Object.assign(header, { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 });
  else if (kind === 'VP8L') {
    const packed = bytes.readUInt32LE(21);
    Object.assign(header, { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 });
  } else if (kind === 'VP8 ') Object.assign(header, { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff });
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (ascii(bytes, at, at + 4) === 'EXIF') header.orientation = exifOrientation(withoutName(bytes.subarray(at + 8, at + 8 + length)));
    at += 8 + length + (length % 2);
  }
  return header;
}

/** Some writers put JPEG's name of the segment before it. */
const withoutName = (exif: Buffer): Buffer => (ascii(exif, 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif);

/** Of the extents of an HEIF's items (ISO 23008-12, 6.5.3.2) the largest: its thumbnails and tiles have theirs too. null: none found. */
function largestExtent(bytes: Buffer): { width: number; height: number } | null {
  let largest: { width: number; height: number } | null = null;
  for (let at = bytes.indexOf('ispe'); at >= 0 && at + 16 <= bytes.length; at = bytes.indexOf('ispe', at + 4)) {
    const [width, height] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)];
    if (!largest || width * height > largest.width * largest.height) largest = { width, height };
  }
  return largest;
}

/** A first frame with a transparent colour, or smaller than its screen, is sharp's to compose. */
function gif(bytes: Buffer): ImageHeader {
  const [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  const table = (bytes[10] as number) & 0x80 ? 3 * 2 ** (((bytes[10] as number) & 7) + 1) : 0;
  let transparent = false;
  let frame: Frame | undefined;
  for (let at = 13 + table; at + 8 < bytes.length; ) {
    if (bytes[at] === 0x2c) {
      const [left, top, across, down] = [1, 3, 5, 7].map((field) => bytes.readUInt16LE(at + field)) as [number, number, number, number];
      frame = { left, top, width: across, height: down };
    }
    if (bytes[at] !== 0x21) break;
    if (bytes[at + 1] === 0xf9) transparent = ((bytes[at + 3] as number) & 1) === 1;
    at += 2;
    while (at < bytes.length && bytes[at] !== 0) at += (bytes[at] as number) + 1;
    at += 1;
  }
  const whole = frame?.left === 0 && frame.top === 0 && frame.width === width && frame.height === height;
  const header: ImageHeader = { format: 'gif', width, height, orientation: 1, profile: null, plain: whole && !transparent };
  return frame && !whole ? { ...header, frame } : header;
}

function bmp(bytes: Buffer): ImageHeader | null {
  const shape = bmpShape(bytes);
  if (!shape) return null;
  const { width, height } = shape;
  return { format: 'bmp', width, height, orientation: 1, profile: null, plain: isPlainBmp(bytes, shape) };
}
