import { expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../src/study/safetensors.ts';

const tensors = {
  kernel: { shape: [2, 3], values: Float32Array.of(1, -2, 3.5, Number.MIN_VALUE, 1e30, -0) },
  bias: { shape: [3], values: Float32Array.of(0.1, 0.2, 0.3) },
  scalar: { shape: [], values: Float32Array.of(7) },
};
const file = () => encodeSafetensors({ tensors, metadata: { format: 'sonde', step: '12' } });

/** A file with the header given, and `bytes` bytes of values. */
function made(header: object, bytes: number): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const made = new Uint8Array(8 + text.length + bytes);
  new DataView(made.buffer).setBigUint64(0, BigInt(text.length), true);
  made.set(text, 8);
  return made;
}

test('values, shapes and metadata come back to the bit', () => {
  const back = decodeSafetensors(file());
  expect(back.metadata).toEqual({ format: 'sonde', step: '12' });
  expect(back.tensors).toEqual(tensors);
});

test('a file in the middle of a larger buffer is read all the same', () => {
  const bytes = file();
  const larger = new Uint8Array(bytes.length + 5);
  larger.set(bytes, 3);
  expect(decodeSafetensors(larger.subarray(3, 3 + bytes.length)).tensors).toEqual(tensors);
});

test('the values begin at a multiple of eight bytes', () => {
  const bytes = file();
  expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
});

test('a cut or foreign file is refused with what is wrong', () => {
  const bytes = file();
  expect(() => decodeSafetensors(bytes.subarray(0, 5))).toThrow('5 bytes are too few');
  expect(() => decodeSafetensors(bytes.subarray(0, 20))).toThrow('does not fit in 20');
  expect(() => decodeSafetensors(bytes.subarray(0, bytes.length - 4))).toThrow('does not fit its shape');
  expect(() => decodeSafetensors(made({ w: { dtype: 'F16', shape: [2], data_offsets: [0, 4] } }, 4))).toThrow('w is F16, not F32');
  expect(() => decodeSafetensors(made({ w: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }, 8))).toThrow('does not fit its shape');
});
