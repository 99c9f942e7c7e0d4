/**
 * Pixels as a file holds them, before it is decided which value is black and which is white: microscopes, satellites and scanners write
 * 10 to 16 bits or floating point numbers, and rarely fill their range.
 */
import type { DisplayWindow, WindowedSamples } from '../../contract/study.ts';
import type { SampleArray, SampleType } from '../source/number-type.ts';
import type { PixelArray } from '../source/source.ts';
import { ImageRefused } from './image-refused.ts';
import type { ImageNote } from './notes.ts';
import type { Raster } from './raster.ts';

export interface Samples extends Omit<Raster, 'data'> {
  /** height x width x channels; of four, the last is straight alpha. */
  data: SampleArray;
  /** How the values were stored; 'uint8' is for eyes already. */
  type: SampleType;
  /** The value that the file itself declares to be white, black being 0; null: nothing says it, and a window must. */
  white: number | null;
  /** Whether black and white are to change places after the window. */
  inverted: boolean;
  /** What was not read of the file. */
  notes: readonly ImageNote[];
}

/** Gray and alpha become red, green, blue and alpha. */
export function asChannels<A extends SampleArray>(data: A, channels: number): { data: A; channels: 1 | 3 | 4 } {
  if (channels === 1 || channels === 3 || channels === 4) return { data, channels };
  if (channels !== 2)
    throw new ImageRefused('unsupported', `an image of ${channels} channels is not read: save it with one, three or four`);
  const rgba = new (data.constructor as new (length: number) => A)(data.length * 2);
  for (let from = 0, to = 0; from < data.length; from += 2, to += 4) {
    rgba.fill(data[from] as number, to, to + 3);
    rgba[to + 3] = data[from + 1] as number;
  }
  return { data: rgba, channels: 4 };
}

/** What stands for the whole of an unsigned type: where no window is known, older studies read it so. */
const FULL_RANGE: Readonly<Partial<Record<WindowedSamples, DisplayWindow>>> = {
  uint16: { samples: 'uint16', low: 0, high: 65_535, basis: 'full' },
};
const OPAQUE: Readonly<Record<WindowedSamples, number>> = {
  uint8: 255,
  int8: 127,
  uint16: 65_535,
  int16: 32_767,
  uint32: 4_294_967_295,
  int32: 2_147_483_647,
  uint64: 2 ** 64 - 1,
  int64: 2 ** 63 - 1,
  float: 1,
};

/** One image of an array, as whoever decodes a file gives it. */
export function samplesOfArray(array: PixelArray, position: number): Samples {
  const { width, height, channels, type, white } = array;
  return { width, height, channels, data: array.read(position), type, white, inverted: false, orientation: 1, profile: null, notes: [] };
}

/** Values as bytes: `low` and less are black, `high` and more white, what is no number black. */
export function throughWindow(values: SampleArray, low: number, high: number, inverted: boolean): Uint8Array {
  const bytes = new Uint8Array(values.length);
  const scale = 255 / (high - low);
  for (let i = 0; i < values.length; i += 1) {
    const level = ((values[i] as number) - low) * scale;
    const byte = level >= 255 ? 255 : level > 0 ? level + 0.5 : 0;
    bytes[i] = inverted ? 255 - Math.floor(byte) : byte;
  }
  return bytes;
}

/** The image as eyes see it through the study's window. @throws ImageRefused where nothing says which value is white */
export function toRaster(samples: Samples, windows: readonly DisplayWindow[]): Raster {
  const { width, height, channels, data, type, white, inverted, orientation, profile } = samples;
  const raster = (bytes: Uint8Array): Raster => ({ width, height, channels, data: bytes, orientation, profile });
  if (type === 'uint8' && white === null) return raster(data as Uint8Array);
  const window =
    white !== null ? { low: 0, high: white } : (windows.find((one) => one.samples === type) ?? FULL_RANGE[type as WindowedSamples]);
  if (!window) throw new ImageRefused('unsupported', `nothing says which of its values (${type}) is white: analyse with --window LOW:HIGH`);
  const bytes = throughWindow(data, window.low, window.high, inverted);
  if (channels === 4) {
    const opaque = white ?? OPAQUE[type as WindowedSamples];
    for (let i = 3; i < bytes.length; i += 4) bytes[i] = Math.min(255, Math.max(0, Math.round(((data[i] as number) * 255) / opaque)));
  }
  return raster(bytes);
}
