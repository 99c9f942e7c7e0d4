/** Formats whose values may not be made for eyes, each to its reader. */
import sharp from 'sharp';
import { readDicom } from './dicom.ts';
import { readFits } from './fits.ts';
import { readIco } from './ico.ts';
import type { ImageFormat, ImageHeader } from './image-header.ts';
import { ImageRefused } from './image-refused.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';
import { readPnm } from './pnm.ts';
import { readPsd } from './psd.ts';
import { asChannels, type Samples } from './samples.ts';
import { MOST_PIXELS } from './sharp-decode.ts';
import { readTga } from './tga.ts';
import { readTiff } from './tiff.ts';
import { ycbcrToRgb } from './ycbcr.ts';

const READERS: Partial<Record<ImageFormat, (bytes: Uint8Array) => Promise<Samples>>> = {
  tiff: readTiff,
  pnm: readPnm,
  jp2: readJpeg2000,
  tga: readTga,
  ico: readIco,
  psd: readPsd,
  dicom: readDicom,
  fits: readFits,
};
const PNG_DEPTH_AT = 24;

/** The reader of such a file; null: its values are bytes, made for eyes. */
export function samplesReader(
  { format }: Pick<ImageHeader, 'format'>,
  bytes: Uint8Array,
): ((bytes: Uint8Array) => Promise<Samples>) | null {
  return READERS[format] ?? (format === 'png' && bytes[PNG_DEPTH_AT] === 16 ? readDeepPng : null);
}

/** null: its values are bytes, made for eyes. @throws what is wrong with the file */
export async function readSamples(header: Pick<ImageHeader, 'format'>, bytes: Uint8Array): Promise<Samples | null> {
  return samplesReader(header, bytes)?.(bytes) ?? null;
}

/** A PNG of 16 bits a sample. @throws Error with the library's reason */
async function readDeepPng(bytes: Uint8Array): Promise<Samples> {
  const limits = { limitInputPixels: MOST_PIXELS, ignoreIcc: true };
  const { space } = await sharp(bytes, limits).metadata();
  const { data, info } = await sharp(bytes, { ...limits, failOn: 'truncated' })
    .toColourspace(space)
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const { width, height } = info;
  return {
    width,
    height,
    ...asChannels(values, info.channels),
    type: 'uint16',
    white: null,
    inverted: false,
    orientation: 1,
    profile: null,
    notes: [],
  };
}

async function readJpeg2000(bytes: Uint8Array): Promise<Samples> {
  const { width, height, components, bits, signed, ycc, data } = await decodeJpeg2000(bytes, MOST_PIXELS);
  if (components !== 1 && components !== 3)
    throw new ImageRefused('unsupported', `a JPEG 2000 image of ${components} components is not read: convert it to PNG or TIFF`);
  if (ycc && bits === 8) ycbcrToRgb(data as Uint8Array);
  const eight = bits <= 8 && !signed;
  return {
    width,
    height,
    channels: components,
    data,
    type: eight ? 'uint8' : signed ? (bits <= 8 ? 'int8' : 'int16') : 'uint16',
    white: bits === 8 || bits === 16 || signed ? null : 2 ** bits - 1,
    inverted: false,
    orientation: 1,
    profile: null,
    notes: [],
  };
}
