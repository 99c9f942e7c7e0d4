/** Truevision TGA 2.0: gray, palettes and colours of 15 to 32 bits, run-length coded or not. */
import { ImageRefused } from './image-refused.ts';
import { asChannels, type Samples } from './samples.ts';

const HEADER = 18;
const [INDEXED, COLOURS, GRAY] = [1, 2, 3];
const RUN_LENGTH = 8;
const [RIGHT_TO_LEFT, TOP_DOWN] = [0x10, 0x20];
/** A packet of one byte and its pixel stands for so many. */
const LONGEST_RUN = 128;

interface TgaHeader {
  kind: number;
  packed: boolean;
  width: number;
  height: number;
  /** Bits a pixel, as stored. */
  bits: number;
  descriptor: number;
  palette: { first: number; count: number; bits: number; from: number };
  /** Where the pixels begin. */
  from: number;
}

/** null: it is none. The format has no sign at its beginning: every field has to be one that there is. */
export function tgaHeader(data: Uint8Array): TgaHeader | null {
  if (data.length < HEADER) return null;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const [idLength, hasPalette, type] = [bytes[0], bytes[1], bytes[2]] as [number, number, number];
  const [first, count, entryBits] = [bytes.readUInt16LE(3), bytes.readUInt16LE(5), bytes[7] as number];
  const [width, height, bits, descriptor] = [bytes.readUInt16LE(12), bytes.readUInt16LE(14), bytes[16], bytes[17]] as [
    number,
    number,
    number,
    number,
  ];
  const kind = type & ~RUN_LENGTH;
  const palettes = kind === INDEXED ? hasPalette === 1 && count > 0 && [15, 16, 24, 32].includes(entryBits) : hasPalette === 0;
  const depths = { [INDEXED]: [8], [COLOURS]: [15, 16, 24, 32], [GRAY]: [8] }[kind];
  if (!palettes || !depths?.includes(bits) || width * height === 0 || descriptor > 0x3f) return null;
  if (kind !== INDEXED && (first | count | entryBits) !== 0) return null;
  // Bits of alpha: as many as are left over.
  if (![0, 8, bits === 16 ? 1 : 0].includes(descriptor & 15)) return null;
  const from = HEADER + idLength + (hasPalette ? count * Math.ceil(entryBits / 8) : 0);
  const palette = { first, count, bits: entryBits, from: HEADER + idLength };
  return { kind, packed: (type & RUN_LENGTH) !== 0, width, height, bits, descriptor, palette, from };
}

/** @throws ImageRefused */
export async function readTga(data: Uint8Array): Promise<Samples> {
  const header = tgaHeader(data);
  if (!header) throw new ImageRefused('corrupt', 'a Targa image whose header is damaged');
  const { kind, width, height, bits, descriptor, palette } = header;
  const stored = unpack(data, header);
  const pixels = width * height;
  const channels = kind === GRAY ? 1 : (kind === INDEXED ? palette.bits : bits) === 32 ? 4 : 3;
  const out = new Uint8Array(pixels * channels);
  for (let i = 0; i < pixels; i += 1) {
    const x = i % width;
    const y = (i - x) / width;
    const row = descriptor & TOP_DOWN ? y : height - 1 - y;
    const to = (row * width + (descriptor & RIGHT_TO_LEFT ? width - 1 - x : x)) * channels;
    if (kind === GRAY) out[to] = stored[i] as number;
    else if (kind === COLOURS) colour(stored, i * Math.ceil(bits / 8), bits, out, to);
    else {
      const entry = (stored[i] as number) - palette.first;
      if (entry >= 0 && entry < palette.count) colour(data, palette.from + entry * Math.ceil(palette.bits / 8), palette.bits, out, to);
    }
  }
  // Many writers leave an alpha that means nothing at zero.
  if (channels === 4 && !out.some((value, i) => i % 4 === 3 && value > 0)) for (let i = 3; i < out.length; i += 4) out[i] = 255;
  return {
    width,
    height,
    ...asChannels(out, channels),
    type: 'uint8',
    white: null,
    inverted: false,
    orientation: 1,
    profile: null,
    notes: [],
  };
}

/** Blue, green, red and alpha, or five bits of each in two bytes. */
function colour(bytes: Uint8Array, at: number, bits: number, out: Uint8Array, to: number): void {
  if (bits >= 24) {
    for (let c = 0; c < 3; c += 1) out[to + c] = bytes[at + 2 - c] as number;
    if (bits === 32) out[to + 3] = bytes[at + 3] as number;
    return;
  }
  const value = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  for (let c = 0; c < 3; c += 1) out[to + c] = Math.floor((((value >> (10 - 5 * c)) & 31) * 255) / 31);
}

function unpack(data: Uint8Array, { packed, width, height, bits, from }: TgaHeader): Uint8Array {
  const size = Math.ceil(bits / 8);
  const length = width * height * size;
  const cut = () => new ImageRefused('truncated', 'the file ends before its pixels do');
  if (!packed) {
    if (data.length < from + length) throw cut();
    return data.subarray(from, from + length);
  }
  if (length > (data.length - from) * LONGEST_RUN) throw cut();
  const out = new Uint8Array(length);
  for (let at = from, to = 0; to < length; ) {
    const packet = data[at] as number;
    const count = Math.min(((packet & 127) + 1) * size, length - to);
    const wanted = packet > 127 ? size : count;
    if (at + 1 + wanted > data.length) throw cut();
    out.set(data.subarray(at + 1, at + 1 + wanted), to);
    if (packet > 127) for (let i = size; i < count; i += 1) out[to + i] = out[to + i - size] as number;
    at += 1 + wanted;
    to += count;
  }
  return out;
}
