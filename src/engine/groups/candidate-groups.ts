import type { GroupSpace } from '../../contract/report.ts';
import type { Hooks } from '../hooks.ts';
import { kMeans } from '../linear/k-means.ts';
import type { Matrix } from '../linear/matrix.ts';
import { Random } from '../random.ts';
import { clusterBranches, type MeasuredBranch, measureBranches } from './cluster-tree.ts';
import { type FoundBranch, graphBranches } from './graph-branches.ts';
import type { GroupSpaceOfImages } from './group-spaces.ts';
import { refitClusters, type Stability, stabilityOf } from './refits.ts';
import { heldAgainst, separationOf } from './separation.ts';

/** Clusters of a space that is parted by centres: enough that a few per cent can stand alone. */
const CLUSTERS = 20;
/** More than half of the images are the rest, not a group. */
const LARGEST_SHARE = 0.5;
const SMALLEST_COUNT = 8;
/** Two candidates name the same images from this share of their union on. */
const SAME_JACCARD = 0.5;

export interface Candidate extends Pick<MeasuredBranch, 'members' | 'distance' | 'cohesion'> {
  /** That which it stands apart best in first. */
  spaces: GroupSpace[];
  separation: number;
  stability: Stability;
}

/** What groups are ranked by: how far they stand apart, times how much of them a refit finds again. */
export const standing = ({ separation, stability }: Pick<Candidate, 'separation' | 'stability'>): number => separation * stability.jaccard;

/**
 * The branches of every space's tree (8 images to half of the data), best first; those that name the same images (Jaccard index at least
 * .5) as one: the best of them stands for all, and says in which spaces it was found. Deterministic by seed.
 * @param duplicateOf of each image -1, or the first image of the set that it repeats
 * @throws SondeError cancelled
 */
export async function candidateGroups(
  spaces: GroupSpaceOfImages[],
  duplicateOf: Int32Array,
  seed: number,
  { signal, onProgress }: Hooks = {},
): Promise<Candidate[]> {
  const all: Candidate[] = [];
  for (const [position, { seen, points, by }] of spaces.entries()) {
    const random = new Random(seed + position + 1);
    const branches =
      by === 'graph'
        ? await graphBranches(points, duplicateOf, seed + position + 1, { signal })
        : await centreBranches(points, random, { signal });
    for (const branch of branches) {
      const { members, distance, cohesion, separation, stability } = branch;
      if (members.length < SMALLEST_COUNT || members.length > LARGEST_SHARE * points.rows) continue;
      all.push({ members, distance, cohesion, spaces: [...seen], separation, stability });
    }
    onProgress?.(position + 1, spaces.length);
  }
  all.sort((a, b) => standing(b) - standing(a) || (a.members[0] as number) - (b.members[0] as number));
  const kept: Candidate[] = [];
  for (const candidate of all) {
    const same = kept.find((other) => jaccard(other.members, candidate.members) >= SAME_JACCARD);
    if (!same) kept.push(candidate);
    else same.spaces = [...new Set([...same.spaces, ...candidate.spaces])];
  }
  return kept;
}

/** Branches of the tree of k-means clusters. */
async function centreBranches(points: Matrix, random: Random, { signal }: Hooks): Promise<FoundBranch[]> {
  const clustering = await kMeans(points, CLUSTERS, random, { signal });
  const branches = await measureBranches(points, clustering.centres, clusterBranches(clustering), { signal });
  const refits = await refitClusters(points, CLUSTERS, random, { signal });
  const others = heldAgainst(points.rows, random);
  return branches.map((branch) => ({
    ...branch,
    separation: separationOf(points, branch, others),
    stability: stabilityOf(branch.members, refits),
  }));
}

/** Of two ascending lists: how many they share. */
export function sharedOf(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const difference = (a[i] as number) - (b[j] as number);
    if (difference === 0) shared += 1;
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return shared;
}

/** Of two ascending lists: how much of their union they share. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  const shared = sharedOf(a, b);
  return shared / (a.length + b.length - shared);
}
