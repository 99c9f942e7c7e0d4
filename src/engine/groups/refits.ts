/** Whether a group comes back when the same is done to other draws of the same images. */
import type { Hooks } from '../hooks.ts';
import { kMeans, nearestCentres } from '../linear/k-means.ts';
import type { Matrix } from '../linear/matrix.ts';
import { takeRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { type Branch, clusterBranches } from './cluster-tree.ts';

/** Bootstrap samples; each costs as much as the clustering itself. */
export const REFITS = 5;
/** Hennig (2007): below it a cluster counts as dissolved. */
export const FOUND_AGAIN = 0.5;
/** Images drawn for a refit: what k-means learns its centres on anyway. */
const MOST_DRAWN = 8_000;

export interface Stability {
  /** Mean over the refits of the greatest Jaccard index with any branch there. */
  jaccard: number;
  /** Refits that have a branch of a Jaccard index of at least .5. */
  found: number;
  refits: number;
}

/** One refit: which cluster each image of the data falls into, and the branches of those clusters. */
export interface Refit {
  assignment: Uint32Array;
  branches: Branch[];
}

/**
 * The clustering of bootstrap samples (Hennig 2007, Cluster-wise assessment of cluster stability), each image of the data then counted
 * to its nearest centre. @throws SondeError cancelled
 */
export async function refitClusters(points: Matrix, clusters: number, random: Random, { signal }: Hooks = {}): Promise<Refit[]> {
  const refits: Refit[] = [];
  for (let refit = 0; refit < REFITS; refit += 1) {
    const drawn = Uint32Array.from({ length: Math.min(points.rows, MOST_DRAWN) }, () => random.integer(points.rows));
    const { centres } = await kMeans(takeRows(points, drawn), clusters, random, { signal });
    const { assignment } = await nearestCentres(points, centres, signal);
    refits.push({ assignment, branches: clusterBranches({ centres, assignment }) });
  }
  return refits;
}

/** @param members ascending image numbers */
export function stabilityOf(members: Uint32Array, refits: readonly Refit[]): Stability {
  const best = refits.map(({ assignment, branches }) => {
    const within = new Map<number, number>();
    for (const image of members) within.set(assignment[image] as number, (within.get(assignment[image] as number) ?? 0) + 1);
    return Math.max(
      ...branches.map((branch) => {
        const shared = branch.clusters.reduce((sum, cluster) => sum + (within.get(cluster) ?? 0), 0);
        return shared / (members.length + branch.members.length - shared);
      }),
    );
  });
  return {
    jaccard: best.reduce((sum, value) => sum + value, 0) / best.length,
    found: best.filter((value) => value >= FOUND_AGAIN).length,
    refits: refits.length,
  };
}
