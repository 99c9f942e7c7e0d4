/** Zips written byte by byte, for what no zip library writes. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface RawEntry {
  name: Buffer | string;
  data: Buffer;
  /** General purpose flags; 0x800: the name is UTF-8, 1: encrypted. */
  flags?: number;
  /** 0 stored, 8 deflated; of any other the data are taken as they are packed. */
  method?: number;
  packed?: Buffer;
  extra?: Buffer;
  crc?: number;
  size?: number;
  /** Begins at the local header of an earlier entry instead of its own. */
  sharesWith?: number;
}

export interface RawZip {
  /** What the end record says of the number of entries. */
  count?: number;
  zip64?: boolean;
  prefix?: Buffer;
  suffix?: Buffer;
  /** Whether the offsets count from the prefix's end, as where a zip was appended to a program. */
  fromPrefix?: boolean;
}

const header = (bytes: number, values: [at: number, size: 2 | 4 | 8, value: number][]): Buffer => {
  const buffer = Buffer.alloc(bytes);
  for (const [at, size, value] of values) {
    if (size === 2) buffer.writeUInt16LE(value, at);
    else if (size === 4) buffer.writeUInt32LE(value, at);
    else buffer.writeBigUInt64LE(BigInt(value), at);
  }
  return buffer;
};

/** Info-ZIP's Unicode path extra field; the CRC is of the raw name it stands beside. */
export function unicodePath(raw: Buffer, name: string, crc = crc32(raw)): Buffer {
  const text = Buffer.from(name);
  return Buffer.concat([
    header(9, [
      [0, 2, 0x7075],
      [2, 2, 5 + text.length],
      [4, 2, 1],
      [5, 4, crc],
    ]),
    text,
  ]);
}

export function rawZip(entries: readonly RawEntry[], { count, zip64 = false, prefix, suffix, fromPrefix = true }: RawZip = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const starts: number[] = [];
  const skipped = prefix && !fromPrefix ? prefix.length : 0;
  let at = skipped;
  for (const {
    name,
    data,
    flags = 0,
    method = 0,
    packed,
    extra = Buffer.alloc(0),
    crc = crc32(data),
    size = data.length,
    sharesWith,
  } of entries) {
    const raw = Buffer.from(name as string);
    const body = packed ?? (method === 8 ? deflateRawSync(data) : data);
    const start = sharesWith === undefined ? at : (starts[sharesWith] as number);
    starts.push(start);
    if (sharesWith === undefined) {
      const local = header(30, [
        [0, 4, 0x04034b50],
        [4, 2, 20],
        [6, 2, flags],
        [8, 2, method],
        [14, 4, crc],
        [18, 4, body.length],
        [22, 4, size],
        [26, 2, raw.length],
        [28, 2, 0],
      ]);
      parts.push(local, raw, body);
      at += local.length + raw.length + body.length;
    }
    const wide = zip64
      ? header(28, [
          [0, 2, 1],
          [2, 2, 24],
          [4, 8, size],
          [12, 8, body.length],
          [20, 8, start],
        ])
      : Buffer.alloc(0);
    const most = 0xffffffff;
    directory.push(
      header(46, [
        [0, 4, 0x02014b50],
        [4, 2, 20],
        [6, 2, 20],
        [8, 2, flags],
        [10, 2, method],
        [16, 4, crc],
        [20, 4, zip64 ? most : body.length],
        [24, 4, zip64 ? most : size],
        [28, 2, raw.length],
        [30, 2, wide.length + extra.length],
        [42, 4, zip64 ? most : start],
      ]),
      raw,
      wide,
      extra,
    );
  }
  const listed = Buffer.concat(directory);
  const total = count ?? entries.length;
  const end: Buffer[] = [];
  if (zip64) {
    end.push(
      header(56, [
        [0, 4, 0x06064b50],
        [4, 8, 44],
        [24, 8, total],
        [32, 8, total],
        [40, 8, listed.length],
        [48, 8, at],
      ]),
    );
    end.push(
      header(20, [
        [0, 4, 0x07064b50],
        [8, 8, at + listed.length],
        [16, 4, 1],
      ]),
    );
  }
  const [n, length, from] = zip64 ? [0xffff, 0xffffffff, 0xffffffff] : [total & 0xffff, listed.length, at];
  end.push(
    header(22, [
      [0, 4, 0x06054b50],
      [8, 2, n],
      [10, 2, n],
      [12, 4, length],
      [16, 4, from],
    ]),
  );
  return Buffer.concat([prefix ?? Buffer.alloc(0), ...parts, listed, ...end, suffix ?? Buffer.alloc(0)]);
}
