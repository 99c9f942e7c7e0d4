/** BMP files for tests: a picture of three colours, the left half one, the right half two. */
const [WIDTH, HEIGHT] = [8, 8];
export const COLOURS = [
  [200, 10, 20],
  [30, 40, 220],
  [50, 190, 60],
] as const;
const colourAt = (x: number, y: number): number => (x < WIDTH / 2 ? 0 : y < HEIGHT / 2 ? 1 : 2);

export interface BmpKind {
  bits: 1 | 4 | 8 | 16 | 24 | 32;
  topDown?: boolean;
  /** With masks for each channel in a header of 108 bytes; of 32 bits with this alpha. */
  masks?: readonly [number, number, number, number];
  alpha?: number;
  compression?: number;
}

export function bmp({ bits, topDown = false, masks, alpha = 0, compression = masks ? 3 : 0 }: BmpKind): Buffer {
  const stride = Math.ceil((WIDTH * bits) / 32) * 4;
  const entries = bits <= 8 ? 2 ** bits : 0;
  const header = masks ? 108 : 40;
  const from = 14 + header + 4 * entries;
  const bytes = Buffer.alloc(from + stride * HEIGHT);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(from, 10);
  bytes.writeUInt32LE(header, 14);
  bytes.writeInt32LE(WIDTH, 18);
  bytes.writeInt32LE(topDown ? -HEIGHT : HEIGHT, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(bits, 28);
  bytes.writeUInt32LE(compression, 30);
  masks?.forEach((mask, i) => {
    bytes.writeUInt32LE(mask, 54 + 4 * i);
  });
  COLOURS.slice(0, entries).forEach(([red, green, blue], i) => {
    bytes.set([blue, green, red], 14 + header + 4 * i);
  });
  for (let y = 0; y < HEIGHT; y += 1) {
    const row = from + stride * (topDown ? y : HEIGHT - 1 - y);
    for (let x = 0; x < WIDTH; x += 1) {
      const index = colourAt(x, y);
      const [red, green, blue] = COLOURS[index] as (typeof COLOURS)[number];
      if (bits <= 8) {
        const at = row + Math.floor((x * bits) / 8);
        bytes[at] = (bytes[at] as number) | (Math.min(index, 2 ** bits - 1) << (8 - bits - ((x * bits) % 8)));
      } else if (bits === 16)
        bytes.writeUInt16LE(((red >> 3) << (masks ? 11 : 10)) | ((green >> (masks ? 2 : 3)) << 5) | (blue >> 3), row + 2 * x);
      else bytes.set(bits === 24 ? [blue, green, red] : [blue, green, red, alpha], row + (x * bits) / 8);
    }
  }
  return bytes;
}
