/** What is read of a file's EXIF (EXIF 2.32), the structure of a TIFF's directory that cameras leave in their files. */

const TAG = { orientation: 0x0112, make: 0x010f, model: 0x0110, exif: 0x8769, taken: 0x9003 } as const;
const LONG = 4;
const MOST_TEXT = 100;

/** The orientation, 1 to 8, in the first directory of a TIFF structure (4.6.4); 1 where it is absent or nonsense. */
export function exifOrientation(tiff: Buffer): number {
  const reader = readerOf(tiff);
  const entry = reader?.entry(reader.first, TAG.orientation);
  if (!reader || entry === undefined) return 1;
  // A SHORT by the standard; some writers make it a LONG, whose other half comes first in big-endian order.
  const value = reader.u16(entry + 2) === LONG ? reader.u32(entry + 8) : reader.u16(entry + 8);
  return value >= 1 && value <= 8 ? value : 1;
}

export interface Taken {
  /** Make and model as they stand; '' where they do not. */
  camera: string;
  /** Seconds since 1970 on the camera's own clock, whatever its zone; NaN where it is not said. */
  time: number;
}

/** By which camera and when an image was taken, as its file says. */
export function takenBy(bytes: Uint8Array): Taken {
  const tiff = exifOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const reader = tiff && readerOf(tiff);
  if (!reader) return { camera: '', time: Number.NaN };
  const camera = [TAG.make, TAG.model].map((tag) => reader.text(reader.first, tag)).filter((text) => text !== '');
  const pointer = reader.entry(reader.first, TAG.exif);
  return {
    camera: camera.join(' '),
    time: pointer === undefined ? Number.NaN : secondsOf(reader.text(reader.u32(pointer + 8), TAG.taken)),
  };
}

/** "2024:05:17 09:30:12" */
function secondsOf(text: string): number {
  const match = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(text);
  const [year = 0, month = 0, ...rest] = (match ?? []).slice(1).map(Number);
  // Cameras whose clock was never set write zeros.
  return match && year > 0 && month > 0 ? Date.UTC(year, month - 1, ...(rest as [number, number, number, number])) / 1000 : Number.NaN;
}

/** The TIFF structure within a JPEG's, PNG's or WebP's EXIF segment, or the file itself where it is a TIFF. */
function exifOf(bytes: Buffer): Buffer | null {
  const named = (at: number, name: string) => bytes.toString('latin1', at, at + name.length) === name;
  if (named(0, '\xff\xd8\xff')) {
    for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
      const marker = bytes[at + 1] as number;
      if (marker === 0xda) return null;
      if (marker === 0xff) {
        at += 1;
        continue;
      }
      const end = at + 2 + bytes.readUInt16BE(at + 2);
      if (marker === 0xe1 && named(at + 4, 'Exif\0\0')) return bytes.subarray(at + 10, end);
      at = end;
    }
    return null;
  }
  if (named(0, '\x89PNG\r\n\x1a\n')) {
    for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at))
      if (named(at + 4, 'eXIf')) return bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    return null;
  }
  if (named(0, 'RIFF') && named(8, 'WEBP')) {
    for (let at = 12; at + 8 <= bytes.length; ) {
      const length = bytes.readUInt32LE(at + 4);
      const from = at + (named(at + 8, 'Exif\0\0') ? 14 : 8);
      if (named(at, 'EXIF')) return bytes.subarray(from, at + 8 + length);
      at += 8 + length + (length % 2);
    }
    return null;
  }
  return named(0, 'II*\0') || named(0, 'MM\0*') ? bytes : null;
}

interface Reader {
  /** Where the first directory lies. */
  first: number;
  u16(at: number): number;
  u32(at: number): number;
  /** Where a tag's entry of a directory lies. */
  entry(directory: number, tag: number): number | undefined;
  /** A tag's text, '' where there is none. */
  text(directory: number, tag: number): string;
}

function readerOf(tiff: Buffer): Reader | null {
  if (tiff.length < 14) return null;
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const entry = (directory: number, tag: number): number | undefined => {
    if (directory + 2 > tiff.length) return undefined;
    const entries = u16(directory);
    for (let i = 0; i < entries; i += 1) {
      const at = directory + 2 + i * 12;
      if (at + 12 > tiff.length) return undefined;
      if (u16(at) === tag) return at;
    }
    return undefined;
  };
  const text = (directory: number, tag: number): string => {
    const at = entry(directory, tag);
    if (at === undefined) return '';
    const length = u32(at + 4);
    const from = length <= 4 ? at + 8 : u32(at + 8);
    const written = tiff.toString('latin1', from, Math.min(tiff.length, from + Math.min(length, MOST_TEXT)));
    return (written.split('\0', 1)[0] as string).trim();
  };
  return { first: u32(4), u16, u32, entry, text };
}
