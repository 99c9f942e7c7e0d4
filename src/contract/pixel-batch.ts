/** Pixels, row-major, n x size x size x channels, 0..255. */
export interface PixelBatch {
  n: number;
  size: number;
  channels: 1 | 3;
  data: Uint8Array;
}
