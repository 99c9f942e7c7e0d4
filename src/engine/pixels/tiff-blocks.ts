/** Compressions of TIFF that sharp's libtiff is built without, undone block by block. */
import { deflateSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { decode as decodeLerc, load as loadLerc } from 'lerc';
import { ImageRefused } from './image-refused.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';
import type { TiffShape } from './tiff.ts';
import { TAG } from './tiff-directory.ts';
import { rewrap } from './tiff-rewrap.ts';

const [NONE, DEFLATE] = [1, 8];
const [ZSTD, LERC, JPEG_2000, APERIO_RGB] = [50000, 34887, 34712, 33005];
/** LercParameters' second value: how a LERC block was compressed once more. */
const [LERC_DEFLATE, LERC_ZSTD] = [1, 2];

export const decompressed = (compression: number): boolean => [ZSTD, LERC, JPEG_2000, APERIO_RGB].includes(compression);

/** The same file with its blocks in a compression that libtiff has. @throws ImageRefused */
export async function decompressBlocks(shape: TiffShape): Promise<Buffer> {
  const { directory, compression, planes, samples, bits, width, height } = shape;
  const { offsets, counts } = directory.blocks();
  const [across, down] = directory.tiled
    ? [directory.number(TAG.tileWidth, 0), directory.number(TAG.tileHeight, 0)]
    : [width, Math.min(height, directory.number(TAG.rowsPerStrip, height))];
  const most = Math.ceil((across * (planes ? 1 : samples) * bits) / 8) * down;
  const blocks: Uint8Array[] = [];
  for (const [i, offset] of offsets.entries()) {
    const stored = directory.bytes.subarray(offset, offset + (counts[i] ?? 0));
    if (stored.length < (counts[i] ?? 0)) throw new ImageRefused('truncated', 'the file ends before its pixels do');
    try {
      blocks.push(await undo(stored, shape, most));
    } catch (cause) {
      if (cause instanceof ImageRefused) throw cause;
      throw new ImageRefused('corrupt', `block ${i + 1} of ${offsets.length} is damaged: ${(cause as Error).message}`, { cause });
    }
  }
  const lossless = compression === ZSTD;
  const changes = new Map([[TAG.compression as number, [lossless ? DEFLATE : NONE]]]);
  if (!lossless) changes.set(TAG.predictor, [1]);
  return rewrap(directory, changes, blocks);
}

async function undo(stored: Buffer, shape: TiffShape, most: number): Promise<Uint8Array> {
  // libtiff knows predictors only of deflate and its like; level 0 stores.
  if (shape.compression === ZSTD) return deflateSync(zstdDecompressSync(stored, { maxOutputLength: most }), { level: 0 });
  const wide = shape.bits / 8;
  const values = shape.compression === LERC ? await lerc(stored, shape, most) : (await decodeJpeg2000(stored, most)).data;
  if (values.BYTES_PER_ELEMENT !== wide) throw new Error(`its samples have ${8 * values.BYTES_PER_ELEMENT} bits, not ${shape.bits}`);
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  if (shape.directory.little || wide === 1) return bytes;
  return wide === 2 ? bytes.swap16() : wide === 4 ? bytes.swap32() : bytes.swap64();
}

/** Esri's Limited Error Raster Compression, pixels interleaved. */
async function lerc(stored: Buffer, { directory }: TiffShape, most: number) {
  await loadLerc();
  const again = directory.numbers(TAG.lercParameters)[1] ?? 0;
  // What LERC left is at most a little longer than the pixels.
  const limit = { maxOutputLength: 2 * most + 4096 };
  const plain = again === LERC_ZSTD ? zstdDecompressSync(stored, limit) : again === LERC_DEFLATE ? inflateSync(stored, limit) : stored;
  const { pixels } = decodeLerc(new Uint8Array(plain), { returnInterleaved: true });
  const [first, ...others] = pixels;
  if (!first || others.length > 0) throw new Error('its LERC bands lie apart');
  return first;
}
