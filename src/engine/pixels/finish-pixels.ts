import { colourTransform } from './colour-profile.ts';
import { upright } from './orient.ts';

/** What is still to be done to an image's small pixels: its colour profile is to be carried out, and it is to be turned upright. */
export interface Unfinished {
  profile: Uint8Array | null;
  /** EXIF, 1 to 8. */
  orientation: number;
}

export const FINISHED: Unfinished = { profile: null, orientation: 1 };

/** size x size x 3, as stored, to upright sRGB. Writes over `pixels`; returns them. */
export function finishPixels(pixels: Uint8Array, size: number, { profile, orientation }: Unfinished): Uint8Array {
  const transform = colourTransform(profile);
  if (transform.kind === 'matrix') transform.apply(pixels);
  if (orientation !== 1) pixels.set(upright(pixels, size, size, orientation).pixels);
  return pixels;
}
