import { breathe, type Hooks } from '../hooks.ts';
import type { Clustering } from '../linear/k-means.ts';
import type { Matrix } from '../linear/matrix.ts';

/** A set of k-means clusters that were joined: its images, and how well they hold together. */
export interface ClusterNode {
  /** Ascending image numbers. */
  members: Uint32Array;
  /** Each member's distance to the node's centre. */
  distance: Float32Array;
  /** Mean simplified silhouette (Hruschka, de Castro and Campello 2004): own centre against the nearest k-means centre outside. */
  cohesion: number;
}

interface Branch {
  clusters: number[];
  size: number;
  centre: Float64Array;
  children: [Branch, Branch] | null;
}

const BLOCK = 2_000;

/**
 * Cuts a clustering where its groups hold together best. k-means splits a tight group when there are more centres than groups; so its
 * clusters are joined by Ward's rule (1963) into a tree, and of every branch either itself or the best cut of its two children is
 * kept, whichever has the greater sum of silhouettes over its images. The result is disjoint, and only holds branches of `smallest` to
 * `largest` images.
 */
export async function cutTree(
  points: Matrix,
  clustering: Clustering,
  { smallest, largest }: { smallest: number; largest: number },
  { signal }: Hooks = {},
): Promise<ClusterNode[]> {
  const { centres, assignment } = clustering;
  const members: number[][] = Array.from({ length: centres.rows }, () => []);
  for (const [image, cluster] of assignment.entries()) members[cluster]?.push(image);

  const best = async (branch: Branch): Promise<{ score: number; nodes: ClusterNode[] }> => {
    const parts = branch.children ? [await best(branch.children[0]), await best(branch.children[1])] : [];
    const apart = { score: parts.reduce((sum, part) => sum + part.score, 0), nodes: parts.flatMap((part) => part.nodes) };
    if (branch.size < smallest || branch.size > largest) return apart;
    const node = await measure(branch);
    const score = node.cohesion * branch.size;
    return score >= apart.score || apart.nodes.length === 0 ? { score, nodes: [node] } : apart;
  };

  const measure = async (branch: Branch): Promise<ClusterNode> => {
    const images = Uint32Array.from(branch.clusters.flatMap((cluster) => members[cluster] as number[])).sort();
    const inside = new Set(branch.clusters);
    const others = Array.from({ length: centres.rows }, (_, i) => i).filter((i) => !inside.has(i) && (members[i] as number[]).length > 0);
    const distance = new Float32Array(images.length);
    let sum = 0;
    for (let i = 0; i < images.length; i += 1) {
      if (i % BLOCK === BLOCK - 1) await breathe(signal);
      const row = (images[i] as number) * points.columns;
      const own = Math.sqrt(squared(points.data, row, branch.centre, 0, points.columns));
      let nearest = Number.POSITIVE_INFINITY;
      for (const other of others)
        nearest = Math.min(nearest, squared(points.data, row, centres.data, other * points.columns, points.columns));
      const outside = Math.sqrt(nearest);
      distance[i] = own;
      sum += outside > 0 ? (Number.isFinite(outside) ? (outside - own) / Math.max(own, outside) : 1) : 0;
    }
    return { members: images, distance, cohesion: sum / images.length };
  };

  const root = wardTree(centres, members);
  return root ? (await best(root)).nodes : [];
}

/** Joins the two branches whose union adds least to the sum of squares, until one is left. */
function wardTree(centres: Matrix, members: number[][]): Branch | null {
  let open: Branch[] = members
    .map(
      (images, cluster): Branch => ({
        clusters: [cluster],
        size: images.length,
        centre: Float64Array.from(centres.data.subarray(cluster * centres.columns, (cluster + 1) * centres.columns)),
        children: null,
      }),
    )
    .filter(({ size }) => size > 0);
  while (open.length > 1) {
    let cheapest = Number.POSITIVE_INFINITY;
    let pair: [Branch, Branch] = [open[0] as Branch, open[1] as Branch];
    for (const [i, a] of open.entries())
      for (const b of open.slice(i + 1)) {
        const cost = ((a.size * b.size) / (a.size + b.size)) * squared(a.centre, 0, b.centre, 0, centres.columns);
        if (cost < cheapest) {
          cheapest = cost;
          pair = [a, b];
        }
      }
    const [a, b] = pair;
    const size = a.size + b.size;
    const centre = a.centre.map((value, c) => (value * a.size + (b.centre[c] as number) * b.size) / size);
    open = [
      ...open.filter((branch) => branch !== a && branch !== b),
      { clusters: [...a.clusters, ...b.clusters], size, centre, children: pair },
    ];
  }
  return open[0] ?? null;
}

function squared(a: ArrayLike<number>, fromA: number, b: ArrayLike<number>, fromB: number, columns: number): number {
  let sum = 0;
  for (let c = 0; c < columns; c += 1) {
    const difference = (a[fromA + c] as number) - (b[fromB + c] as number);
    sum += difference * difference;
  }
  return sum;
}
