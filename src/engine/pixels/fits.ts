/** FITS 4.0 (fits.gsfc.nasa.gov): the first image of a file, its physical values, the first row at the bottom as viewers show it. */
import type { SampleArray } from '../source/number-type.ts';
import { ImageRefused } from './image-refused.ts';
import type { Samples } from './samples.ts';

const [BLOCK, CARD] = [2880, 80];
/** Extensions that are looked through for an image. */
const MOST_UNITS = 64;
/** With this zero, 16 bits are unsigned (FITS 4.0, table 11). */
const UNSIGNED = 32_768;

interface FitsHeader {
  /** Of the values; where the unit ends. */
  from: number;
  end: number;
  bits: number;
  axes: number[];
  scale: number;
  zero: number;
  blank: number | null;
  isImage: boolean;
}

const signs = ['SIMPLE  =', 'XTENSION='];

/** The header of the first unit with an image. null: no FITS, or none in these bytes. */
export function fitsHeader(data: Uint8Array): FitsHeader | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  let at = 0;
  for (let unit = 0; unit < MOST_UNITS; unit += 1) {
    if (bytes.toString('latin1', at, at + 9) !== signs[Math.min(unit, 1)]) return null;
    const header = unitAt(bytes, at);
    if (!header) return null;
    if (header.isImage && header.axes.length >= 2 && !header.axes.includes(0)) return header;
    at = header.end;
  }
  return null;
}

/** null where the head does not reach so far. */
export function fitsSize(data: Uint8Array): { width: number; height: number } | null {
  const header = fitsHeader(data);
  return header && { width: header.axes[0] as number, height: header.axes[1] as number };
}

function unitAt(bytes: Buffer, start: number): FitsHeader | null {
  const cards = new Map<string, string>();
  let at = start;
  for (; ; at += CARD) {
    if (at + CARD > bytes.length) return null;
    const name = bytes.toString('latin1', at, at + 8).trimEnd();
    if (name === 'END') break;
    if (bytes.toString('latin1', at + 8, at + 10) === '= ' && !cards.has(name))
      cards.set(name, bytes.toString('latin1', at + 10, at + CARD));
  }
  const number = (name: string, otherwise: number): number => {
    const value = Number.parseFloat((cards.get(name) ?? '').replace(/[dD](?=[-+]?\d)/, 'e'));
    return Number.isFinite(value) ? value : otherwise;
  };
  const from = start + Math.ceil((at + CARD - start) / BLOCK) * BLOCK;
  const bits = number('BITPIX', 0);
  const axes = Array.from({ length: Math.min(999, Math.max(0, number('NAXIS', 0))) }, (_, i) => number(`NAXIS${i + 1}`, 0));
  const values = axes.length === 0 ? 0 : axes.reduce((product, axis) => product * axis, 1);
  const length = (Math.abs(bits) / 8) * number('GCOUNT', 1) * (number('PCOUNT', 0) + values);
  return {
    from,
    end: from + Math.ceil(length / BLOCK) * BLOCK,
    bits,
    axes,
    scale: number('BSCALE', 1),
    zero: number('BZERO', 0),
    blank: cards.has('BLANK') ? number('BLANK', 0) : null,
    isImage: start === 0 || /^'IMAGE/.test((cards.get('XTENSION') ?? '').trim()),
  };
}

/** @throws ImageRefused */
export async function readFits(data: Uint8Array): Promise<Samples> {
  const header = fitsHeader(data);
  if (!header)
    throw new ImageRefused(
      'unsupported',
      'a FITS file without an uncompressed image (a table, or cut short): save the image alone with astropy',
    );
  const { from, bits, axes, scale, zero, blank } = header;
  const [width = 0, height = 0, ...further] = axes;
  const planes = further.reduce((product, axis) => product * axis, 1);
  const channels = planes === 3 ? 3 : 1;
  const count = width * height * channels;
  if (data.length < from + (count * Math.abs(bits)) / 8) throw new ImageRefused('truncated', 'the file ends before its pixels do');
  const stored = valuesOf(new DataView(data.buffer, data.byteOffset + from), count, bits);
  if (!stored) throw new ImageRefused('corrupt', `a FITS image of ${bits} bits, which there is not`);
  const physical = scaled(stored, bits, scale, zero, blank);
  return {
    width,
    height,
    channels,
    ...physical,
    data: upright(physical.data, width, height, channels),
    white: null,
    inverted: false,
    orientation: 1,
    profile: null,
    notes: planes > channels ? [{ kind: 'pages' }] : [],
  };
}

/** Big-endian throughout. */
function valuesOf(view: DataView, count: number, bits: number): SampleArray | null {
  const from = <A extends SampleArray>(
    of: { from(like: { length: number }, value: (_: unknown, i: number) => number): A },
    at: (i: number) => number,
  ) => of.from({ length: count }, (_, i) => at(i));
  switch (bits) {
    case 8:
      return from(Uint8Array, (i) => view.getUint8(i));
    case 16:
      return from(Int16Array, (i) => view.getInt16(2 * i));
    case 32:
      return from(Int32Array, (i) => view.getInt32(4 * i));
    case 64:
      return from(Float64Array, (i) => Number(view.getBigInt64(8 * i)));
    case -32:
      return from(Float32Array, (i) => view.getFloat32(4 * i));
    case -64:
      return from(Float64Array, (i) => view.getFloat64(8 * i));
    default:
      return null;
  }
}

function scaled(values: SampleArray, bits: number, scale: number, zero: number, blank: number | null): Pick<Samples, 'data' | 'type'> {
  const plain = { 8: 'uint8', 16: 'int16', 32: 'int32', 64: 'int64' } as const;
  if (scale === 1 && zero === 0 && blank === null) return { data: values, type: bits < 0 ? 'float' : plain[bits as keyof typeof plain] };
  if (bits === 16 && scale === 1 && zero === UNSIGNED && blank === null)
    return { data: Uint16Array.from(values, (value) => value + UNSIGNED), type: 'uint16' };
  return { data: Float64Array.from(values, (value) => (value === blank ? Number.NaN : value * scale + zero)), type: 'float' };
}

/** Planes of rows from the bottom up become height x width x channels from the top down. */
function upright(values: SampleArray, width: number, height: number, channels: number): SampleArray {
  const out = new (values.constructor as new (length: number) => SampleArray)(values.length);
  for (let c = 0, from = 0; c < channels; c += 1)
    for (let y = height - 1; y >= 0; y -= 1)
      for (let x = 0; x < width; x += 1, from += 1) out[(y * width + x) * channels + c] = values[from] as number;
  return out;
}
