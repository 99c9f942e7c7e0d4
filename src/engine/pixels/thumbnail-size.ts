import { THUMBNAIL_EDGE } from '../../contract/thumbnails.ts';

/** The size of an image's thumbnail: its own shape, the longer edge at most 96, never enlarged. */
export function thumbnailSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, THUMBNAIL_EDGE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
