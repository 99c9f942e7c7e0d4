/** From a column to a colour a point and the legend that explains it. */
import type { ColumnData } from '../../../contract/study.ts';
import { categorical, continuous, MOST_CATEGORIES, muted, pack, type Theme } from './colour-scales.ts';

export type Legend =
  | { kind: 'continuous'; low: number; high: number; missing: number }
  | { kind: 'categorical'; entries: { name: string; value: number; colour: number; count: number }[]; other: number };
export interface PointColours {
  colours: Uint32Array;
  legend: Legend | null;
}

const ALPHA = 0.9;
/** Enough for percentiles that are read off a colour bar, and cheap for a million values. */
const SAMPLE = 20_000;

export function plain(n: number, rgb: number): PointColours {
  return { colours: new Uint32Array(n).fill(pack(rgb, 0.75)), legend: null };
}

/** The 1st and 99th percentile of the finite values, from an even sample. */
export function robustRange(values: ArrayLike<number>): [number, number] {
  const stride = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += stride) {
    const value = values[i] as number;
    if (Number.isFinite(value)) sample.push(value);
  }
  if (sample.length === 0) return [0, 1];
  const sorted = Float64Array.from(sample).sort();
  const low = sorted[Math.floor((sorted.length - 1) * 0.01)] as number;
  const high = sorted[Math.ceil((sorted.length - 1) * 0.99)] as number;
  return low < high ? [low, high] : [low, low + 1e-9];
}

export function byValue(values: ArrayLike<number>, theme: Theme): PointColours {
  const [low, high] = robustRange(values);
  const table = Uint32Array.from({ length: 256 }, (_, i) => pack(continuous(i / 255, theme), ALPHA));
  const none = pack(muted(theme), ALPHA);
  const colours = new Uint32Array(values.length);
  let missing = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (Number.isFinite(value)) {
      const t = Math.min(255, Math.max(0, Math.round(((value - low) / (high - low)) * 255)));
      colours[i] = table[t] as number;
    } else {
      colours[i] = none;
      missing += 1;
    }
  }
  return { colours, legend: { kind: 'continuous', low, high, missing } };
}

/** The largest categories get a colour each, the others one neutral. Codes below 0 belong to none. */
export function byCategory(codes: Int32Array | Uint32Array, nameOf: (code: number) => string, theme: Theme): PointColours {
  const counts = new Map<number, number>();
  for (const code of codes) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1]);
  const entries = ranked
    .slice(0, MOST_CATEGORIES)
    .map(([value, count], i) => ({ value, count, name: nameOf(value), colour: categorical(i, theme) }));
  const colourOf = new Map(entries.map((entry) => [entry.value, pack(entry.colour, ALPHA)]));
  const neutral = pack(muted(theme), ALPHA);
  const colours = new Uint32Array(codes.length);
  let other = 0;
  codes.forEach((code, i) => {
    const colour = colourOf.get(code);
    if (colour === undefined) other += 1;
    colours[i] = colour ?? neutral;
  });
  return { colours, legend: { kind: 'categorical', entries, other } };
}

export function ofColumn(column: ColumnData, categories: boolean, nameOf: (code: number) => string, theme: Theme): PointColours {
  if ('dictionary' in column) return byCategory(column.codes, (code) => column.dictionary[code] || '–', theme);
  if (categories) return byCategory(column as Int32Array, nameOf, theme);
  return byValue(column, theme);
}

/** The same colours with everything outside the selection pushed back. */
export function emphasise(colours: Uint32Array, selection: Uint32Array, theme: Theme): Uint32Array {
  if (selection.length === 0) return colours;
  const dimmed = new Uint32Array(colours.length).fill(pack(muted(theme), 0.4));
  for (const i of selection) dimmed[i] = ((colours[i] as number) | 0xff000000) >>> 0;
  return dimmed;
}
