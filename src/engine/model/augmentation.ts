import type { PixelSet } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';

/** What may be done to a training image without making it another: each is kept only where images that are held out gain by it. */
export const augmentations = ['mirror', 'shift', 'brightness'] as const;
export type Augmentation = (typeof augmentations)[number];

/** Of the edge, at most, each way. */
const SHIFT_SHARE = 1 / 16;
/** Of the whole range, at most, each way. */
const BRIGHTNESS_SHARE = 0.1;

/**
 * Copies the images' pixels one after the other into `target`, changed by chance: mirrored left to right half of the time, moved by up to a
 * sixteenth of the edge (its outermost pixels repeated), lightened or darkened by up to a tenth of the range. The chance is that of (seed, step)
 * alone, so that a resume needs no memory of it.
 */
export function gather(
  { size, channels, data }: PixelSet,
  images: Uint32Array,
  target: Uint8Array,
  active: readonly Augmentation[],
  seed: number,
  step: number,
): void {
  const length = size * size * channels;
  if (active.length === 0) {
    for (let i = 0; i < images.length; i += 1) {
      const from = (images[i] as number) * length;
      target.set(data.subarray(from, from + length), i * length);
    }
    return;
  }
  const random = new Random((seed ^ Math.imul(step, 0x85ebca6b)) >>> 0);
  const reach = Math.max(1, Math.round(size * SHIFT_SHARE));
  const within = (at: number) => Math.max(0, Math.min(size - 1, at));
  for (let i = 0; i < images.length; i += 1) {
    // Every draw is made whether or not it is used: what one change does is not moved by another.
    const [flip, dx, dy, light] = [random.uniform(), random.integer(2 * reach + 1), random.integer(2 * reach + 1), random.uniform()];
    const mirrored = active.includes('mirror') && flip < 0.5;
    const [right, down] = active.includes('shift') ? [dx - reach, dy - reach] : [0, 0];
    const lighter = active.includes('brightness') ? Math.round((2 * light - 1) * BRIGHTNESS_SHARE * 255) : 0;
    const from = (images[i] as number) * length;
    for (let y = 0; y < size; y += 1) {
      const row = from + within(y - down) * size * channels;
      for (let x = 0; x < size; x += 1) {
        const column = within(x - right);
        const source = row + (mirrored ? size - 1 - column : column) * channels;
        const at = i * length + (y * size + x) * channels;
        for (let c = 0; c < channels; c += 1) target[at + c] = Math.max(0, Math.min(255, (data[source + c] as number) + lighter));
      }
    }
  }
}
