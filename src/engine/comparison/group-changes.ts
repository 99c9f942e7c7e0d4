import type { ComparisonGroup } from '../../contract/comparison.ts';
import type { Hooks } from '../hooks.ts';
import type { Neighbours } from '../latent/neighbours.ts';
import { kMeans } from '../linear/k-means.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { Random } from '../random.ts';
import { fisherExact } from '../statistics/fisher-exact.ts';
import { logOddsRatio, wilson } from '../statistics/intervals.ts';

type Change = Omit<ComparisonGroup, 'adjustedPValue' | 'change'>;

const POOLED_CLUSTERS = 20;
const TYPICAL = 12;

/**
 * Counts of clusters that k-means finds in both sets' images together. The clustering does not see which set an image is of, so where both
 * are drawn alike the counts follow the hypergeometric law that Fisher's test assumes. This is where new kinds of image show.
 */
export async function pooledClusters(a: Matrix, b: Matrix, random: Random, hooks: Hooks): Promise<Change[]> {
  const data = new Float32Array((a.rows + b.rows) * a.columns);
  data.set(a.data);
  data.set(b.data, a.data.length);
  const all: Matrix = { rows: a.rows + b.rows, columns: a.columns, data };
  const { centres, assignment, own } = await kMeans(all, Math.min(POOLED_CLUSTERS, Math.floor(all.rows / 25)), random, hooks);
  return Array.from({ length: centres.rows }, (_, id) => {
    const members = (from: number, end: number) =>
      Array.from({ length: end - from }, (_, i) => from + i)
        .filter((i) => assignment[i] === id)
        .sort((i, j) => (own[i] as number) - (own[j] as number))
        .map((i) => i - from);
    return change('pooled', id, members(0, a.rows), a.rows, members(a.rows, all.rows), b.rows);
  }).filter(({ countA, countB }) => countA + countB > 0);
}

/**
 * Counts of the study's own groups. Images of b have none, and a's were not found in this space alone; so both sets are counted by one rule,
 * the vote of an image's nearest images of a (itself left out), where "in no group" has its vote as well.
 * @param group of each image of a, -1 for none
 * @param ownA a's neighbours within a; @param toA b's neighbours in a
 */
export function studyGroups(group: Int32Array, ownA: Neighbours, toA: Neighbours): Change[] {
  const [a, b] = [vote(group, ownA), vote(group, toA)];
  const ids = [...new Set(group)].filter((id) => id >= 0).sort((x, y) => x - y);
  const members = ({ winner, share }: Vote, id: number) =>
    Array.from(winner.keys())
      .filter((i) => winner[i] === id)
      .sort((i, j) => (share[j] as number) - (share[i] as number) || i - j);
  return ids
    .map((id) => change('study', id, members(a, id), a.winner.length, members(b, id), b.winner.length))
    .filter(({ countA, countB }) => countA + countB > 0);
}

interface Vote {
  winner: Int32Array;
  share: Float32Array;
}

function vote(group: Int32Array, { k, indices }: Neighbours): Vote {
  const rows = indices.length / k;
  const result: Vote = { winner: new Int32Array(rows), share: new Float32Array(rows) };
  for (let i = 0; i < rows; i += 1) {
    const votes = new Map<number, number>();
    let [winner, most] = [-1, 0];
    for (let at = i * k; at < (i + 1) * k; at += 1) {
      const id = group[indices[at] as number] as number;
      const count = (votes.get(id) ?? 0) + 1;
      votes.set(id, count);
      // Nearest first: of equal counts the one that reached it with the nearer images wins.
      if (count > most) [winner, most] = [id, count];
    }
    result.winner[i] = winner;
    result.share[i] = most / k;
  }
  return result;
}

function change(origin: Change['origin'], id: number, a: number[], totalA: number, b: number[], totalB: number): Change {
  return {
    origin,
    id,
    countA: a.length,
    countB: b.length,
    shareA: wilson(a.length, totalA),
    shareB: wilson(b.length, totalB),
    logOddsRatio: logOddsRatio(b.length, totalB, a.length, totalA),
    pValue: fisherExact(a.length, totalA, b.length, totalB),
    typicalA: a.slice(0, TYPICAL),
    typicalB: b.slice(0, TYPICAL),
  };
}
