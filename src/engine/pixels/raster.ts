/** An image at its full size, as whichever reader decoded it, before it is made small: the one way into the common shrinking. */
export interface Raster {
  /** As stored, before the orientation is applied. */
  width: number;
  height: number;
  /** Gray, RGB, or RGB with straight alpha last. */
  channels: 1 | 3 | 4;
  /** height x width x channels, row-major. */
  data: Uint8Array;
  /** EXIF, 1 to 8: how the image is still to be turned. */
  orientation: number;
  /** Colour profile that is still to be carried out; null: sRGB already. */
  profile: Uint8Array | null;
}
