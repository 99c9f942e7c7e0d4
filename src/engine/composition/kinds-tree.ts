/** A tree of sets of images, each the union of two that hold together more than any others do. */
import { type Matrix, squaredDistance } from '../linear/matrix.ts';
import type { Random } from '../random.ts';
import { communities } from './communities.ts';
import type { Graph } from './neighbour-graph.ts';

/** High enough that no community holds two kinds; joining them again costs little. */
const RESOLUTION = 4;

export interface Branch {
  /** Ascending nodes of the graph. */
  members: Uint32Array;
  /** Both, or none at a leaf. */
  children: [Branch, Branch] | null;
  /** Of the children: edges between them over what chance would have, 0 (an island) and up; 1 where nothing parts them. */
  affinity: number;
}

interface Open extends Branch {
  centre: Float64Array;
  /** Place in the table of weights. */
  place: number;
}

/**
 * The communities of a graph, joined two by two in the order of their affinity, the weight between them over what it would be if edges
 * fell by chance (Bonald, Charpentier, Galland and Hollocou 2018, Hierarchical graph clustering using node pair sampling). Communities
 * under `smallest` first go to the one they are joined to most; islands, which are joined to none, to the nearest centre.
 * @param points of the graph's nodes
 */
export function kindsTree(graph: Graph, points: Matrix, smallest: number, random: Random): Branch {
  const label = communities(graph, RESOLUTION, random);
  const count = label.reduce((most, value) => Math.max(most, value), 0) + 1;
  const weights = Array.from({ length: count }, () => new Float64Array(count));
  for (let node = 0; node < graph.nodes; node += 1)
    for (let e = graph.start[node] as number; e < (graph.start[node + 1] as number); e += 1) {
      const row = weights[label[node] as number] as Float64Array;
      const there = label[graph.to[e] as number] as number;
      row[there] = (row[there] as number) + (graph.weight[e] as number);
    }
  const members: number[][] = Array.from({ length: count }, () => []);
  for (const [node, community] of label.entries()) members[community]?.push(node);
  const joiner = new Joiner(weights);
  const open: Open[] = members.map((nodes, place) => ({
    members: Uint32Array.from(nodes),
    children: null,
    affinity: 0,
    centre: centreOf(points, nodes),
    place,
  }));
  for (;;) {
    const small = open.filter(({ members: nodes }) => nodes.length < smallest).sort((a, b) => a.members.length - b.members.length)[0];
    if (!small || open.length === 1) break;
    const [, other] = joiner.closest(open, [small]);
    const joined = joiner.join(small, other);
    replace(open, small, other, { ...joined, children: null });
  }
  while (open.length > 1) {
    const [a, b] = joiner.closest(open, open);
    replace(open, a, b, joiner.join(a, b));
  }
  return open[0] as Branch;
}

function replace(open: Open[], a: Open, b: Open, joined: Open): void {
  open.splice(open.indexOf(a), 1);
  open.splice(open.indexOf(b), 1);
  open.push(joined);
}

class Joiner {
  readonly #weights: Float64Array[];
  readonly #strength: Float64Array;
  readonly #total: number;

  constructor(weights: Float64Array[]) {
    this.#weights = weights;
    this.#strength = Float64Array.from(weights, (row) => row.reduce((sum, value) => sum + value, 0));
    this.#total = this.#strength.reduce((sum, value) => sum + value, 0) || 1;
  }

  affinity(a: Open, b: Open): number {
    const expected = ((this.#strength[a.place] as number) * (this.#strength[b.place] as number)) / this.#total;
    return expected > 0 ? ((this.#weights[a.place] as Float64Array)[b.place] as number) / expected : 0;
  }

  /** The pair (one of `ones`, any other) of greatest affinity; where that is 0, of the nearest centres. */
  closest(open: readonly Open[], ones: readonly Open[]): [Open, Open] {
    let pair: [Open, Open] | null = null;
    let most = -1;
    let nearest = Number.POSITIVE_INFINITY;
    for (const a of ones)
      for (const b of open) {
        if (a === b || (ones.length > 1 && a.place > b.place)) continue;
        const affinity = this.affinity(a, b);
        if (affinity < most) continue;
        const distance = affinity > 0 ? 0 : squaredDistance(a.centre, 0, b.centre, 0, a.centre.length);
        if (affinity === most && distance >= nearest) continue;
        most = affinity;
        nearest = distance;
        pair = [a, b];
      }
    return pair as [Open, Open];
  }

  /** Both as one, in the first one's place. */
  join(a: Open, b: Open): Open {
    const affinity = this.affinity(a, b);
    const [row, gone] = [this.#weights[a.place] as Float64Array, this.#weights[b.place] as Float64Array];
    for (let c = 0; c < row.length; c += 1) row[c] = (row[c] as number) + (gone[c] as number);
    for (const other of this.#weights) other[a.place] = (other[a.place] as number) + (other[b.place] as number);
    this.#strength[a.place] = (this.#strength[a.place] as number) + (this.#strength[b.place] as number);
    const [inA, inB] = [a.members.length, b.members.length];
    return {
      members: Uint32Array.from([...a.members, ...b.members]).sort(),
      children: [a, b],
      affinity,
      centre: a.centre.map((value, c) => (value * inA + (b.centre[c] as number) * inB) / (inA + inB)),
      place: a.place,
    };
  }
}

export function centreOf({ columns, data }: Matrix, rows: ArrayLike<number>): Float64Array {
  const centre = new Float64Array(columns);
  for (let i = 0; i < rows.length; i += 1)
    for (let c = 0; c < columns; c += 1)
      centre[c] = (centre[c] as number) + (data[(rows[i] as number) * columns + c] as number) / rows.length;
  return centre;
}

/** A branch and all below it, parents first. */
export function* branchesOf(branch: Branch): Generator<Branch> {
  yield branch;
  if (branch.children) for (const child of branch.children) yield* branchesOf(child);
}
