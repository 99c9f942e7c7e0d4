import { Random } from '../random.ts';

const HELD_OUT_SHARE = 0.1;
const HELD_OUT_LEAST = 10;
const HELD_OUT_MOST = 512;

export interface Split {
  trained: Uint32Array;
  held: Uint32Array;
}

/** A tenth of the images, 10 to 512 of them and never more than half, are not trained on. The same seed, the same ones. */
export function splitImages(count: number, seed: number): Split {
  const all = new Random(seed ^ 0x5eed).shuffle(Uint32Array.from({ length: count }, (_, i) => i));
  const wanted = Math.max(HELD_OUT_LEAST, Math.min(HELD_OUT_MOST, Math.floor(count * HELD_OUT_SHARE)));
  const held = Math.min(wanted, Math.floor(count / 2));
  return { held: all.slice(0, held), trained: all.slice(held) };
}
