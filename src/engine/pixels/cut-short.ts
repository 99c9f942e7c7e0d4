/** Whether a file of a format ends before its image does: its own structure says so, whatever a decoder calls it. */
import type { ImageFormat } from './image-header.ts';

const ascii = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end);

/** PNG (ISO 15948): chunk after chunk up to IEND. */
function pngIsCut(bytes: Buffer): boolean {
  let at = 8;
  while (at + 12 <= bytes.length) {
    if (ascii(bytes, at + 4, at + 8) === 'IEND') return false;
    at += 12 + bytes.readUInt32BE(at);
  }
  return true;
}

/** A box (ISO 14496-12) that reaches beyond the end; a size of 0 is one up to the end. */
function boxesAreCut(bytes: Buffer): boolean {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    if (size === 0) return false;
    at += size === 1 && at + 16 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 8)) : Math.max(8, size);
  }
  return at !== bytes.length;
}

const checks: Partial<Record<ImageFormat, (bytes: Buffer) => boolean>> = {
  png: pngIsCut,
  // RIFF: the size after its own eight bytes.
  webp: (bytes) => bytes.readUInt32LE(4) + 8 > bytes.length,
  gif: (bytes) => bytes.at(-1) !== 0x3b,
  jpeg: (bytes) => bytes.lastIndexOf(Buffer.of(0xff, 0xd9)) < 0,
  avif: boxesAreCut,
};

export function isCutShort(data: Uint8Array, format: ImageFormat): boolean {
  return checks[format]?.(Buffer.from(data.buffer, data.byteOffset, data.byteLength)) ?? false;
}
