/** Turns an image as its EXIF orientation (1 to 8) says. Pixels are height x width x 3. Returns the upright image. */
export function upright(
  pixels: Uint8Array,
  width: number,
  height: number,
  orientation: number,
): { pixels: Uint8Array; width: number; height: number } {
  if (orientation === 1) return { pixels, width, height };
  const swapped = orientation >= 5;
  const [outWidth, outHeight] = swapped ? [height, width] : [width, height];
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < outHeight; y += 1) {
    for (let x = 0; x < outWidth; x += 1) {
      const [sx, sy] = place(x, y, width, height, orientation);
      const from = 3 * (sy * width + sx);
      const to = 3 * (y * outWidth + x);
      out[to] = pixels[from] as number;
      out[to + 1] = pixels[from + 1] as number;
      out[to + 2] = pixels[from + 2] as number;
    }
  }
  return { pixels: out, width: outWidth, height: outHeight };
}

/** Where in the stored image the upright pixel (x, y) lies. */
function place(x: number, y: number, width: number, height: number, orientation: number): [number, number] {
  switch (orientation) {
    case 2:
      return [width - 1 - x, y];
    case 3:
      return [width - 1 - x, height - 1 - y];
    case 4:
      return [x, height - 1 - y];
    case 5:
      return [y, x];
    case 6:
      return [y, height - 1 - x];
    case 7:
      return [width - 1 - y, height - 1 - x];
    default:
      return [width - 1 - y, x];
  }
}
