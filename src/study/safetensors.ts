/** The safetensors format (Hugging Face, version 0.3): a header of JSON, then the values, little-endian. 32-bit floats only. */
import { z } from 'zod';

/** Row-major. */
export interface StoredTensor {
  shape: number[];
  values: Float32Array;
}

export interface Tensors {
  tensors: Record<string, StoredTensor>;
  metadata: Record<string, string>;
}

const HEADER_LENGTH_BYTES = 8;
const HEADER_LIMIT = 100_000_000;

const whole = z.number().int().min(0);
const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).optional() })
  .catchall(z.object({ dtype: z.string(), shape: z.array(whole), data_offsets: z.tuple([whole, whole]) }));

export function encodeSafetensors({ tensors, metadata }: Tensors): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Values begin at a multiple of eight: the header is padded with spaces, as the format asks.
  const padded = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(HEADER_LENGTH_BYTES + padded + offset).fill(0x20, HEADER_LENGTH_BYTES, HEADER_LENGTH_BYTES + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(text, HEADER_LENGTH_BYTES);
  let at = HEADER_LENGTH_BYTES + padded;
  for (const { values } of Object.values(tensors)) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}

/** @throws Error that says what is wrong with the bytes */
export function decodeSafetensors(file: Uint8Array): Tensors {
  if (file.length < HEADER_LENGTH_BYTES) throw new Error(`safetensors: ${file.length} bytes are too few`);
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const start = HEADER_LENGTH_BYTES + length;
  if (length > HEADER_LIMIT || start > file.length)
    throw new Error(`safetensors: a header of ${length} bytes does not fit in ${file.length}`);
  const { __metadata__: metadata = {}, ...entries } = headerSchema.parse(
    JSON.parse(new TextDecoder().decode(file.subarray(HEADER_LENGTH_BYTES, start))),
  );
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
    const count = shape.reduce((product, size) => product * size, 1);
    if (dtype !== 'F32') throw new Error(`safetensors: ${name} is ${dtype}, not F32`);
    if (offsets[1] - offsets[0] !== count * 4 || start + offsets[1] > file.length)
      throw new Error(`safetensors: ${name} does not fit its shape`);
    const bytes = file.slice(start + offsets[0], start + offsets[1]);
    tensors[name] = { shape, values: new Float32Array(bytes.buffer, bytes.byteOffset, count) };
  }
  return { tensors, metadata };
}
