/** Files that hold raw pixels: IDX, NPY, NPZ, CIFAR's binary batches. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { SourceNote } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import type { Hooks } from '../hooks.ts';
import { allowMemory, bytesOf, fileBytes, headOf, memoryBytes } from './array-bytes.ts';
import { layoutOf } from './array-layout.ts';
import { checkFinite, isBinary } from './array-values.ts';
import { cifarImages } from './cifar.ts';
import { IDX_HEAD_BYTES, idxHeader } from './idx.ts';
import type { ArrayImage } from './image-reference.ts';
import { labelOf, listingSha256 } from './listing.ts';
import { NPY_HEAD_BYTES, npyHeader } from './npy.ts';
import { readNpz } from './npz.ts';
import { type ArrayImages, bytesWanted, imagesOf, type NumberArray } from './number-array.ts';
import type { NumberType, SampleArray } from './number-type.ts';
import type { ArrayChoice, Source, SourceKind } from './source.ts';

/** Arrays that are read as one data set; a name where there are several. */
interface Read {
  parts: { name: string; images: ArrayImages }[];
  notes: SourceNote[];
}
type Reader = (file: string, choice: ArrayChoice, hooks: Hooks) => Promise<Read>;

interface Header {
  type: NumberType;
  shape: number[];
  fortran?: boolean;
  start: number;
}

const GZIP = 0x1f8b;
const HOW_TO_UNPACK = 'unpack it with gunzip, and choose the unpacked file, which Sonde reads from the disk';

function notNpz(file: string, name: ArrayChoice): void {
  if (name !== null) throw new Error(`an array's name (${name}) is only for .npz files; ${path.basename(file)} holds one array`);
}

/** A file of one array after a header, gzipped or not. Its header is read first; then only what the header names. */
function oneArray(headBytes: number, headerOf: (head: Buffer) => Header | null): Reader {
  return async (file, choice, hooks) => {
    notNpz(file, choice);
    const { size } = await stat(file);
    const magic = await headOf(createReadStream(file, { end: 1 }), 2);
    const gzipped = magic.length === 2 && magic.readUInt16BE(0) === GZIP;
    const open = (): Readable => (gzipped ? pipeline(createReadStream(file), createGunzip(), () => undefined) : createReadStream(file));
    const header = headerOf(await headOf(open(), headBytes));
    if (!header) throw new Error(`${path.basename(file)} is not what its name says`);
    const layout = layoutOf(header.shape, header.fortran ?? false);
    const length = bytesWanted(layout, header.type);
    if (gzipped) allowMemory(length, size, HOW_TO_UNPACK);
    else if (header.start + length > size) throw new Error(`it is cut short: ${size - header.start} of ${length} bytes are there`);
    const bytes = gzipped ? memoryBytes(await bytesOf(open(), header.start, length)) : fileBytes(file, header.start, length);
    return seen([{ name: '', type: header.type, layout, bytes }], [], hooks);
  };
}

/** The parts as images, and what a person is told of the choice. */
async function seen(parts: readonly (NumberArray & { name: string })[], others: readonly string[], hooks: Hooks): Promise<Read> {
  const { type } = parts[0] as NumberArray;
  // Images whose numbers lie scattered are read from all of the array at once.
  for (const { layout, bytes } of parts)
    if (layout.strides.image !== layout.height * layout.width * layout.channels)
      allowMemory(bytes.length, bytes.length, "np.save('images.npy', np.ascontiguousarray(a)), and choose that file");
  const all = parts.map(({ bytes }) => bytes);
  await checkFinite(all, type, hooks);
  const binary = await isBinary(all, type, hooks);
  const notes: SourceNote[] = [];
  const names = parts.map(({ name }) => name).join(', ');
  if (others.length > 0) notes.push({ code: 'array-chosen', params: { read: names, others: others.join(', ') } });
  else if (parts.length > 1) notes.push({ code: 'arrays-joined', params: { read: names } });
  return { parts: parts.map((part) => ({ name: part.name, images: imagesOf(part, binary) })), notes };
}

const readers: [pattern: RegExp, kind: SourceKind, read: Reader][] = [
  [/idx\d-(u?byte|short|int|float|double)(\.gz)?$|ubyte(\.gz)?$|\.idx\d?(\.gz)?$/i, 'idx', oneArray(IDX_HEAD_BYTES, idxHeader)],
  [/\.npy(\.gz)?$/i, 'npy', oneArray(NPY_HEAD_BYTES, npyHeader)],
  [
    /\.npz$/i,
    'npz',
    async (file, choice, hooks) => {
      const { parts, others } = await readNpz(file, choice, hooks);
      return seen(parts, others, hooks);
    },
  ],
  [
    /\.bin$/i,
    'cifar',
    async (file, choice) => {
      notNpz(file, choice);
      const images = cifarImages(fileBytes(file, 0, (await stat(file)).size));
      if (!images) throw new Error(`${path.basename(file)} is no CIFAR batch: neither its length nor its labels fit; convert it to .npy`);
      return { parts: [{ name: '', images }], notes: [] };
    },
  ],
];

/** Whether a file's name is one that these readers take. */
export const isArrayFile = (file: string): boolean => readers.some(([pattern]) => pattern.test(file));

/** @throws SondeError source-unsupported with what is wrong with the file, source-unreadable, cancelled */
export async function openArray(file: string, choice: ArrayChoice, hooks: Hooks = {}): Promise<Source> {
  const reader = readers.find(([pattern]) => pattern.test(file));
  if (!reader) throw new SondeError('source-unsupported', { path: file });
  const [, kind, read] = reader;
  let found: Read;
  try {
    found = await read(file, choice, hooks);
  } catch (cause) {
    if (cause instanceof SondeError) throw cause;
    const unreadable = (cause as NodeJS.ErrnoException).syscall !== undefined;
    throw new SondeError(unreadable ? 'source-unreadable' : 'source-unsupported', { path: file }, (cause as Error).message, { cause });
  }
  const { parts, notes } = found;
  const images = parts.flatMap((part) => referencesOf(part, parts.length > 1));
  return {
    kind,
    name: path.basename(file),
    path: file,
    images: images.map((image, position) => ({ ...image, position })),
    skipped: [],
    notes,
    listingSha256: listingSha256(images),
    array: joined(parts.map((part) => part.images)),
    read: () => Promise.reject(new Error('raw pixels have no encoded bytes')),
  };
}

/** Several arrays stand as folders, named as they are. */
function referencesOf({ name, images }: Read['parts'][number], several: boolean): ArrayImage[] {
  const bytes = images.height * images.width * images.channels;
  return Array.from({ length: images.count }, (_, position) => {
    const shown = `${several ? `${name}/` : ''}#${String(position).padStart(6, '0')}`;
    return { kind: 'array', path: shown, label: labelOf(shown), bytes, position };
  });
}

function joined(parts: readonly ArrayImages[]): ArrayImages {
  const [first] = parts as [ArrayImages];
  if (parts.length === 1) return first;
  const read = (position: number): SampleArray => {
    let at = position;
    for (const part of parts) {
      if (at < part.count) return part.read(at);
      at -= part.count;
    }
    throw new RangeError(`there is no image ${position}`);
  };
  return { ...first, count: parts.reduce((sum, part) => sum + part.count, 0), read };
}
