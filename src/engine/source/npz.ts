/** An .npz: a zip of .npy arrays. Which of them hold the images is told by their names and shapes, or by a person. */
import { createReadStream } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type { Hooks } from '../hooks.ts';
import { type ArrayBytes, allowMemory, bytesOf, fileBytes, headOf, memoryBytes } from './array-bytes.ts';
import { type ArrayLayout, layoutOf } from './array-layout.ts';
import { NPY_HEAD_BYTES, type NpyHeader, npyHeader } from './npy.ts';
import { bytesWanted, type NumberArray } from './number-array.ts';
import { readZipDirectory, type ZipEntry } from './zip-directory.ts';
import { packedStart, refusalOf } from './zip-entry.ts';
import { withFile } from './zip-file.ts';

const STORED = 0;
/** Reasons for which an entry of a zip is no image, and yet may be an array. */
const irrelevant = new Set(['too-large', 'empty']);

/** An array that may hold images. */
interface Candidate {
  name: string;
  entry: ZipEntry;
  /** Where its packed bytes begin in the file. */
  from: number;
  header: NpyHeader;
  layout: ArrayLayout;
}

export interface NpzImages {
  /** One array, or the splits of one data set, in this order. */
  parts: (NumberArray & { name: string })[];
  /** The names of all other arrays. */
  others: string[];
}

/** With `wanted` that array and no other. @throws Error that says what is wrong */
export async function readNpz(file: string, wanted: string | null, hooks: Hooks): Promise<NpzImages> {
  const { size: packed } = await stat(file);
  return withFile(file, async (handle) => {
    const candidates: Candidate[] = [];
    const refused = new Map<string, string>();
    const arrays = (await readZipDirectory(handle, hooks)).filter(({ rawName }) => /\.npy$/i.test(rawName.toString()));
    const names = arrays.map(({ rawName }) => rawName.toString().replace(/\.npy$/i, ''));
    if (arrays.length === 0) throw new Error('it holds no arrays (.npy)');
    if (wanted !== null && !names.includes(wanted)) throw new Error(`it holds no array named ${wanted}; it holds ${names.join(', ')}`);
    for (const [i, entry] of arrays.entries()) {
      const name = names[i] as string;
      if (wanted !== null && name !== wanted) continue;
      try {
        candidates.push(await candidateOf(handle, file, name, entry));
      } catch (error) {
        refused.set(name, (error as Error).message);
      }
    }
    if (candidates.length === 0)
      throw new Error(
        [...refused].map(([name, reason]) => (wanted === null && names.length === 1 ? reason : `${name}: ${reason}`)).join('; '),
      );
    const chosen = choose(candidates);
    const total = chosen.reduce(
      (sum, { entry, layout, header }) => sum + (entry.method === STORED ? 0 : bytesWanted(layout, header.type)),
      0,
    );
    allowMemory(total, packed, 'save the images alone with np.save, which Sonde reads from the disk, and choose that file');
    const parts: NpzImages['parts'] = [];
    for (const candidate of chosen) {
      const { name, header, layout } = candidate;
      try {
        parts.push({ name, type: header.type, layout, bytes: await load(file, candidate) });
      } catch (cause) {
        throw new Error(`${name}: ${(cause as Error).message}`, { cause });
      }
    }
    return { parts, others: names.filter((name) => !chosen.some((one) => one.name === name)) };
  });
}

function unpacked(file: string, from: number, { method, compressedSize }: ZipEntry): Readable {
  const source = createReadStream(file, { start: from, end: from + compressedSize - 1 });
  if (method === STORED) return source;
  // Either's error ends both; whoever reads the last is told.
  return pipeline(source, createInflateRaw(), () => undefined);
}

async function candidateOf(handle: FileHandle, file: string, name: string, entry: ZipEntry): Promise<Candidate> {
  const refusal = refusalOf(entry);
  if (refusal && !irrelevant.has(refusal.reason)) throw new Error(refusal.detail);
  const from = await packedStart(handle, entry);
  const header = npyHeader(await headOf(unpacked(file, from, entry), NPY_HEAD_BYTES));
  if (!header) throw new Error('it is no .npy');
  const layout = layoutOf(header.shape, header.fortran);
  const wanted = bytesWanted(layout, header.type);
  if (header.start + wanted > entry.size) throw new Error(`it is cut short: ${entry.size - header.start} of ${wanted} bytes are there`);
  return { name, entry, from, header, layout };
}

/** Checked by its CRC: a stored array by reading it once, so that it may then be read by position. */
async function load(file: string, { entry, from, header, layout }: Candidate): Promise<ArrayBytes> {
  const wanted = bytesWanted(layout, header.type);
  let [crc, length] = [0, 0];
  const check = (chunk: Uint8Array) => {
    crc = crc32(chunk, crc);
    length += chunk.length;
  };
  let bytes: ArrayBytes;
  if (entry.method === STORED) {
    for await (const chunk of unpacked(file, from, entry) as AsyncIterable<Buffer>) check(chunk);
    bytes = fileBytes(file, from + header.start, wanted);
  } else bytes = memoryBytes(await bytesOf(unpacked(file, from, entry), header.start, wanted, check));
  if (length === entry.size && crc !== entry.crc) throw new Error('its checksum is not the one that the file names: it is damaged');
  return bytes;
}

const splits: Record<string, number> = { train: 0, training: 0, val: 1, valid: 1, validation: 1, dev: 1, test: 2, testing: 2 };
const images = new Set(['image', 'images', 'img', 'imgs', 'x', 'data', 'photo', 'photos', 'pixels', 'frames', 'faces', 'inputs', 'arr']);
const others = new Set(
  [
    'mask',
    'masks',
    'label',
    'labels',
    'y',
    'target',
    'targets',
    'seg',
    'segmentation',
    'segmentations',
    'annotation',
    'annotations',
  ].concat([
    ...[
      'depth',
      'depths',
      'gt',
      'truth',
      'id',
      'ids',
      'index',
      'indices',
      'weight',
      'weights',
      'mean',
      'std',
      'box',
      'boxes',
      'bbox',
      'class',
    ],
  ]),
);

/** x_train, trainX and Xtrain are the words x, train. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b([xy])(train|val|valid|test)\b/g, '$1 $2')
    .split(/[^a-z]+/)
    .filter(Boolean);

/** Arrays named alike but for their split, of images of one kind, are one data set; of several sets the one whose names say images. */
function choose(candidates: readonly Candidate[]): Candidate[] {
  const sets = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { name, layout, header } = candidate;
    const words = wordsOf(name);
    const split = words.find((word) => word in splits);
    const rest = words.filter((word) => word !== split).join(' ');
    const key = split === undefined ? name : `${rest}/${layout.height} ${layout.width} ${layout.channels} ${header.type.name}`;
    sets.set(key, [...(sets.get(key) ?? []), candidate]);
  }
  const rank = (set: readonly Candidate[]): number[] => {
    const words = set.flatMap(({ name }) => wordsOf(name));
    const named = words.some((word) => others.has(word)) ? 0 : words.some((word) => images.has(word)) ? 2 : 1;
    const { height, width, channels } = (set[0] as Candidate).layout;
    return [named, set.reduce((sum, { layout }) => sum + layout.count, 0), height * width * channels];
  };
  const [best] = [...sets.values()].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, i) => value !== right[i]);
    return at < 0 ? 0 : (right[at] as number) - (left[at] as number);
  });
  const order = ({ name }: Candidate): number => splits[wordsOf(name).find((word) => word in splits) ?? ''] ?? 0;
  return (best as Candidate[]).sort((a, b) => order(a) - order(b));
}
