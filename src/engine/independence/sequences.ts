/** Images in the order in which they may have been taken. */
import path from 'node:path';
import type { ImageFacts } from '../pixels/pixel-set.ts';
import { naturally } from '../source/listing.ts';
import { rolesOf } from '../source/roles.ts';

/** Images of one sequence in their order, and the time of each where that is the order. */
export interface Sequence {
  images: Uint32Array;
  seconds: Float64Array | null;
}

/** Parts of a split are one folder here: a burst that was split by chance has a frame in either. */
export function byName({ path: paths, label }: Pick<ImageFacts, 'path' | 'label'>, among: Uint32Array): Sequence[] {
  const { label: folders } = rolesOf(label);
  const sequences = new Map<string, number[]>();
  for (const image of among) {
    const folder = folders[image] as string;
    const own = sequences.get(folder);
    if (own) own.push(image);
    else sequences.set(folder, [image]);
  }
  const names = paths.map((name) => path.posix.basename(name));
  return [...sequences.values()].map((images) => ({
    // Names that two parts share keep the order of their paths.
    images: Uint32Array.from(images.sort((a, b) => naturally(names[a] as string, names[b] as string) || a - b)),
    seconds: null,
  }));
}

/** Images that say when they were taken, each camera's by itself. */
export function byTime({ camera, takenAt }: Pick<ImageFacts, 'camera' | 'takenAt'>, among: Uint32Array): Sequence[] {
  const sequences = new Map<string, number[]>();
  for (const image of among) {
    if (Number.isNaN(takenAt[image])) continue;
    const own = sequences.get(camera[image] as string);
    if (own) own.push(image);
    else sequences.set(camera[image] as string, [image]);
  }
  return [...sequences.values()].map((images) => {
    const sorted = Uint32Array.from(images).sort((a, b) => (takenAt[a] as number) - (takenAt[b] as number) || a - b);
    return { images: sorted, seconds: Float64Array.from(sorted, (image) => takenAt[image] as number) };
  });
}
