/** What TensorFlow does not read: WebP, AVIF, TIFF, alpha, CMYK, 16 bits, palettes with transparency, odd colour profiles. */
import sharp from 'sharp';
import { THUMBNAIL_EDGE } from '../../contract/thumbnails.ts';
import { encodePng } from './png.ts';

sharp.cache(false);

const WHITE = '#ffffff';
const THUMBNAIL_QUALITY = 85;
/** 16,384 x 16,384: larger images are no photographs of a set to learn from. */
export const MOST_PIXELS = 268_402_689;

/** Pixel types whose least value is black and greatest white. */
const LEVELS: ReadonlySet<string | undefined> = new Set(['uchar', 'ushort']);

export interface DecodedImage {
  /** size x size x 3, upright sRGB. */
  pixels: Uint8Array;
  thumbnail: Uint8Array;
  /** Of the upright image. */
  width: number;
  height: number;
}

/** @throws Error with the library's own reason */
export async function decodeWithSharp(bytes: Uint8Array, size: number): Promise<DecodedImage> {
  const open = () =>
    sharp(bytes, { failOn: 'truncated', limitInputPixels: MOST_PIXELS, pages: 1 })
      .rotate()
      .flatten({ background: WHITE })
      .toColourspace('srgb');
  const metadata = await sharp(bytes, { limitInputPixels: MOST_PIXELS }).metadata();
  if (!LEVELS.has(metadata.depth))
    throw new Error(
      `pixels of type ${metadata.depth} are unsupported, since nothing says which value is white: save the image with 8 or 16 bits`,
    );
  const swapped = (metadata.orientation ?? 1) >= 5;
  const [width, height] = swapped ? [metadata.height, metadata.width] : [metadata.width, metadata.height];
  const { data, info } = await open()
    .resize(size, size, { fit: 'fill', kernel: 'linear' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const thumbnail = await open()
    .resize(THUMBNAIL_EDGE, THUMBNAIL_EDGE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: THUMBNAIL_QUALITY })
    .toBuffer();
  return { pixels: info.channels === 3 ? new Uint8Array(data) : threefold(data), thumbnail, width, height };
}

function threefold(gray: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3);
  gray.forEach((value, i) => {
    rgb.fill(value, 3 * i, 3 * i + 3);
  });
  return rgb;
}

/** A thumbnail of raw pixels, lossless: they are small. */
export async function rawThumbnail(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Promise<Uint8Array> {
  if (Math.max(width, height) <= THUMBNAIL_EDGE) return encodePng(pixels, width, height, channels);
  return sharp(pixels, { raw: { width, height, channels } }).resize(THUMBNAIL_EDGE, THUMBNAIL_EDGE, { fit: 'inside' }).png().toBuffer();
}

/** Raw pixels, height x width x channels, as size x size x 3. */
export async function resizeRaw(pixels: Uint8Array, width: number, height: number, channels: 1 | 3, size: number): Promise<Uint8Array> {
  if (width === size && height === size) return channels === 3 ? pixels.slice() : threefold(pixels);
  const data = await sharp(pixels, { raw: { width, height, channels } })
    .resize(size, size, { fit: 'fill', kernel: 'linear' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  return data.length === size * size * 3 ? new Uint8Array(data) : threefold(data);
}
