import type { GroupSpace } from '../../contract/report.ts';
import type { Hooks } from '../hooks.ts';
import { Random } from '../random.ts';
import type { Space } from './group-spaces.ts';
import { type Clustering, kMeans } from './k-means.ts';

/** Clusters a space: enough that a few per cent can stand alone. */
const CLUSTERS = 20;
const LARGEST_SHARE = 0.1;
const SMALLEST_COUNT = 8;
/** Two candidates name the same images from this share of their union on. */
const SAME_JACCARD = 0.5;

export interface Candidate {
  /** Ascending image numbers. */
  members: Uint32Array;
  /** Each member's distance to the centre, in the space that it was found in. */
  distance: Float32Array;
  /** Mean simplified silhouette of the members, -1..1. */
  cohesion: number;
  spaces: GroupSpace[];
}

/** k-means in each space. Deterministic by seed. */
export async function clusterSpaces(spaces: Space[], seed: number, hooks: Hooks = {}): Promise<Clustering[]> {
  const clusterings: Clustering[] = [];
  for (const [position, space] of spaces.entries()) {
    clusterings.push(await kMeans(space.points, CLUSTERS, new Random(seed + position + 1), hooks));
    hooks.onProgress?.(position + 1, spaces.length);
  }
  return clusterings;
}

/**
 * The small clusters of every space (8 images to 10 % of the data), those that name the same images (Jaccard index at least .5) as one:
 * the most cohesive of them stands for all, and says in how many spaces it was found.
 */
export function candidateGroups(spaces: Space[], clusterings: Clustering[]): Candidate[] {
  const all = clusterings.flatMap((clustering, position) => smallClusters(clustering, (spaces[position] as Space).name));
  all.sort((a, b) => b.cohesion - a.cohesion || (a.members[0] as number) - (b.members[0] as number));
  const kept: Candidate[] = [];
  for (const candidate of all) {
    const same = kept.find((other) => jaccard(other.members, candidate.members) >= SAME_JACCARD);
    if (!same) kept.push(candidate);
    else same.spaces = [...new Set([...same.spaces, ...candidate.spaces])];
  }
  return kept;
}

function smallClusters({ centres, assignment, own, other }: Clustering, space: GroupSpace): Candidate[] {
  const members: number[][] = Array.from({ length: centres.rows }, () => []);
  for (const [image, cluster] of assignment.entries()) members[cluster]?.push(image);
  return members
    .filter((images) => images.length >= SMALLEST_COUNT && images.length <= LARGEST_SHARE * assignment.length)
    .map((images) => ({
      members: Uint32Array.from(images),
      distance: Float32Array.from(images, (image) => Math.sqrt(own[image] as number)),
      cohesion: images.reduce((sum, image) => sum + silhouette(own[image] as number, other[image] as number), 0) / images.length,
      spaces: [space],
    }));
}

/** Simplified silhouette from squared distances to the own and to the nearest other centre (Hruschka, de Castro and Campello 2004). */
function silhouette(own: number, other: number): number {
  const [a, b] = [Math.sqrt(own), Math.sqrt(other)];
  return b > 0 ? (b - a) / Math.max(a, b) : 0;
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
