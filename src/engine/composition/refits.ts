/** The tree once more on other draws of the same images: what comes back. */
import { breathe, type Hooks } from '../hooks.ts';
import type { Neighbours } from '../latent/neighbours.ts';
import type { Matrix } from '../linear/matrix.ts';
import { takeRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { type Branch, branchesOf, kindsTree } from './kinds-tree.ts';
import { sharedNeighbourGraph } from './neighbour-graph.ts';

export const REFITS = 10;
/** Hennig (2007): from here on a cluster is a valid, stable one. */
export const STABLE = 0.75;
/** A branch, found in another draw. */
export interface Match {
  branch: Branch | null;
  /** Jaccard index over the images drawn there. */
  jaccard: number;
}

export interface Refit {
  /** Ascending numbers of the images drawn, and their nodes in the tree. */
  drawn: Uint32Array;
  /** Node of each image there, -1 where it was not drawn. */
  nodeOf: Int32Array;
  matches: Map<Branch, Match>;
}

/**
 * Trees of bootstrap samples (each image that was drawn once, since a copy of it would be its nearest neighbour), and for every branch of
 * the tree the one there that is most like it among the images drawn (Hennig 2007, Cluster-wise assessment of cluster stability).
 */
export async function refitTree(
  tree: Branch,
  { neighbours, points, k, smallest }: { neighbours: Neighbours; points: Matrix; k: number; smallest: number },
  random: Random,
  { signal }: Hooks = {},
): Promise<Refit[]> {
  const refits: Refit[] = [];
  for (let refit = 0; refit < REFITS; refit += 1) {
    await breathe(signal);
    const counted = new Uint8Array(points.rows);
    for (let i = 0; i < points.rows; i += 1) counted[random.integer(points.rows)] = 1;
    const drawn = Uint32Array.from(counted.keys()).filter((image) => counted[image] === 1);
    const share = drawn.length / points.rows;
    const again = kindsTree(sharedNeighbourGraph(neighbours, drawn, k), takeRows(points, drawn), Math.round(share * smallest), random);
    const nodeOf = new Int32Array(points.rows).fill(-1);
    drawn.forEach((image, node) => {
      nodeOf[image] = node;
    });
    refits.push({ drawn, nodeOf, matches: matched(tree, again, nodeOf) });
  }
  return refits;
}

function matched(tree: Branch, again: Branch, nodeOf: Int32Array): Map<Branch, Match> {
  const branches = [...branchesOf(again)];
  const leaves = branches.filter(({ children }) => !children);
  const leafOf = new Uint32Array(again.members.length);
  for (const [leaf, { members }] of leaves.entries()) for (const node of members) leafOf[node] = leaf;
  // Leaves are numbered from left to right, so each branch has a run of them.
  const runs = new Map<Branch, [from: number, to: number]>();
  let next = 0;
  const number = (branch: Branch): [number, number] => {
    const from = next;
    if (branch.children) for (const child of branch.children) number(child);
    else next += 1;
    runs.set(branch, [from, next]);
    return [from, next];
  };
  number(again);
  const matches = new Map<Branch, Match>();
  for (const branch of branchesOf(tree)) {
    const before = new Uint32Array(leaves.length + 1);
    let inside = 0;
    for (const image of branch.members) {
      const node = nodeOf[image] as number;
      if (node < 0) continue;
      inside += 1;
      const at = (leafOf[node] as number) + 1;
      before[at] = (before[at] as number) + 1;
    }
    for (let i = 1; i < before.length; i += 1) before[i] = (before[i] as number) + (before[i - 1] as number);
    const best: Match = { branch: null, jaccard: 0 };
    for (const other of branches) {
      const [from, to] = runs.get(other) as [number, number];
      const shared = (before[to] as number) - (before[from] as number);
      const jaccard = shared / (inside + other.members.length - shared);
      if (jaccard <= best.jaccard) continue;
      best.jaccard = jaccard;
      best.branch = other;
    }
    matches.set(branch, best);
  }
  return matches;
}

/** Mean Jaccard index over refits, and in how many of them it was at least `from`. */
export function stabilityOf(branch: Branch, refits: readonly Refit[], from = STABLE): { jaccard: number; found: number; refits: number } {
  const indices = refits.map(({ matches }) => matches.get(branch)?.jaccard ?? 0);
  return {
    jaccard: indices.reduce((sum, value) => sum + value, 0) / indices.length,
    found: indices.filter((value) => value >= from).length,
    refits: indices.length,
  };
}
