import type { ImageHeader } from './image-header.ts';
import type { Raster } from './raster.ts';
import { decodeWithSharp } from './sharp-decode.ts';

/** Where a GIF's first frame lies on its screen, in pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The first frame on its screen; what it does not cover is as white as what it leaves transparent, whatever its palette begins with. */
export async function decodeGif(bytes: Uint8Array, header: ImageHeader): Promise<Raster> {
  const raster = await decodeWithSharp(bytes, header);
  return header.frame ? { ...raster, data: whiteAround(raster, header.frame) } : raster;
}

function whiteAround({ data, width, height, channels }: Raster, { left, top, width: across, height: down }: Frame): Uint8Array {
  const out = new Uint8Array(data.length).fill(255);
  const from = Math.min(width, left) * channels;
  const to = Math.min(width, left + across) * channels;
  for (let y = Math.min(height, top); y < Math.min(height, top + down); y += 1) {
    const row = y * width * channels;
    out.set(data.subarray(row + from, row + to), row + from);
  }
  return out;
}
