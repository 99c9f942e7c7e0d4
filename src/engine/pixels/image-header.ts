/** What an encoded image says of itself before anything is decoded: by its first bytes, never by its name. */
import { bmpShape, isPlainBmp } from './bmp.ts';
import { jpeg2000Size } from './jpeg2000.ts';
import { pnmHeader } from './pnm.ts';
import { TAG, TiffDirectory } from './tiff-directory.ts';

export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'bmp' | 'webp' | 'tiff' | 'avif' | 'jp2' | 'pnm';

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
}

const ascii = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end);

/** null: not an image of a kind that is read. */
export function readHeader(data: Uint8Array): ImageHeader | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < 12) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return jpeg(bytes);
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return png(bytes);
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return gif(bytes);
  if (ascii(bytes, 0, 2) === 'BM') return bmp(bytes);
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return bySharp('webp');
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(ascii(bytes, 0, 4))) return sized('tiff', tiffSize(data));
  if (ascii(bytes, 4, 12) === 'jP  \r\n\x87\n' || ascii(bytes, 0, 4) === '\xff\x4f\xff\x51') return sized('jp2', jpeg2000Size(data));
  const pnm = pnmHeader(data);
  if (pnm) return sized('pnm', pnm);
  if (ascii(bytes, 4, 8) === 'ftyp' && /avif|avis|mif1/.test(ascii(bytes, 8, Math.min(bytes.length, 40)))) return bySharp('avif');
  return null;
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

const ORIENTATION_TAG = 0x0112;

/** The tag in the first directory of a TIFF structure (EXIF 2.32, 4.6.4); 1 where it is absent or nonsense. */
function exifOrientation(tiff: Buffer): number {
  if (tiff.length < 14) return 1;
  const little = ascii(tiff, 0, 2) === 'II';
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = u32(4);
  if (directory + 2 > tiff.length) return 1;
  const entries = u16(directory);
  for (let i = 0; i < entries; i += 1) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > tiff.length) return 1;
    if (u16(entry) === ORIENTATION_TAG) {
      const value = u16(entry + 8);
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
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
    if (type === 'IDAT') break;
    // Transparency, and profiles that lie compressed, are sharp's.
    if (type === 'tRNS' || type === 'iCCP' || type === 'eXIf') header.plain = false;
    at += 12 + length;
  }
  return header;
}

/** A first frame with a transparent colour, or smaller than its screen, is sharp's to compose. */
function gif(bytes: Buffer): ImageHeader {
  const [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  const table = (bytes[10] as number) & 0x80 ? 3 * 2 ** (((bytes[10] as number) & 7) + 1) : 0;
  let transparent = false;
  let whole = false;
  for (let at = 13 + table; at + 8 < bytes.length; ) {
    if (bytes[at] === 0x2c) {
      const [left, top, frameWidth, frameHeight] = [1, 3, 5, 7].map((field) => bytes.readUInt16LE(at + field));
      whole = left === 0 && top === 0 && frameWidth === width && frameHeight === height;
    }
    if (bytes[at] !== 0x21) break;
    if (bytes[at + 1] === 0xf9) transparent = ((bytes[at + 3] as number) & 1) === 1;
    at += 2;
    while (at < bytes.length && bytes[at] !== 0) at += (bytes[at] as number) + 1;
    at += 1;
  }
  return { format: 'gif', width, height, orientation: 1, profile: null, plain: whole && !transparent };
}

function bmp(bytes: Buffer): ImageHeader | null {
  const shape = bmpShape(bytes);
  if (!shape) return null;
  const { width, height } = shape;
  return { format: 'bmp', width, height, orientation: 1, profile: null, plain: isPlainBmp(bytes, shape) };
}
