/**
 * What becomes of an image that was decoded whole, whatever its format: it is composed on white, shrunk and given its thumbnail. What is still to be done afterwards (colour profile, orientation) is done to the small image, as for the decode
 * graph's.
 */
import sharp from 'sharp';
import type { Unfinished } from './finish-pixels.ts';
import type { Raster } from './raster.ts';
import { shrink, shrinkTwice, threefold } from './shrink.ts';
import { tagThumbnail } from './tag-thumbnail.ts';
import { thumbnailDetour, thumbnailSize } from './thumbnail-size.ts';

const WHITE = 255;
const THUMBNAIL_QUALITY = 85;

/** An image whose small pixels lie in the caller's buffer, and what is still to be done to them. */
export interface SmallImage {
  unfinished: Unfinished;
  thumbnail: Uint8Array;
  /** Of the upright image. */
  width: number;
  height: number;
}

/** RGBA to RGB over white. */
export function onWhite(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = rgba[from + 3] as number;
    const ground = WHITE * (WHITE - alpha) + 127;
    rgb[to] = ((rgba[from] as number) * alpha + ground) / 255;
    rgb[to + 1] = ((rgba[from + 1] as number) * alpha + ground) / 255;
    rgb[to + 2] = ((rgba[from + 2] as number) * alpha + ground) / 255;
  }
  return rgb;
}

/** Puts the image at size x size x 3 into `into`. */
export async function makeSmall(raster: Raster, size: number, into: Uint8Array): Promise<SmallImage> {
  const { width, height, profile, orientation } = raster;
  const channels = raster.channels === 1 ? 1 : 3;
  const data = raster.channels === 4 ? onWhite(raster.data) : raster.data;
  const times = thumbnailDetour(width, height, size);
  const { coarse, fine } =
    times > 1
      ? shrinkTwice(data, width, height, channels, size, times)
      : { coarse: null, fine: shrink(data, width, height, channels, size, size) };
  into.set(channels === 1 ? threefold(fine) : fine);
  const edges = thumbnailSize(width, height);
  const from = coarse ? { width: size * times, height: size * times } : { width, height };
  const thumbnail = await sharp(coarse ?? data, { raw: { ...from, channels } })
    .resize(edges.width, edges.height, { fit: 'fill' })
    .jpeg({ quality: THUMBNAIL_QUALITY })
    .toBuffer();
  const swapped = orientation >= 5;
  return {
    unfinished: { profile, orientation },
    thumbnail: tagThumbnail(thumbnail, profile, orientation),
    width: swapped ? height : width,
    height: swapped ? width : height,
  };
}
