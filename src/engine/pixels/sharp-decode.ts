/** What TensorFlow does not read: WebP, AVIF, TIFF, alpha, CMYK, 16 bits, palettes with transparency, odd colour profiles. */
import sharp from 'sharp';
import { colourTransform } from './colour-profile.ts';
import { type ImageHeader, uprightBy } from './image-header.ts';
import type { Raster } from './raster.ts';

sharp.cache(false);

/** 16,384 x 16,384: larger images are no photographs of a set to learn from. */
export const MOST_PIXELS = 268_402_689;

/** Pixel types whose least value is black and greatest white. */
const LEVELS: ReadonlySet<string | undefined> = new Set(['uchar', 'ushort']);

/** @throws Error with the library's own reason */
export async function decodeWithSharp(bytes: Uint8Array, header: Pick<ImageHeader, 'orientation'>): Promise<Raster> {
  const limits = { limitInputPixels: MOST_PIXELS, pages: 1 };
  const metadata = await sharp(bytes, limits).metadata();
  if (!LEVELS.has(metadata.depth))
    throw new Error(
      `pixels of type ${metadata.depth} are unsupported, since nothing says which value is white: save the image with 8 or 16 bits`,
    );
  // A profile that the small image can be taken through is left to it; the others, and CMYK's, are carried out here.
  const transform = metadata.space === 'cmyk' ? ({ kind: 'unknown' } as const) : colourTransform(metadata.icc ?? null);
  const { data, info } = await sharp(bytes, { ...limits, failOn: 'truncated', ignoreIcc: transform.kind !== 'unknown' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    ...asChannels(data, info.channels),
    profile: transform.kind === 'matrix' ? transform.profile : null,
    orientation: uprightBy(header, metadata.orientation),
  };
}

function asChannels(data: Uint8Array, channels: number): Pick<Raster, 'data' | 'channels'> {
  if (channels === 1 || channels === 3 || channels === 4) return { data, channels };
  if (channels === 2) return { data: withColours(data), channels: 4 };
  throw new Error(`${channels} channels are unsupported: save the image with one, three or four`);
}

/** Gray and alpha as red, green, blue and alpha. */
function withColours(gray: Uint8Array): Uint8Array {
  const rgba = new Uint8Array(gray.length * 2);
  for (let from = 0, to = 0; from < gray.length; from += 2, to += 4) {
    rgba.fill(gray[from] as number, to, to + 3);
    rgba[to + 3] = gray[from + 1] as number;
  }
  return rgba;
}
