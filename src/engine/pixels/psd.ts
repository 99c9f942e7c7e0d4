/** Photoshop documents (Adobe, "Photoshop File Formats"): the picture of all layers together, as it lies at the end of the file. */
import { ImageRefused } from './image-refused.ts';
import { unpackBits } from './packbits.ts';
import type { Samples } from './samples.ts';

const HEADER = 26;
const [INDEXED, GRAY, RGB] = [2, 1, 3];
const [RAW, PACKED] = [0, 1];
const remedy = 'save it as PNG or TIFF';

/** null: no such document. PSB, the large kind, is version 2. */
export function psdSize(data: Uint8Array): { width: number; height: number } | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < HEADER || bytes.toString('latin1', 0, 4) !== '8BPS') return null;
  return { width: bytes.readUInt32BE(18), height: bytes.readUInt32BE(14) };
}

/** @throws ImageRefused */
export async function readPsd(data: Uint8Array): Promise<Samples> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const large = bytes.readUInt16BE(4) === 2;
  const [planes, height, width, depth, mode] = [
    bytes.readUInt16BE(12),
    bytes.readUInt32BE(14),
    bytes.readUInt32BE(18),
    bytes.readUInt16BE(22),
    bytes.readUInt16BE(24),
  ];
  const channels = mode === RGB ? 3 : 1;
  if (![INDEXED, GRAY, RGB].includes(mode) || (depth !== 8 && depth !== 16) || planes < channels)
    throw new ImageRefused('unsupported', `a Photoshop document of mode ${mode} and ${depth} bits is not read: ${remedy}`);
  try {
    const colours = HEADER + 4;
    let at = colours + bytes.readUInt32BE(HEADER);
    at += 4 + bytes.readUInt32BE(at);
    at += large ? 8 + Number(bytes.readBigUInt64BE(at)) : 4 + bytes.readUInt32BE(at);
    const stored = planesOf(bytes, at, { width, height, planes, wide: depth / 8, large });
    const about = { width, height, white: null, inverted: false, orientation: 1, profile: null, notes: [] };
    const value = depth === 8 ? (i: number) => stored[i] as number : (i: number) => stored.readUInt16BE(2 * i);
    const pixels = width * height;
    if (mode === INDEXED) {
      const rgb = Uint8Array.from({ length: pixels * 3 }, (_, i) => bytes[colours + value(Math.floor(i / 3)) + 256 * (i % 3)] ?? 0);
      return { ...about, channels: 3, data: rgb, type: 'uint8' };
    }
    const values = new (depth === 8 ? Uint8Array : Uint16Array)(pixels * channels);
    for (let c = 0; c < channels; c += 1) for (let i = 0; i < pixels; i += 1) values[i * channels + c] = value(c * pixels + i);
    // Photoshop's own 16 bits fill their range.
    return { ...about, channels, data: values, type: depth === 8 ? 'uint8' : 'uint16', white: depth === 8 ? null : 65_535 };
  } catch (cause) {
    if (cause instanceof RangeError) throw new ImageRefused('truncated', 'the file ends before its picture does', { cause });
    throw cause;
  }
}

interface Shape {
  width: number;
  height: number;
  planes: number;
  /** Bytes a sample. */
  wide: number;
  large: boolean;
}

/** Plane after plane, unpacked. @throws RangeError where the bytes end early */
function planesOf(bytes: Buffer, start: number, { width, height, planes, wide, large }: Shape): Buffer {
  const compression = bytes.readUInt16BE(start);
  const length = width * height * planes * wide;
  const from = start + 2;
  if (compression === RAW) {
    if (bytes.length < from + length) throw new RangeError('the planes end early');
    return bytes.subarray(from, from + length);
  }
  if (compression !== PACKED) throw new ImageRefused('unsupported', `a Photoshop document packed another way is not read: ${remedy}`);
  // The lengths of all rows come first; rows are packed each for itself, and follow one another.
  return unpackBits(bytes, from + height * planes * (large ? 4 : 2), length);
}
