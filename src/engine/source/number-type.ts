/** Numbers as arrays hold them: numpy's type strings, and bytes as numbers. */
import type { WindowedSamples } from '../../contract/study.ts';

export type SampleArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;
/** 'uint8' is for eyes already, unless a window says otherwise. */
export type SampleType = 'uint8' | WindowedSamples;

export interface NumberType {
  /** As numpy names it: uint8, float32. */
  name: string;
  kind: 'boolean' | 'unsigned' | 'signed' | 'float';
  bytes: 1 | 2 | 4 | 8;
  /** What a window goes by: floats of any width are one kind. */
  samples: SampleType;
  /** The numbers that bytes hold; the same memory where it may be. */
  numbers(bytes: Uint8Array): SampleArray;
}

type View = new (buffer: ArrayBufferLike, offset: number, length: number) => SampleArray | BigInt64Array | BigUint64Array;
/** Node 24 has it, TypeScript's ES2023 does not. */
const { Float16Array } = globalThis as unknown as { Float16Array: View };
const isHalf = (view: unknown): boolean => view instanceof Float16Array;
const views: Record<string, View> = {
  b1: Uint8Array,
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  f2: Float16Array,
  f4: Float32Array,
  f8: Float64Array,
};
const kinds = { b: 'boolean', u: 'unsigned', i: 'signed', f: 'float' } as const;
const words = { b: 'bool', u: 'uint', i: 'int', f: 'float' } as const;

const swaps: Record<number, (bytes: Buffer) => Buffer> = {
  1: (bytes) => bytes,
  2: (bytes) => bytes.swap16(),
  4: (bytes) => bytes.swap32(),
  8: (bytes) => bytes.swap64(),
};

/** Of a numpy type string such as `<f4`, `>i2` or `|u1`; null where it is no real number. */
export function numberType(descr: string): NumberType | null {
  const [, order, kind, digit] = /^([<>|=])([buif])(\d)$/.exec(descr) ?? [];
  const ViewOf = views[`${kind}${digit}`];
  const size = Number(digit) as NumberType['bytes'];
  const swap = swaps[size];
  if (!ViewOf || !swap) return null;
  const letter = kind as keyof typeof kinds;
  const numbers = (bytes: Uint8Array): SampleArray => {
    const moved = order === '>' || bytes.byteOffset % size > 0 ? bytes.slice() : bytes;
    if (order === '>') swap(Buffer.from(moved.buffer, moved.byteOffset, moved.byteLength));
    const view = new ViewOf(moved.buffer, moved.byteOffset, moved.byteLength / size);
    if (view instanceof BigInt64Array || view instanceof BigUint64Array) return Float64Array.from(view, Number);
    return isHalf(view) ? Float32Array.from(view) : view;
  };
  const name = letter === 'b' ? 'bool' : `${words[letter]}${8 * size}`;
  const samples = letter === 'b' ? 'uint8' : letter === 'f' ? 'float' : (name as SampleType);
  return { name, kind: kinds[letter], bytes: size, samples, numbers };
}
