import { breathe, type Hooks } from '../hooks.ts';
import type { Clustering } from '../linear/k-means.ts';
import { type Matrix, squaredDistance } from '../linear/matrix.ts';

/** k-means clusters that were joined, and their images. */
export interface Branch {
  clusters: number[];
  /** Ascending image numbers. */
  members: Uint32Array;
  centre: Float64Array;
}

/** A branch, and how well it holds together. */
export interface MeasuredBranch extends Branch {
  /** Each member's distance to the branch's centre. */
  distance: Float32Array;
  /** Mean simplified silhouette (Hruschka, de Castro and Campello 2004): own centre against the nearest k-means centre outside. */
  cohesion: number;
}

const BLOCK = 2_000;

/**
 * Every branch of the tree that Ward's rule (1963) makes of k-means clusters: first the clusters, then at each step the two whose union
 * adds least to the sum of squares. k-means splits a tight group when there are more centres than groups; some branch joins it again.
 */
export function clusterBranches({ centres, assignment }: Pick<Clustering, 'centres' | 'assignment'>): Branch[] {
  const members: number[][] = Array.from({ length: centres.rows }, () => []);
  for (const [image, cluster] of assignment.entries()) members[cluster]?.push(image);
  let open: Branch[] = members
    .map((images, cluster) => ({
      clusters: [cluster],
      members: Uint32Array.from(images),
      centre: Float64Array.from(centres.data.subarray(cluster * centres.columns, (cluster + 1) * centres.columns)),
    }))
    .filter((branch) => branch.members.length > 0);
  const all = [...open];
  while (open.length > 1) {
    const [a, b] = cheapestPair(open);
    const [inA, inB] = [a.members.length, b.members.length];
    const joined: Branch = {
      clusters: [...a.clusters, ...b.clusters],
      members: Uint32Array.from([...a.members, ...b.members]).sort(),
      centre: a.centre.map((value, c) => (value * inA + (b.centre[c] as number) * inB) / (inA + inB)),
    };
    open = [...open.filter((branch) => branch !== a && branch !== b), joined];
    all.push(joined);
  }
  return all;
}

function cheapestPair(open: readonly Branch[]): [Branch, Branch] {
  let cheapest = Number.POSITIVE_INFINITY;
  let pair: [Branch, Branch] = [open[0] as Branch, open[1] as Branch];
  for (const [i, a] of open.entries())
    for (const b of open.slice(i + 1)) {
      const [inA, inB] = [a.members.length, b.members.length];
      const cost = ((inA * inB) / (inA + inB)) * squaredDistance(a.centre, 0, b.centre, 0, b.centre.length);
      if (cost >= cheapest) continue;
      cheapest = cost;
      pair = [a, b];
    }
  return pair;
}

/** Distances and silhouettes of some branches of one clustering. @throws SondeError cancelled */
export async function measureBranches(
  points: Matrix,
  centres: Matrix,
  branches: readonly Branch[],
  { signal }: Hooks = {},
): Promise<MeasuredBranch[]> {
  const { rows, columns, data } = points;
  const toCentres = new Float32Array(rows * centres.rows);
  for (let i = 0; i < rows; i += 1) {
    if (i % BLOCK === BLOCK - 1) await breathe(signal);
    for (let c = 0; c < centres.rows; c += 1)
      toCentres[i * centres.rows + c] = Math.sqrt(squaredDistance(data, i * columns, centres.data, c * columns, columns));
  }
  const measured: MeasuredBranch[] = [];
  const filled = new Set(branches.flatMap(({ clusters }) => clusters));
  for (const branch of branches) {
    await breathe(signal);
    const inside = new Set(branch.clusters);
    const others = [...filled].filter((c) => !inside.has(c));
    let sum = 0;
    const distance = Float32Array.from(branch.members, (image) => {
      const own = Math.sqrt(squaredDistance(data, image * columns, branch.centre, 0, columns));
      let outside = Number.POSITIVE_INFINITY;
      for (const c of others) outside = Math.min(outside, toCentres[image * centres.rows + c] as number);
      const greater = Math.max(own, outside);
      if (greater > 0) sum += Number.isFinite(outside) ? (outside - own) / greater : 1;
      return own;
    });
    measured.push({ ...branch, distance, cohesion: sum / branch.members.length });
  }
  return measured;
}
