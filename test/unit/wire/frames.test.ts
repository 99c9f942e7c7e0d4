import { expect, test } from 'vitest';
import { FrameReader, frameOf } from '../../../src/wire/frames.ts';
import { pack, unpack } from '../../../src/wire/packing.ts';

const bytes = (n: number, seed = 1) => Uint8Array.from({ length: n }, (_, i) => (i * 31 + seed * 7) & 255);

test('payloads come out whole and in order, however the stream is cut', () => {
  const payloads = [bytes(0), bytes(1), bytes(5000, 2), bytes(3, 3), bytes(70_000, 4)];
  const stream = Buffer.concat(payloads.map((payload) => frameOf(payload)));
  for (const step of [1, 2, 3, 7, 4096, stream.byteLength]) {
    const seen: Uint8Array[] = [];
    const reader = new FrameReader((payload) => seen.push(payload));
    for (let at = 0; at < stream.byteLength; at += step) reader.push(stream.subarray(at, at + step));
    expect(seen.map((payload) => Buffer.from(payload).toString('hex'))).toEqual(payloads.map((p) => Buffer.from(p).toString('hex')));
  }
});

test('a frame over the cap is refused on both sides, before room is made for it', () => {
  expect(() => frameOf(bytes(11), 10)).toThrow(/over the cap/);
  const reader = new FrameReader(() => undefined, 10);
  expect(() => reader.push(Buffer.from([0xff, 0xff, 0xff, 0x7f]))).toThrow(/over the cap/);
});

test('typed arrays cross as they are, whatever their alignment, and do not share the frame of another', () => {
  const value = {
    name: '손',
    z: Float32Array.of(1.5, -2, Number.NaN),
    d: Float64Array.of(Math.PI),
    u: Uint32Array.of(4_000_000_000),
    pixels: bytes(99),
    nested: [{ lines: [Float32Array.of(1)] }],
    nothing: null,
    big: 2 ** 40,
  };
  const back = unpack(pack(value)) as typeof value;
  expect(back.z).toBeInstanceOf(Float32Array);
  expect(back.d).toBeInstanceOf(Float64Array);
  expect(back.u).toBeInstanceOf(Uint32Array);
  expect(back.nested[0]?.lines[0]).toBeInstanceOf(Float32Array);
  expect({ ...back, pixels: [...back.pixels] }).toEqual({ ...value, pixels: [...value.pixels] });
});
