import { encodePng } from '../../pixels/png.ts';

/** n square images side by side as a data: URL. @param data n x size x size x channels */
export function stripUrl({ n, size, channels, data }: { n: number; size: number; channels: 1 | 3; data: Uint8Array }): string {
  const strip = new Uint8Array(n * size * size * channels);
  const row = size * channels;
  for (let image = 0; image < n; image += 1)
    for (let y = 0; y < size; y += 1)
      strip.set(data.subarray((image * size + y) * row, (image * size + y + 1) * row), (y * n + image) * row);
  return `data:image/png;base64,${Buffer.from(encodePng(strip, n * size, size, channels)).toString('base64')}`;
}
