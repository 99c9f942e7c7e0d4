/** Images whose pixels need no decoding: what arrays hold. */
import type { DisplayWindow } from '../../contract/study.ts';
import { THUMBNAIL_EDGE } from '../../study/thumbnail-file.ts';
import type { PixelArray } from '../source/source.ts';
import { encodePng } from './png.ts';
import { samplesOfArray, throughWindow, toRaster } from './samples.ts';
import { shrink, threefold } from './shrink.ts';
import { thumbnailSize } from './thumbnail-size.ts';

/** One image's bytes, height x width x channels, through the study's windows. */
export function rawPixels(array: PixelArray, position: number, windows: readonly DisplayWindow[]): Uint8Array {
  const binary = array.type === 'uint8' ? windows.find(({ samples }) => samples === 'uint8') : undefined;
  // Bytes of files are for eyes, whatever an array of the same study holds.
  if (binary) return throughWindow(array.read(position), binary.low, binary.high, false);
  return toRaster(samplesOfArray(array, position), windows).data;
}

/** A thumbnail of raw pixels, lossless: they are small. pixels: height x width x channels. */
export function rawThumbnail(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Uint8Array {
  if (Math.max(width, height) <= THUMBNAIL_EDGE) return encodePng(pixels, width, height, channels);
  const small = thumbnailSize(width, height);
  return encodePng(shrink(pixels, width, height, channels, small.width, small.height), small.width, small.height, channels);
}

/** Raw pixels, height x width x channels, as size x size x 3. */
export function resizeRaw(pixels: Uint8Array, width: number, height: number, channels: 1 | 3, size: number): Uint8Array {
  const small = shrink(pixels, width, height, channels, size, size);
  return channels === 3 ? small : threefold(small);
}
