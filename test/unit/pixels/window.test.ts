import { describe, expect, it } from 'vitest';
import type { WindowedSamples } from '../../../src/contract/study.ts';
import { throughWindow } from '../../../src/engine/pixels/samples.ts';
import { windowOf } from '../../../src/engine/pixels/window.ts';

const ramp = (low: number, high: number, count = 10_001): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
const of = (samples: WindowedSamples, values: Float64Array): [number, number, string] => {
  const { low, high, basis } = windowOf(samples, values);
  return [low, high, basis];
};

describe('the window of a set', () => {
  it('of unsigned integers: the bits in use, and the whole range where they are', () => {
    expect(of('uint16', ramp(0, 4095))).toEqual([0, 4095, 'bits']);
    expect(of('uint16', ramp(0, 800))).toEqual([0, 1023, 'bits']);
    expect(of('uint16', ramp(0, 65_535))).toEqual([0, 65_535, 'full']);
    expect(of('uint16', ramp(0, 20_000))).toEqual([0, 65_535, 'full']);
    expect(of('uint16', ramp(0, 1, 100))).toEqual([0, 1, 'bits']);
    expect(of('uint32', ramp(0, 100_000))).toEqual([0, 131_071, 'bits']);
  });

  it('one hot pixel in a thousand moves nothing', () => {
    const hot = ramp(0, 4000);
    hot.fill(65_535, hot.length - 8);
    expect(of('uint16', hot)).toEqual([0, 4095, 'bits']);
  });

  it('black is moved up where less than a quarter would be in use', () => {
    expect(of('uint16', ramp(29_000, 31_000))).toEqual([29_000, 31_000, 'values']);
    expect(of('float', ramp(270, 310))).toEqual([270, 310, 'values']);
  });

  it('of floats: 0 to 1 where they are such, else the values in use, to two digits', () => {
    expect(of('float', ramp(0, 0.93))).toEqual([0, 1, 'unit']);
    expect(of('float', ramp(-1, 0.7))).toEqual([-1, 1, 'unit']);
    for (const samples of ['float', 'int16', 'int32', 'int64'] as const) expect(of(samples, ramp(0, 237.4))).toEqual([0, 255, 'unit']);
    expect(of('float', ramp(0, 3374))).toEqual([0, 3400, 'values']);
    expect(of('float', ramp(-1.234, 2.345))).toEqual([-1.3, 2.4, 'values']);
    expect(of('int16', ramp(-1000, 3001))).toEqual([-1000, 3000, 'values']);
  });

  it('of one value alone it is still a window', () => {
    for (const value of [0, 7, -3]) {
      const [low, high] = of('float', Float64Array.of(value, value));
      expect(high).toBeGreaterThan(low);
    }
    expect(of('uint16', Float64Array.of(0, 0))).toEqual([0, 1, 'bits']);
  });
});

it('values below black are black, above white white, no number black; inverted they change places', () => {
  const values = Float32Array.of(-5, 0, 5, 10, 99, Number.NaN, Number.POSITIVE_INFINITY);
  expect([...throughWindow(values, 0, 10, false)]).toEqual([0, 0, 128, 255, 255, 0, 255]);
  expect([...throughWindow(values, 0, 10, true)]).toEqual([255, 255, 127, 0, 0, 255, 0]);
});
