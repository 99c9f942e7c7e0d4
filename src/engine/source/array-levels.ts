/** From an array's numbers to grey levels 0..255: one window for all images, taken from the whole array's range. */
import { breathe, type Hooks } from '../hooks.ts';
import type { ArrayBytes } from './array-bytes.ts';
import type { NumberType } from './number-type.ts';

/** The numbers that are shown as black and as white. */
export interface Window {
  black: number;
  white: number;
  /** Whether it is what anyone would take it for: bytes as they are. */
  plain: boolean;
}

interface Range {
  low: number;
  high: number;
}

/** Numbers between two looks at whether the work was called off. */
const PIECE_BYTES = 8 * 1024 * 1024;
const PLAIN: Window = { black: 0, white: 255, plain: true };

/** The least and largest number and how many are not finite. A function of its own: inside an async one the loop stays slow. */
function extremesOf(values: ArrayLike<number>): Range & { missing: number } {
  let low = Infinity;
  let high = -Infinity;
  let missing = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    if (value < low) low = value;
    if (value > high) high = value;
    if (value - value !== 0) missing += 1;
  }
  return { low, high, missing };
}

/** @throws Error where there are numbers that are none; SondeError cancelled */
async function rangeOf(bytes: ArrayBytes, type: NumberType, { signal }: Hooks): Promise<Range> {
  const range = { low: Infinity, high: -Infinity, missing: 0 };
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    const piece = extremesOf(type.numbers(bytes.read(from, Math.min(PIECE_BYTES, bytes.length - from))));
    range.low = Math.min(range.low, piece.low);
    range.high = Math.max(range.high, piece.high);
    range.missing += piece.missing;
    // Of bytes anything above 1 says enough.
    if (type.kind === 'unsigned' && type.bytes === 1 && range.high > 1) break;
    await breathe(signal);
  }
  const { missing } = range;
  if (missing > 0)
    throw new Error(
      `${missing} of its ${bytes.length / type.bytes} numbers are not finite (NaN, infinity): np.save('images.npy', np.nan_to_num(a, posinf=0, neginf=0))`,
    );
  return range;
}

/** The one window of arrays that are read together. Reads all numbers, but of bytes only as many as are needed. @throws Error as rangeOf */
export async function windowOf(parts: readonly ArrayBytes[], type: NumberType, hooks: Hooks): Promise<Window> {
  if (type.kind === 'boolean') return { black: 0, white: 1, plain: true };
  let [low, high] = [Infinity, -Infinity];
  for (const bytes of parts) {
    const range = await rangeOf(bytes, type, hooks);
    low = Math.min(low, range.low);
    high = Math.max(high, range.high);
  }
  // Nothing to see, whatever the window; the analysis says so.
  if (low === high) return { ...PLAIN, plain: type.bytes === 1 };
  if (low >= 0 && high <= 1) return { black: 0, white: 1, plain: false };
  if (low >= 0 && high <= 255) return { ...PLAIN, plain: type.kind === 'unsigned' && type.bytes === 1 };
  if (type.kind === 'float' && low >= -1 && high <= 1) return { black: -1, white: 1, plain: false };
  // Where the type's own range is used to more than a half, it is meant.
  if (type.kind === 'unsigned' && type.bytes === 2 && high > 32_767) return { black: 0, white: 65_535, plain: false };
  return { black: Math.min(0, low), white: high, plain: false };
}

/** A number as a grey level. */
export function levelOf(value: number, { black, white }: Window): number {
  const level = Math.round(((value - black) * 255) / (white - black));
  return level < 0 ? 0 : level > 255 ? 255 : level;
}
