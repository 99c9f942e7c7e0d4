/** What all numbers of an array say before any is shown: whether each is one, and whether bytes are black and white alone. */
import { breathe, type Hooks } from '../hooks.ts';
import type { ArrayBytes } from './array-bytes.ts';
import type { NumberType } from './number-type.ts';

/** Numbers between two looks at whether the work was called off. */
const PIECE_BYTES = 8 * 1024 * 1024;

async function* pieces(parts: readonly ArrayBytes[], { signal }: Hooks): AsyncGenerator<Uint8Array> {
  for (const bytes of parts) {
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      yield bytes.read(from, Math.min(PIECE_BYTES, bytes.length - from));
      await breathe(signal);
    }
  }
}

// A function of its own: inside an async one the loop stays slow.
function missingOf(values: ArrayLike<number>): number {
  let missing = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    if (value - value !== 0) missing += 1;
  }
  return missing;
}

/** @throws Error where there are numbers that are none; SondeError cancelled */
export async function checkFinite(parts: readonly ArrayBytes[], type: NumberType, hooks: Hooks): Promise<void> {
  if (type.kind !== 'float') return;
  let missing = 0;
  for await (const piece of pieces(parts, hooks)) missing += missingOf(type.numbers(piece));
  const all = parts.reduce((sum, { length }) => sum + length, 0) / type.bytes;
  if (missing > 0)
    throw new Error(
      `${missing} of its ${all} numbers are not finite (NaN, infinity): np.save('images.npy', np.nan_to_num(a, posinf=0, neginf=0))`,
    );
}

/** Whether bytes are all 0 or 1, as masks are, and some are 1. @throws SondeError cancelled */
export async function isBinary(parts: readonly ArrayBytes[], type: NumberType, hooks: Hooks): Promise<boolean> {
  if (type.kind !== 'unsigned' || type.bytes !== 1) return false;
  let ones = false;
  for await (const piece of pieces(parts, hooks)) {
    if (piece.some((value) => value > 1)) return false;
    ones ||= piece.includes(1);
  }
  return ones;
}
