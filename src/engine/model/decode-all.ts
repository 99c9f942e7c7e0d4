import type { Hooks } from '../hooks.ts';
import { Pace } from '../linear/pace.ts';
import type { Model } from './model.ts';
import { LARGEST_BLOCK } from './neural-program.ts';

/** Pixels 0..255 of many latent vectors, with breaths between the calls of the decoder. @throws SondeError cancelled */
export async function decodeAll(model: Pick<Model, 'latent' | 'decode'>, z: Float32Array, hooks: Hooks = {}): Promise<Uint8Array> {
  const count = z.length / model.latent;
  const pace = new Pace(hooks, count);
  let pixels: Uint8Array | null = null;
  for (let from = 0; from < count; from += LARGEST_BLOCK) {
    const to = Math.min(count, from + LARGEST_BLOCK);
    const some = model.decode(z.subarray(from * model.latent, to * model.latent));
    pixels ??= new Uint8Array((some.length / (to - from)) * count);
    pixels.set(some, (pixels.length / count) * from);
    await pace.at(to);
  }
  return pixels ?? new Uint8Array(0);
}
