/** Branches of the tree that a graph of shared neighbours makes of the images in one space: candidates for groups. */
import { growTree, spreadToAll } from '../composition/image-tree.ts';
import { branchesOf, centreOf, type Branch as TreeBranch } from '../composition/kinds-tree.ts';
import type { Graph } from '../composition/neighbour-graph.ts';
import { stabilityOf } from '../composition/refits.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { type Branch, type MeasuredBranch, measureBranches } from './cluster-tree.ts';
import { FOUND_AGAIN, type Stability } from './refits.ts';

/** So many that a kind of one in a hundred can stand alone. */
const SMALLEST_SHARE = 0.005;

export interface FoundBranch extends MeasuredBranch {
  /** How far it stands apart: at most 1. */
  separation: number;
  stability: Stability;
}

/** Every branch with its members among all images, copies too, and how much of it comes back in refits. @throws SondeError cancelled */
export async function graphBranches(points: Matrix, duplicateOf: Int32Array, seed: number, { signal }: Hooks = {}): Promise<FoundBranch[]> {
  const grown = await growTree(points, duplicateOf, { smallest: SMALLEST_SHARE, seed }, { signal });
  const branches = [...branchesOf(grown.tree)];
  const leaves = branches.filter(({ children }) => !children);
  const leafOfNode = new Int32Array(grown.nodes.rows);
  for (const [leaf, { members }] of leaves.entries()) for (const node of members) leafOfNode[node] = leaf;
  const leafOf = await spreadToAll(grown, leafOfNode, duplicateOf, { signal });
  const inLeaf: number[][] = leaves.map(() => []);
  for (const [image, leaf] of leafOf.entries()) inLeaf[leaf]?.push(image);
  const number = new Map(leaves.map((leaf, i) => [leaf, i]));
  const found: (Branch & Pick<FoundBranch, 'separation' | 'stability'>)[] = [];
  for (const branch of branches) {
    const clusters = leavesOf(branch).map((leaf) => number.get(leaf) as number);
    const members = Uint32Array.from(clusters.flatMap((leaf) => inLeaf[leaf] as number[])).sort();
    const inside = new Set(branch.members);
    found.push({
      clusters,
      members,
      centre: centreOf(points, members),
      separation: isolation(grown.graph, inside),
      stability: stabilityOf(branch, grown.refits, FOUND_AGAIN),
    });
    await breathe(signal);
  }
  const centres: Matrix = { rows: leaves.length, columns: points.columns, data: new Float32Array(leaves.length * points.columns) };
  inLeaf.forEach((images, leaf) => {
    centres.data.set(centreOf(points, images), leaf * points.columns);
  });
  const measured = await measureBranches(points, centres, found, { signal });
  return measured.map((branch, i) => ({ ...(found[i] as (typeof found)[number]), ...branch }));
}

/** 1 - w / e: w the weight of the edges from some nodes to the others, e what it would be if edges fell by chance; 1 of an island. */
function isolation({ nodes, start, to, weight }: Graph, inside: ReadonlySet<number>): number {
  let [own, total, leaving] = [0, 0, 0];
  for (let node = 0; node < nodes; node += 1) {
    const isInside = inside.has(node);
    for (let e = start[node] as number; e < (start[node + 1] as number); e += 1) {
      const w = weight[e] as number;
      total += w;
      if (!isInside) continue;
      own += w;
      if (!inside.has(to[e] as number)) leaving += w;
    }
  }
  const expected = (own * (total - own)) / total;
  return expected > 0 ? 1 - leaving / expected : 0;
}

function leavesOf(branch: TreeBranch): TreeBranch[] {
  return branch.children ? branch.children.flatMap(leavesOf) : [branch];
}
