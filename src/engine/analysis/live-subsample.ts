import { Random } from '../random.ts';

const LIVE_POINTS = 2000;

/** The images of the live map, ascending: all of them, or 2,000 drawn by the seed. */
export function liveSubsample(count: number, seed: number): Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  if (count <= LIVE_POINTS) return all;
  return new Random(seed).shuffle(all).slice(0, LIVE_POINTS).sort();
}

/** Positions (x0, y0, ...) of the chosen images. */
export function pickPositions(positions: Float32Array, indices: Uint32Array): Float32Array {
  const picked = new Float32Array(indices.length * 2);
  indices.forEach((image, i) => {
    picked[2 * i] = positions[2 * image] as number;
    picked[2 * i + 1] = positions[2 * image + 1] as number;
  });
  return picked;
}
