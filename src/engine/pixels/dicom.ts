/**
 * DICOM files (PS3.3, PS3.5): the first frame, its values rescaled to what they mean (Hounsfield units, say). The window that a file
 * proposes is not taken: it differs from image to image, and a study sees all of its images alike.
 */
import { createRequire } from 'node:module';
import type { DataSet, Element } from 'dicom-parser';
import type { SampleArray } from '../source/number-type.ts';
import { ImageRefused } from './image-refused.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';
import { unpackBits } from './packbits.ts';
import type { Samples } from './samples.ts';
import { decodeWithSharp, MOST_PIXELS } from './sharp-decode.ts';
import { ycbcrToRgb } from './ycbcr.ts';

/** Its types name exports that it has as CommonJS only. */
const dicom = createRequire(import.meta.url)('dicom-parser') as typeof import('dicom-parser');

const TAG = {
  syntax: 'x00020010',
  samples: 'x00280002',
  photometric: 'x00280004',
  planar: 'x00280006',
  frames: 'x00280008',
  rows: 'x00280010',
  columns: 'x00280011',
  allocated: 'x00280100',
  stored: 'x00280101',
  signed: 'x00280103',
  intercept: 'x00281052',
  slope: 'x00281053',
  pixels: 'x7fe00010',
} as const;
const SYNTAXES = '1.2.840.10008.1.2';
const BIG_ENDIAN = `${SYNTAXES}.2`;
const UNPACKED = new Set([SYNTAXES, `${SYNTAXES}.1`, `${SYNTAXES}.1.99`, BIG_ENDIAN]);
const BASELINE_JPEG = `${SYNTAXES}.4.50`;
const JPEG_2000 = new Set([`${SYNTAXES}.4.90`, `${SYNTAXES}.4.91`]);
const RUN_LENGTH = `${SYNTAXES}.5`;
const remedy = 'convert it to 16-bit PNG or TIFF (dcm2pnm, gdcmconv --raw, or pydicom)';

export const isDicom = (data: Uint8Array): boolean => Buffer.from(data.subarray(128, 132)).toString('latin1') === 'DICM';

/** null where the head does not reach so far. */
export function dicomSize(data: Uint8Array): { width: number; height: number } | null {
  try {
    const set = dicom.parseDicom(data, { untilTag: TAG.allocated });
    return { width: set.uint16(TAG.columns) ?? 0, height: set.uint16(TAG.rows) ?? 0 };
  } catch {
    return null;
  }
}

interface Frame {
  width: number;
  height: number;
  samples: number;
  /** Bits that a value takes, and those that it uses. */
  allocated: number;
  stored: number;
  signed: boolean;
}

/** @throws ImageRefused */
export async function readDicom(data: Uint8Array): Promise<Samples> {
  let set: DataSet;
  try {
    set = dicom.parseDicom(data);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String((cause as { exception?: unknown })?.exception ?? cause);
    throw new ImageRefused('truncated', `a DICOM file that is damaged or cut short (${reason})`, { cause });
  }
  const element = set.elements[TAG.pixels];
  const frame: Frame = {
    width: set.uint16(TAG.columns) ?? 0,
    height: set.uint16(TAG.rows) ?? 0,
    samples: set.uint16(TAG.samples) ?? 1,
    allocated: set.uint16(TAG.allocated) ?? 0,
    stored: set.uint16(TAG.stored) ?? 0,
    signed: set.uint16(TAG.signed) === 1,
  };
  if (!element || frame.width * frame.height === 0)
    throw new ImageRefused('not-an-image', 'a DICOM file without pixels (a report, a plan, or a directory)');
  const { width, height } = frame;
  const frames = set.intString(TAG.frames) ?? 1;
  const about = { width, height, orientation: 1, profile: null, notes: frames > 1 ? [{ kind: 'pages' as const }] : [] };
  const kind = (set.string(TAG.photometric) ?? 'MONOCHROME2').trim();
  const syntax = set.string(TAG.syntax) ?? SYNTAXES;
  if (syntax === BASELINE_JPEG) {
    const raster = await decodeWithSharp(encapsulated(set, element, frames), { orientation: 1 });
    return { ...about, ...raster, type: 'uint8', white: null, inverted: kind === 'MONOCHROME1', notes: about.notes };
  }
  const values = await valuesOf(set, element, syntax, frame, frames);
  if (frame.samples === 3) {
    const inPlanes = set.uint16(TAG.planar) === 1 && UNPACKED.has(syntax);
    return { ...about, channels: 3, data: colours(values, kind, frame, inPlanes), type: 'uint8', white: null, inverted: false };
  }
  if (frame.samples !== 1 || (kind !== 'MONOCHROME1' && kind !== 'MONOCHROME2'))
    throw new ImageRefused('unsupported', `a DICOM image of ${frame.samples} samples, ${kind}, is not read: ${remedy}`);
  const [slope, intercept] = [set.floatString(TAG.slope) ?? 1, set.floatString(TAG.intercept) ?? 0];
  const inverted = kind === 'MONOCHROME1';
  if (slope !== 1 || intercept !== 0)
    return {
      ...about,
      channels: 1,
      data: Float32Array.from(values, (value) => value * slope + intercept),
      type: 'float',
      white: null,
      inverted,
    };
  const type = values instanceof Uint8Array ? 'uint8' : values instanceof Int8Array ? 'int8' : typeOf(frame);
  return {
    ...about,
    channels: 1,
    data: values,
    type,
    white: type === 'uint8' && frame.stored < 8 ? 2 ** frame.stored - 1 : null,
    inverted,
  };
}

const typeOf = ({ allocated, signed }: Frame): 'uint16' | 'int16' | 'uint32' | 'int32' =>
  allocated === 16 ? (signed ? 'int16' : 'uint16') : signed ? 'int32' : 'uint32';

/** The fragments of the first frame: those up to the second's, where the file says where that begins. */
function encapsulated({ byteArray }: DataSet, { basicOffsetTable = [], fragments = [] }: Element, frames: number): Buffer {
  const [, second = frames > 1 ? 1 : Infinity] = basicOffsetTable;
  const parts = fragments
    .filter(({ offset }) => offset < second)
    .map(({ position, length }) => byteArray.subarray(position, position + length));
  if (parts.length === 0) throw new ImageRefused('corrupt', 'a DICOM file whose packed pixels are damaged');
  return Buffer.concat(parts);
}

/** The first frame's values, unused high bits left out. Colours may lie in planes. */
async function valuesOf(set: DataSet, element: Element, syntax: string, frame: Frame, frames: number): Promise<SampleArray> {
  const { width, height, samples, allocated, stored, signed } = frame;
  if (JPEG_2000.has(syntax)) {
    const decoded = await decodeJpeg2000(encapsulated(set, element, frames), MOST_PIXELS);
    if (decoded.components !== samples || decoded.width !== width || decoded.height !== height)
      throw new ImageRefused('corrupt', 'a DICOM file whose packed pixels are of another size than it says');
    return decoded.data;
  }
  if (![8, 16, 32].includes(allocated)) throw new ImageRefused('unsupported', `a DICOM image of ${allocated} bits is not read: ${remedy}`);
  const count = width * height * samples;
  const wide = allocated / 8;
  let bytes: Buffer;
  if (syntax === RUN_LENGTH) bytes = runLengths(encapsulated(set, element, frames), frame);
  else if (UNPACKED.has(syntax))
    bytes = Buffer.from(set.byteArray.buffer, set.byteArray.byteOffset + element.dataOffset, Math.min(element.length, count * wide));
  else throw new ImageRefused('unsupported', `a DICOM image packed with ${syntax} (lossless JPEG, JPEG-LS, video) is not read: ${remedy}`);
  if (bytes.length < count * wide) throw new ImageRefused('truncated', 'the file ends before its pixels do');
  const big = syntax === BIG_ENDIAN;
  const used = stored > 0 ? Math.min(stored, allocated) : allocated;
  const at = (i: number): number => {
    const value = wide === 1 ? bytes.readUInt8(i) : big ? bytes.readUIntBE(i * wide, wide) : bytes.readUIntLE(i * wide, wide);
    return signed ? (value << (32 - used)) >> (32 - used) : value % 2 ** used;
  };
  const arrays = signed ? { 1: Int8Array, 2: Int16Array, 4: Int32Array } : { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
  const out = new arrays[wide as 1 | 2 | 4](count);
  for (let i = 0; i < count; i += 1) out[i] = at(i);
  return out;
}

/** PS3.5, annex G: a plane for each byte of a value, the highest first. Colours come out interleaved. */
function runLengths(packed: Buffer, { width, height, samples, allocated }: Frame): Buffer {
  const wide = allocated / 8;
  const pixels = width * height;
  const out = Buffer.alloc(pixels * samples * wide);
  try {
    for (let c = 0; c < samples; c += 1)
      for (let byte = 0; byte < wide; byte += 1) {
        const plane = unpackBits(packed, packed.readUInt32LE(4 + 4 * (c * wide + byte)), pixels);
        for (let i = 0; i < pixels; i += 1) out[(i * samples + c) * wide + (wide - 1 - byte)] = plane[i] as number;
      }
  } catch (cause) {
    throw new ImageRefused('truncated', 'the file ends before its pixels do', { cause });
  }
  return out;
}

/** Those that are red, green and blue, or are after JPEG 2000 has undone its own transform. */
const AS_RGB = new Set(['RGB', 'YBR_RCT', 'YBR_ICT']);

/** height x width x 3 as RGB. @throws ImageRefused where the kind is none that is read */
function colours(values: SampleArray, kind: string, { allocated, width, height }: Frame, inPlanes: boolean): Uint8Array {
  if (allocated !== 8 || (!AS_RGB.has(kind) && kind !== 'YBR_FULL'))
    throw new ImageRefused('unsupported', `a DICOM image of ${kind} with ${allocated} bits is not read: ${remedy}`);
  const pixels = width * height;
  const rgb = inPlanes
    ? Uint8Array.from(values, (_, i) => values[(i % 3) * pixels + Math.floor(i / 3)] as number)
    : Uint8Array.from(values);
  if (kind === 'YBR_FULL') ycbcrToRgb(rgb);
  return rgb;
}
