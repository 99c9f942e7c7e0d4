/** Files that hold raw pixels: IDX, NPY, NPZ, CIFAR's binary batches. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SondeError } from '../sonde-error.ts';
import type { ArrayImage } from './image-reference.ts';
import { listingSha256 } from './listing.ts';
import type { PixelArray, Source, SourceKind } from './source.ts';
import { readZipDirectory } from './zip-directory.ts';
import { readEntry } from './zip-entry.ts';
import { withFile } from './zip-file.ts';

interface Images extends PixelArray {
  count: number;
}

const IDX_MAGIC = 0x00000803;
const IDX_HEADER = 16;

/** LeCun's IDX with three dimensions of unsigned bytes; gzip is undone first. */
function idx(bytes: Buffer): Images | null {
  if (bytes.length < IDX_HEADER || bytes.readUInt32BE(0) !== IDX_MAGIC) return null;
  const [count, height, width] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8), bytes.readUInt32BE(12)];
  return packed(bytes.subarray(IDX_HEADER), count, height, width, 1);
}

function packed(bytes: Uint8Array, count: number, height: number, width: number, channels: 1 | 3): Images {
  const length = height * width * channels;
  if (length === 0 || bytes.length < count * length)
    throw new Error(`${count} images of ${height}x${width}x${channels} need ${count * length} bytes; there are ${bytes.length}`);
  return { count, height, width, channels, read: (position) => bytes.subarray(position * length, (position + 1) * length) };
}

const NPY_MAGIC = '\x93NUMPY';

/** numpy.lib.format, versions 1 to 3: N x H x W or N x H x W x 1, 3 of uint8, in C order. */
function npy(bytes: Buffer): Images | null {
  if (bytes.toString('latin1', 0, 6) !== NPY_MAGIC) return null;
  const wide = (bytes[6] as number) >= 2;
  const length = wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const start = (wide ? 12 : 10) + length;
  const header = bytes.toString('latin1', wide ? 12 : 10, start);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  if (type !== '|u1') throw new Error(`the array holds ${type}, not uint8`);
  if (/'fortran_order':\s*True/.test(header)) throw new Error('the array is in Fortran order: save it with numpy.ascontiguousarray');
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  if ((shape.length !== 3 && shape.length !== 4) || (channels !== 1 && channels !== 3))
    throw new Error(`the array is ${shape.join(' x ')}, not N x H x W or N x H x W x 3`);
  return packed(bytes.subarray(start), count, height, width, channels);
}

/** The first array of images in an .npz. */
async function npz(_: Buffer, file: string): Promise<Images | null> {
  return withFile(file, async (handle) => {
    const { size } = await handle.stat();
    const entries = (await readZipDirectory(handle)).filter(({ rawName }) => rawName.toString().endsWith('.npy'));
    if (entries.length === 0) return null;
    const reasons: string[] = [];
    for (const entry of entries) {
      try {
        const images = npy(Buffer.from(await readEntry(handle, size, entry)));
        if (images) return images;
      } catch (error) {
        reasons.push(`${entry.rawName}: ${(error as Error).message}`);
      }
    }
    throw new Error(reasons.join('; '));
  });
}

const CIFAR_EDGE = 32;
const CIFAR_PLANE = CIFAR_EDGE * CIFAR_EDGE;

/** CIFAR-10 (one label byte) and CIFAR-100 (two): planes of red, green, blue after the labels. */
function cifar(bytes: Buffer): Images | null {
  const labels = [1, 2].find((size) => bytes.length > 0 && bytes.length % (size + 3 * CIFAR_PLANE) === 0);
  if (labels === undefined) return null;
  const record = labels + 3 * CIFAR_PLANE;
  return {
    count: bytes.length / record,
    height: CIFAR_EDGE,
    width: CIFAR_EDGE,
    channels: 3,
    read(position) {
      const planes = bytes.subarray(position * record + labels, (position + 1) * record);
      const pixels = new Uint8Array(3 * CIFAR_PLANE);
      for (let i = 0; i < CIFAR_PLANE; i += 1) for (let c = 0; c < 3; c += 1) pixels[3 * i + c] = planes[c * CIFAR_PLANE + i] as number;
      return pixels;
    },
  };
}

const readers: [pattern: RegExp, kind: SourceKind, read: (bytes: Buffer, file: string) => Images | null | Promise<Images | null>][] = [
  [/ubyte(\.gz)?$|\.idx(3)?(\.gz)?$/i, 'idx', idx],
  [/\.npy$/i, 'npy', npy],
  [/\.npz$/i, 'npz', npz],
  [/\.bin$/i, 'cifar', cifar],
];

/** Whether a file's name is one that these readers take. */
export const isArrayFile = (file: string): boolean => readers.some(([pattern]) => pattern.test(file));

/** @throws SondeError source-unsupported with what is wrong with the file, source-unreadable */
export async function openArray(file: string): Promise<Source> {
  const reader = readers.find(([pattern]) => pattern.test(file));
  if (!reader) throw new SondeError('source-unsupported', { path: file });
  const [, kind, read] = reader;
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new SondeError('source-unreadable', { path: file }, String(cause), { cause });
  }
  let images: Images | null;
  try {
    images = await read(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes, file);
  } catch (cause) {
    throw new SondeError('source-unsupported', { path: file }, (cause as Error).message, { cause });
  }
  if (!images) throw new SondeError('source-unsupported', { path: file }, `${path.basename(file)} is not what its name says`);
  const size = images.height * images.width * images.channels;
  const references = Array.from(
    { length: images.count },
    (_, position): ArrayImage => ({ kind: 'array', path: `#${String(position).padStart(6, '0')}`, label: '', bytes: size, position }),
  );
  return {
    kind,
    name: path.basename(file),
    path: file,
    images: references,
    skipped: [],
    notes: [],
    listingSha256: listingSha256(references),
    array: images,
    read: () => Promise.reject(new Error('raw pixels have no encoded bytes')),
  };
}
