/**
 * A TIFF told anew, so that libtiff reads what it otherwise does not: the same pixels under other tags, or blocks that were decompressed
 * here. libtiff stays the one that knows strips, tiles, planes, predictors and byte orders.
 */
import { TAG, type TiffDirectory } from './tiff-directory.ts';

const [SHORT, LONG, LONG8] = [3, 4, 16];

/** The file with some tags of its first image set to other values; `blocks` takes the place of its strips or tiles. */
export function rewrap(directory: TiffDirectory, changes: ReadonlyMap<number, readonly number[]>, blocks?: readonly Uint8Array[]): Buffer {
  const { big, little, bytes } = directory;
  const parts: Uint8Array[] = [bytes];
  let end = bytes.length;
  const append = (part: Uint8Array): number => {
    // Directories and their values begin at even bytes.
    if (end % 2 === 1) {
      parts.push(new Uint8Array(1));
      end += 1;
    }
    const at = end;
    parts.push(part);
    end += part.length;
    return at;
  };
  const changed = new Map(changes);
  if (blocks) {
    changed.set(directory.tiled ? TAG.tileOffsets : TAG.stripOffsets, blocks.map(append));
    changed.set(
      directory.tiled ? TAG.tileByteCounts : TAG.stripByteCounts,
      blocks.map((block) => block.length),
    );
  }
  const write = (buffer: Buffer, at: number, value: number, wide: 2 | 4 | 8): void => {
    if (wide === 8) little ? buffer.writeBigUInt64LE(BigInt(value), at) : buffer.writeBigUInt64BE(BigInt(value), at);
    else little ? buffer.writeUIntLE(value, at, wide) : buffer.writeUIntBE(value, at, wide);
  };
  const wide = big ? 8 : 4;
  const entry = (tag: number, values: readonly number[]): Buffer => {
    const isPlace = tag === TAG.stripOffsets || tag === TAG.tileOffsets || tag === TAG.stripByteCounts || tag === TAG.tileByteCounts;
    const most = Math.max(...values);
    const [type, size] = isPlace ? ([big ? LONG8 : LONG, wide] as const) : most > 65535 ? ([LONG, 4] as const) : ([SHORT, 2] as const);
    const raw = Buffer.alloc(big ? 20 : 12);
    write(raw, 0, tag, 2);
    write(raw, 2, type, 2);
    write(raw, 4, values.length, wide);
    const list = Buffer.alloc(Math.max(wide, values.length * size));
    values.forEach((value, i) => {
      write(list, i * size, value, size);
    });
    if (values.length * size <= wide) list.copy(raw, raw.length - wide);
    else write(raw, raw.length - wide, append(list), wide);
    return raw;
  };
  const entries = new Map([...directory.entries].map(([tag, { raw }]) => [tag, raw]));
  for (const [tag, values] of changed) {
    if (values.length === 0) entries.delete(tag);
    else entries.set(tag, entry(tag, values));
  }
  const sorted = [...entries].sort(([a], [b]) => a - b).map(([, raw]) => raw);
  const count = Buffer.alloc(big ? 8 : 2);
  write(count, 0, sorted.length, big ? 8 : 2);
  const at = append(Buffer.concat([count, ...sorted, Buffer.alloc(wide)]));
  const file = Buffer.concat(parts);
  write(file, big ? 8 : 4, at, wide);
  return file;
}
