/** Images joined to their nearest ones, the more strongly the more neighbours they share. */
import type { Neighbours } from '../latent/neighbours.ts';

/** An undirected weighted graph in compressed rows: node i is joined to `to[start[i] .. start[i + 1])`. Each edge stands in both rows. */
export interface Graph {
  nodes: number;
  start: Uint32Array;
  to: Uint32Array;
  weight: Float64Array;
}

/**
 * The graph of shared nearest neighbours (Jarvis and Patrick 1973) among some of the images: two are joined where one is among the k
 * nearest of the other, with the Jaccard index of both neighbourhoods, each with its own image, as weight.
 * @param neighbours of all images, more than k: those that are not among `kept` are passed over
 * @param kept ascending image numbers; node i is kept[i]
 */
export function sharedNeighbourGraph(neighbours: Neighbours, kept: Uint32Array, k: number): Graph {
  const nodeOf = new Int32Array(neighbours.indices.length / neighbours.k).fill(-1);
  kept.forEach((image, node) => {
    nodeOf[image] = node;
  });
  const nearest = Array.from(kept, (image) => {
    const list: number[] = [];
    for (let i = 0; i < neighbours.k && list.length < k; i += 1) {
      const node = nodeOf[neighbours.indices[image * neighbours.k + i] as number] as number;
      if (node >= 0) list.push(node);
    }
    return list;
  });
  const joined = nearest.map((list) => new Set(list));
  for (const [node, list] of nearest.entries()) for (const other of list) joined[other]?.add(node);
  return compressed(joined, nearest);
}

function compressed(joined: readonly Set<number>[], nearest: readonly number[][]): Graph {
  const nodes = joined.length;
  const start = new Uint32Array(nodes + 1);
  joined.forEach((others, node) => {
    start[node + 1] = (start[node] as number) + others.size;
  });
  const to = new Uint32Array(start[nodes] as number);
  const weight = new Float64Array(to.length);
  const marked = new Int32Array(nodes).fill(-1);
  let at = 0;
  for (let node = 0; node < nodes; node += 1) {
    marked[node] = node;
    const own = nearest[node] as number[];
    for (const other of own) marked[other] = node;
    for (const other of joined[node] as Set<number>) {
      const theirs = nearest[other] as number[];
      let shared = marked[other] === node ? 1 : 0;
      for (const third of theirs) if (marked[third] === node) shared += 1;
      to[at] = other;
      weight[at] = shared / (own.length + theirs.length + 2 - shared);
      at += 1;
    }
  }
  return { nodes, start, to, weight };
}
