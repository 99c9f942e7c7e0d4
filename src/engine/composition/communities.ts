/** Communities of a graph: sets of nodes that are joined among themselves more than chance would have it. */
import type { Random } from '../random.ts';
import type { Graph } from './neighbour-graph.ts';

/** Rounds through all nodes at one level; mostly far fewer move anything. */
const MOST_ROUNDS = 20;
const LEAST_GAIN = 1e-12;

/**
 * Louvain's method (Blondel et al. 2008) for modularity with a resolution (Reichardt and Bornholdt 2006): nodes move to the neighbouring
 * community that gains most, communities become the nodes of the next round, until nothing moves.
 * @returns the community of each node, numbered from 0 without gaps
 */
export function communities(graph: Graph, resolution: number, random: Random): Uint32Array {
  let level = graph;
  let inside: Float64Array = new Float64Array(graph.nodes);
  let whole = Uint32Array.from({ length: graph.nodes }, (_, i) => i);
  for (;;) {
    const { label, count } = moveNodes(level, inside, resolution, random);
    whole = whole.map((node) => label[node] as number);
    if (count === level.nodes) return whole;
    ({ graph: level, inside } = gathered(level, inside, label, count));
  }
}

function moveNodes(graph: Graph, inside: Float64Array, resolution: number, random: Random): { label: Uint32Array; count: number } {
  const { nodes, start, to, weight } = graph;
  const strength = Float64Array.from(inside, (own, node) => {
    let sum = own;
    for (let e = start[node] as number; e < (start[node + 1] as number); e += 1) sum += weight[e] as number;
    return sum;
  });
  const total = strength.reduce((sum, value) => sum + value, 0) || 1;
  const label = Uint32Array.from({ length: nodes }, (_, i) => i);
  const held = Float64Array.from(strength);
  const order = random.shuffle(Uint32Array.from(label));
  const towards = new Float64Array(nodes);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let moved = 0;
    for (const node of order) {
      const own = label[node] as number;
      const seen: number[] = [own];
      for (let e = start[node] as number; e < (start[node + 1] as number); e += 1) {
        const there = label[to[e] as number] as number;
        if (towards[there] === 0 && there !== own) seen.push(there);
        towards[there] = (towards[there] as number) + (weight[e] as number);
      }
      const mine = strength[node] as number;
      held[own] = (held[own] as number) - mine;
      const gain = (there: number) => (towards[there] as number) - (resolution * mine * (held[there] as number)) / total;
      let best = own;
      let most = gain(own) + LEAST_GAIN;
      for (const there of seen) {
        if (gain(there) <= most) continue;
        most = gain(there);
        best = there;
      }
      held[best] = (held[best] as number) + mine;
      label[node] = best;
      if (best !== own) moved += 1;
      for (const there of seen) towards[there] = 0;
    }
    if (moved === 0) break;
  }
  return numbered(label);
}

/** Labels as 0, 1, 2 ... in the order they are met. */
function numbered(label: Uint32Array): { label: Uint32Array; count: number } {
  const numbers = new Map<number, number>();
  const renamed = label.map((old) => {
    const known = numbers.get(old);
    if (known !== undefined) return known;
    numbers.set(old, numbers.size);
    return numbers.size - 1;
  });
  return { label: renamed, count: numbers.size };
}

/** The graph of communities; `inside` is the weight (both ways) within each. */
function gathered(graph: Graph, inside: Float64Array, label: Uint32Array, count: number): { graph: Graph; inside: Float64Array } {
  const rows = Array.from({ length: count }, () => new Map<number, number>());
  const within = new Float64Array(count);
  for (let node = 0; node < graph.nodes; node += 1) {
    const own = label[node] as number;
    within[own] = (within[own] as number) + (inside[node] as number);
    for (let e = graph.start[node] as number; e < (graph.start[node + 1] as number); e += 1) {
      const there = label[graph.to[e] as number] as number;
      const w = graph.weight[e] as number;
      if (there === own) within[own] = (within[own] as number) + w;
      else rows[own]?.set(there, (rows[own]?.get(there) ?? 0) + w);
    }
  }
  const start = new Uint32Array(count + 1);
  rows.forEach((row, i) => {
    start[i + 1] = (start[i] as number) + row.size;
  });
  return {
    graph: {
      nodes: count,
      start,
      to: Uint32Array.from(rows.flatMap((row) => [...row.keys()])),
      weight: Float64Array.from(rows.flatMap((row) => [...row.values()])),
    },
    inside: within,
  };
}
