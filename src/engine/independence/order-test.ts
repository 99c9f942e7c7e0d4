/** Whether images that lie near each other in a folder are more alike than chance would have it. */
import { breathe, type Hooks } from '../hooks.ts';
import type { ImageNeighbours } from '../latent/layout-images.ts';
import type { Random } from '../random.ts';
import type { Sequence } from './sequences.ts';

/** Nearest images that are looked at. */
const NEAREST = 5;
const NEAR = 4;
const PERMUTATIONS = 999;
/** So many shuffles that are as good end the test (Besag and Clifford 1991). */
const BEATEN = 40;

export interface OrderTest {
  /** Images and their nearest in features that lie in the same folder, and how many of them lie within four places. */
  pairs: number;
  near: number;
  /** How many would where the order within each folder is by chance. */
  expected: number;
  pValue: number;
}

/**
 * Counts the nearest neighbours in features that are near in order too, and shuffles the order within each sequence: subfolders are no
 * evidence. null where no two neighbours lie in one sequence.
 * @param images how many there are
 */
export async function orderTest(
  { indices, k, rows }: Pick<ImageNeighbours, 'indices' | 'k' | 'rows'>,
  sequences: readonly Sequence[],
  images: number,
  random: Random,
  { signal }: Hooks = {},
): Promise<OrderTest | null> {
  const [place, of] = [new Int32Array(images), new Int32Array(images).fill(-1)];
  sequences.forEach(({ images: own }, sequence) => {
    own.forEach((image, i) => {
      place[image] = i;
      of[image] = sequence;
    });
  });
  const pairs: number[] = [];
  rows.forEach((image, row) => {
    for (let i = row * k; i < row * k + Math.min(k, NEAREST); i += 1) {
      const other = rows[indices[i] as number] as number;
      if (of[image] !== -1 && of[image] === of[other]) pairs.push(image, other);
    }
  });
  if (pairs.length === 0) return null;
  const count = (): number => {
    let near = 0;
    for (let i = 0; i < pairs.length; i += 2)
      if (Math.abs((place[pairs[i] as number] as number) - (place[pairs[i + 1] as number] as number)) <= NEAR) near += 1;
    return near;
  };
  const seen = count();
  let [beaten, draws, sum] = [0, 0, 0];
  while (draws < PERMUTATIONS && beaten < BEATEN) {
    if (draws % 10 === 0) await breathe(signal);
    for (const { images: own } of sequences) {
      const shuffled = random.shuffle(Uint32Array.from(own.keys()));
      own.forEach((image, i) => {
        place[image] = shuffled[i] as number;
      });
    }
    const drawn = count();
    sum += drawn;
    draws += 1;
    if (drawn >= seen) beaten += 1;
  }
  return {
    pairs: pairs.length / 2,
    near: seen,
    expected: sum / draws,
    pValue: beaten >= BEATEN ? beaten / draws : (1 + beaten) / (1 + draws),
  };
}
