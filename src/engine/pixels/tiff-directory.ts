/**
 * A TIFF's first directory: what the file says of its first image, before a pixel is read.
 * Layout: TIFF 6.0 (Adobe, 1992), section 2; BigTIFF (Joris Van Damme and others, 2004).
 */

/** Tags by their number: TIFF 6.0, appendix A, and the registered ones of later supplements. */
export const TAG = {
  subfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  subDirectories: 330,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  jpegOffset: 513,
  jpegLength: 514,
  lumaCoefficients: 529,
  chromaSubsampling: 530,
  referenceBlackWhite: 532,
  colourProfile: 34675,
  lercParameters: 50674,
  dngVersion: 50706,
} as const;

/** Bytes of one value of each field type; the rest are unknown and passed over. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};
/** A directory of more entries, or a chain of more directories, is damaged or made to be slow. */
const MOST_ENTRIES = 4096;
const MOST_PAGES = 100_000;

export interface TiffEntry {
  type: number;
  count: number;
  /** Where the values lie in the file. */
  at: number;
  /** The entry as stored. */
  raw: Buffer;
}

/** Reads numbers in the file's own byte order. */
export class TiffDirectory {
  readonly bytes: Buffer;
  readonly little: boolean;
  readonly big: boolean;
  readonly entries: ReadonlyMap<number, TiffEntry>;
  /** Full images after the first: neither smaller copies of one nor masks. */
  readonly laterPages: number;

  /** @throws Error where there is no directory to read */
  constructor(data: Uint8Array) {
    this.bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    this.little = this.bytes.toString('latin1', 0, 2) === 'II';
    this.big = this.u16(2) === 43;
    const first = this.#entriesAt(this.big ? this.u64(8) : this.u32(4));
    this.entries = first.entries;
    this.laterPages = this.#pagesFrom(first.next);
  }

  u16(at: number): number {
    return this.little ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }
  u32(at: number): number {
    return this.little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }
  u64(at: number): number {
    return Number(this.little ? this.bytes.readBigUInt64LE(at) : this.bytes.readBigUInt64BE(at));
  }

  #entriesAt(directory: number): { entries: Map<number, TiffEntry>; next: number } {
    const entries = new Map<number, TiffEntry>();
    const count = this.big ? this.u64(directory) : this.u16(directory);
    if (count > MOST_ENTRIES) throw new RangeError(`a TIFF directory of ${count} entries`);
    const [start, length, wide] = this.big ? [directory + 8, 20, 8] : [directory + 2, 12, 4];
    for (let i = 0; i < count; i += 1) {
      const at = start + i * length;
      const raw = this.bytes.subarray(at, at + length);
      if (raw.length < length) throw new RangeError('a TIFF directory that is cut short');
      const type = this.u16(at + 2);
      const values = this.big ? this.u64(at + 4) : this.u32(at + 4);
      const inline = at + length - wide;
      const bytes = values * (TYPE_BYTES[type] ?? 0);
      entries.set(this.u16(at), { type, count: values, at: bytes <= wide ? inline : this.big ? this.u64(inline) : this.u32(inline), raw });
    }
    const end = start + count * length;
    const next = end + wide > this.bytes.length ? 0 : this.big ? this.u64(end) : this.u32(end);
    return { entries, next };
  }

  #pagesFrom(first: number): number {
    const seen = new Set<number>();
    let pages = 0;
    for (let at = first; at !== 0 && at < this.bytes.length && !seen.has(at) && seen.size < MOST_PAGES; ) {
      seen.add(at);
      try {
        const { entries, next } = this.#entriesAt(at);
        const kind = entries.get(TAG.subfileType);
        // Bit 0: a smaller copy of another image; bit 2: a mask.
        if (!kind || (this.u32(kind.at) & 5) === 0) pages += 1;
        at = next;
      } catch {
        // A broken later page is no fault of the first: what can be counted is counted.
        break;
      }
    }
    return pages;
  }

  /** A tag's values; none where it is absent. @throws RangeError where they lie outside the file */
  numbers(tag: number): number[] {
    const entry = this.entries.get(tag);
    if (!entry) return [];
    const size = TYPE_BYTES[entry.type] ?? 0;
    if (size === 0) return [];
    if (entry.at + entry.count * size > this.bytes.length) throw new RangeError(`the values of TIFF tag ${tag} lie outside the file`);
    return Array.from({ length: entry.count }, (_, i) => this.#value(entry.type, entry.at + i * size));
  }

  #value(type: number, at: number): number {
    const { bytes, little } = this;
    if (type === 3) return this.u16(at);
    if (type === 4 || type === 13) return this.u32(at);
    if (type === 5) return this.u32(at) / this.u32(at + 4);
    if (type === 6) return bytes.readInt8(at);
    if (type === 8) return little ? bytes.readInt16LE(at) : bytes.readInt16BE(at);
    if (type === 9) return little ? bytes.readInt32LE(at) : bytes.readInt32BE(at);
    if (type === 10) return little ? bytes.readInt32LE(at) / bytes.readInt32LE(at + 4) : bytes.readInt32BE(at) / bytes.readInt32BE(at + 4);
    if (type === 11) return little ? bytes.readFloatLE(at) : bytes.readFloatBE(at);
    if (type === 12) return little ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at);
    if (type >= 16) return this.u64(at);
    return bytes[at] as number;
  }

  /** A tag's first value. */
  number(tag: number, otherwise: number): number {
    return this.numbers(tag)[0] ?? otherwise;
  }

  /** A tag's bytes as stored; null where it is absent or lies outside the file. */
  block(tag: number): Buffer | null {
    const entry = this.entries.get(tag);
    if (!entry) return null;
    const end = entry.at + entry.count * (TYPE_BYTES[entry.type] ?? 0);
    return end > this.bytes.length ? null : this.bytes.subarray(entry.at, end);
  }

  get tiled(): boolean {
    return this.entries.has(TAG.tileOffsets);
  }

  /** Where the strips or tiles lie. */
  blocks(): { offsets: number[]; counts: number[] } {
    const [offsets, counts] = this.tiled ? [TAG.tileOffsets, TAG.tileByteCounts] : [TAG.stripOffsets, TAG.stripByteCounts];
    return { offsets: this.numbers(offsets), counts: this.numbers(counts) };
  }
}
