import type { GroupSpace } from '../../contract/report.ts';
import type { Hooks } from '../hooks.ts';
import { kMeans } from '../linear/k-means.ts';
import { Random } from '../random.ts';
import { type ClusterNode, cutTree } from './cluster-tree.ts';
import type { Space } from './group-spaces.ts';

/** Clusters a space: enough that a few per cent can stand alone. */
const CLUSTERS = 20;
const LARGEST_SHARE = 0.1;
const SMALLEST_COUNT = 8;
/** Two candidates name the same images from this share of their union on. */
const SAME_JACCARD = 0.5;

export interface Candidate extends ClusterNode {
  spaces: GroupSpace[];
}

/**
 * The small clusters of every space (8 images to 10 % of the data), those that name the same images (Jaccard index at least .5) as one:
 * the most cohesive of them stands for all, and says in which spaces it was found. Deterministic by seed.
 */
export async function candidateGroups(spaces: Space[], seed: number, { signal, onProgress }: Hooks = {}): Promise<Candidate[]> {
  const all: Candidate[] = [];
  for (const [position, { name, points }] of spaces.entries()) {
    const clustering = await kMeans(points, CLUSTERS, new Random(seed + position + 1), { signal });
    const nodes = await cutTree(points, clustering, { smallest: SMALLEST_COUNT, largest: LARGEST_SHARE * points.rows }, { signal });
    all.push(...nodes.map((node) => ({ ...node, spaces: [name] })));
    onProgress?.(position + 1, spaces.length);
  }
  all.sort((a, b) => b.cohesion - a.cohesion || (a.members[0] as number) - (b.members[0] as number));
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
