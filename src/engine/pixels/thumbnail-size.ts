import { THUMBNAIL_EDGE } from '../../study/thumbnail-file.ts';

/**
 * How many times as large as the study's images an image is first made, so that its thumbnail can be made of that too: both then cost one
 * pass over the image. 1: the image is too small for that to save anything.
 */
export function thumbnailDetour(width: number, height: number, size: number): number {
  const times = Math.ceil(THUMBNAIL_EDGE / size);
  return Math.min(width, height) >= size * times ? times : 1;
}

/** The size of an image's thumbnail: its own shape, the longer edge at most 96, never enlarged. */
export function thumbnailSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, THUMBNAIL_EDGE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
