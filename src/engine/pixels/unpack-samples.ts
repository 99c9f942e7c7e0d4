import type { Samples } from './samples.ts';

interface Packing {
  width: number;
  height: number;
  /** Of one pixel. */
  samples: number;
  bits: number;
  float: boolean;
  signed: boolean;
  little: boolean;
}

const [WIDEST_PACKED, LARGEST_EXACT] = [31, 64];

/**
 * Samples out of rows of bytes, each row beginning at a byte: bits high first (TIFF 6.0, page 17), half and double floats and 64-bit
 * integers in the file's order. Of 64-bit integers what is beyond 2^53 is rounded. null: of no kind that is known.
 */
export function unpackSamples(bytes: Uint8Array, packing: Packing): Pick<Samples, 'data' | 'type' | 'white'> | null {
  const { width, height, samples, bits, float, signed, little } = packing;
  const count = width * height * samples;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < height * Math.ceil((width * samples * bits) / 8)) throw new RangeError('the pixels end early');
  if (float && bits === 16)
    return { data: Float32Array.from({ length: count }, (_, i) => view.getFloat16(2 * i, little)), type: 'float', white: null };
  if (float && bits === LARGEST_EXACT)
    return { data: Float64Array.from({ length: count }, (_, i) => view.getFloat64(8 * i, little)), type: 'float', white: null };
  if (!float && bits === LARGEST_EXACT) {
    const at = (i: number): bigint => (signed ? view.getBigInt64(8 * i, little) : view.getBigUint64(8 * i, little));
    return { data: Float64Array.from({ length: count }, (_, i) => Number(at(i))), type: 'float', white: null };
  }
  if (float || signed || bits > WIDEST_PACKED) return null;
  const data = new (bits <= 8 ? Uint8Array : bits <= 16 ? Uint16Array : Uint32Array)(count);
  const row = width * samples;
  const stride = Math.ceil((row * bits) / 8);
  for (let y = 0, to = 0; y < height; y += 1) {
    let at = y * stride;
    let held = 0;
    let waiting = 0;
    for (let x = 0; x < row; x += 1, to += 1) {
      // Numbers, not 32-bit integers: up to 31 bits wait for a byte more.
      while (waiting < bits) {
        held = held * 256 + (bytes[at++] as number);
        waiting += 8;
      }
      waiting -= bits;
      const power = 2 ** waiting;
      data[to] = Math.floor(held / power);
      held %= power;
    }
  }
  return { data, type: bits <= 8 ? 'uint8' : bits <= 16 ? 'uint16' : 'uint32', white: 2 ** bits - 1 };
}
