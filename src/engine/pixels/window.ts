/**
 * Which value is black and which white, for images whose values are not made for eyes: one window for all of a study, from a look at some
 * of its images. The rule, its reasons and what it costs: docs/method/window.md.
 */
import type { DisplayWindow, WindowedSamples } from '../../contract/study.ts';
import type { Samples } from './samples.ts';

/** Values kept of each image that is looked at, evenly spaced over it. */
const VALUES_AN_IMAGE = 4096;
/** Of the values that are looked at, this share may lie beyond either end: dead and hot pixels, dust. */
const BEYOND = 0.001;
/** At least this share of black to white is to be in use, 64 of 256 levels; else black is moved up as well. */
const LEAST_USED = 1 / 4;
const BITS: Readonly<Partial<Record<WindowedSamples, number>>> = { uint16: 16, uint32: 32, uint64: 64 };
/** Not to be left by rounding outward. */
const TYPE_ENDS: Readonly<Partial<Record<WindowedSamples, [least: number, most: number]>>> = {
  int8: [-128, 127],
  uint16: [0, 65_535],
  int16: [-32_768, 32_767],
};
/** The white of bytes that became other numbers. */
const BYTE = 255;
/** So many of the highest bits must be unused before white is taken below the type's greatest value. */
const UNUSED_BITS = 2;

/** Gathers values of images and says, at the end, the window of each kind of samples. */
export class WindowChooser {
  readonly #values = new Map<WindowedSamples, number[]>();

  add({ data, channels, type, white }: Samples): void {
    if (type === 'uint8' || white !== null) return;
    const values = this.#values.get(type) ?? [];
    this.#values.set(type, values);
    const pixels = data.length / channels;
    const colours = channels === 4 ? 3 : channels;
    const step = Math.max(1, pixels / Math.ceil(VALUES_AN_IMAGE / colours));
    for (let place = step / 2; place < pixels; place += step) {
      const at = Math.floor(place) * channels;
      for (let c = 0; c < colours; c += 1) {
        const value = data[at + c] as number;
        if (Number.isFinite(value)) values.push(value);
      }
    }
  }

  /** `chosen`: by a person, for every kind but the `known`, which stay: a study sees all its images alike, those that come later too. */
  windows(chosen: { low: number; high: number } | null, known: readonly DisplayWindow[] = []): DisplayWindow[] {
    const further = [...this.#values].flatMap(([samples, values]): DisplayWindow[] => {
      if (chosen) return [{ samples, ...chosen, basis: 'chosen' }];
      if (values.length === 0) return [];
      return [windowOf(samples, Float64Array.from(values).sort())];
    });
    return [...known, ...further.filter(({ samples }) => !known.some((one) => one.samples === samples))];
  }
}

/** sorted: ascending, at least one. */
export function windowOf(samples: WindowedSamples, sorted: Float64Array): DisplayWindow {
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
  const [least, most] = [at(BEYOND), at(1 - BEYOND)];
  const bits = BITS[samples];
  if (bits !== undefined) {
    const used = Math.max(1, Math.ceil(Math.log2(most + 1)));
    const full = bits === 16 && used > bits - UNUSED_BITS;
    const high = 2 ** (full ? bits : used) - 1;
    if (most - least >= LEAST_USED * high || most === least) return { samples, low: 0, high, basis: full ? 'full' : 'bits' };
  } else if (least >= 0) {
    const used = (white: number): boolean => most <= white && most - least >= LEAST_USED * white;
    if (samples === 'float' && used(1)) return { samples, low: 0, high: 1, basis: 'unit' };
    if (samples !== 'int8' && used(BYTE)) return { samples, low: 0, high: BYTE, basis: 'unit' };
    if (most - least >= LEAST_USED * most && most > 0) return { samples, low: 0, high: outward(most, most, Math.ceil), basis: 'values' };
  } else if (samples === 'float' && least >= -1 && most <= 1 && most - least >= 2 * LEAST_USED)
    return { samples, low: -1, high: 1, basis: 'unit' };
  const span = most - least || Math.abs(most) || 1;
  const [first, last] = TYPE_ENDS[samples] ?? [-Infinity, Infinity];
  const low = Math.max(first, outward(least, span, Math.floor));
  const high = Math.min(last, outward(most, span, Math.ceil));
  return { samples, low, high: high > low ? high : low + span, basis: 'values' };
}

/** A number of two digits of the span, so that it can be said and typed. */
function outward(value: number, span: number, round: (value: number) => number): number {
  const power = Math.floor(Math.log10(span)) - 1;
  // Division by a whole power of ten keeps decimal fractions exact where a product would not.
  return power < 0 ? round(value * 10 ** -power) / 10 ** -power : round(value / 10 ** power) * 10 ** power;
}
