import type { GroupSpace } from '../../contract/report.ts';
import type { Hooks } from '../hooks.ts';
import { kMeans } from '../linear/k-means.ts';
import { Random } from '../random.ts';
import { clusterBranches, type MeasuredBranch, measureBranches } from './cluster-tree.ts';
import type { GroupSpaceOfImages } from './group-spaces.ts';
import { refitClusters, type Stability, stabilityOf } from './refits.ts';
import { heldAgainst, separationOf } from './separation.ts';

/** Clusters a space: enough that a few per cent can stand alone. */
const CLUSTERS = 20;
/** More than half of the images are the rest, not a group. */
const LARGEST_SHARE = 0.5;
const SMALLEST_COUNT = 8;
/** Two candidates name the same images from this share of their union on. */
const SAME_JACCARD = 0.5;

export interface Candidate extends Pick<MeasuredBranch, 'members' | 'distance' | 'cohesion'> {
  spaces: GroupSpace[];
  separation: number;
  stability: Stability;
}

/** What groups are ranked by: how far they stand apart, times how much of them a refit finds again. */
export const standing = ({ separation, stability }: Pick<Candidate, 'separation' | 'stability'>): number => separation * stability.jaccard;

/**
 * The clusters of every space and their unions (8 images to half of the data), best first; those that name the same images (Jaccard
 * index at least .5) as one: the best of them stands for all, and says in which spaces it was found. Deterministic by seed.
 * @throws SondeError cancelled
 */
export async function candidateGroups(
  spaces: GroupSpaceOfImages[],
  seed: number,
  { signal, onProgress }: Hooks = {},
): Promise<Candidate[]> {
  const all: Candidate[] = [];
  for (const [position, { name, points }] of spaces.entries()) {
    const random = new Random(seed + position + 1);
    const clustering = await kMeans(points, CLUSTERS, random, { signal });
    const branches = await measureBranches(points, clustering.centres, clusterBranches(clustering), { signal });
    const refits = await refitClusters(points, CLUSTERS, random, { signal });
    const others = heldAgainst(points.rows, random);
    for (const branch of branches) {
      const { members, distance, cohesion } = branch;
      if (members.length < SMALLEST_COUNT || members.length > LARGEST_SHARE * points.rows) continue;
      const separation = separationOf(points, branch, others);
      all.push({ members, distance, cohesion, spaces: [name], separation, stability: stabilityOf(members, refits) });
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

/** Of two ascending lists: how much of their union they share. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const difference = (a[i] as number) - (b[j] as number);
    if (difference === 0) shared += 1;
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return shared / (a.length + b.length - shared);
}
