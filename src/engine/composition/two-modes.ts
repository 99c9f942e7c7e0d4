/** Whether two sides of a branch are two modes, asked of images that had no part in finding them. */
import { dipOf, dipPValue, uniformDips } from '../factors/dip.ts';
import { choleskySolve, choleskyWithJitter } from '../linear/cholesky.ts';
import type { Matrix } from '../linear/matrix.ts';
import { Random } from '../random.ts';
import { quantile } from '../statistics/histogram.ts';
import type { Branch } from './kinds-tree.ts';
import { type Refit, STABLE } from './refits.ts';

/** Of the mean variance within both sides, added to each variable's: a direction of some hundred images is not trusted further. */
const RIDGE = 0.1;
/** The dip is of as many images as this times the smaller side: of a tenth in one mode and the rest in another it sees nothing. */
const WINDOW = 3;
/** Values that a dip is tested on, at least. */
const FEWEST_TESTED = 10;

/**
 * Of both sides the images that were drawn; null where the refit has not both apart. Several kinds that lie about equally far from each
 * other may be joined in another order there: then what holds them is what is left beside the other side.
 */
function sidesOf(
  branch: Branch,
  { drawn, nodeOf, matches }: Refit,
  holdsKinds: (side: Branch) => boolean,
): [Uint32Array, Uint32Array] | null {
  const [first, second] = branch.children as [Branch, Branch];
  const images = (side: Branch): Uint32Array => Uint32Array.from(side.members, (node) => drawn[node] as number);
  const [a, b] = [matches.get(first), matches.get(second)];
  if (a?.branch && b?.branch && !a.branch.members.some((node) => includes((b.branch as Branch).members, node)))
    return [images(a.branch), images(b.branch)];
  const beside = (side: Branch): Uint32Array =>
    branch.members.filter((image) => (nodeOf[image] as number) >= 0 && !includes(side.members, nodeOf[image] as number));
  if (a?.branch && a.jaccard >= STABLE && holdsKinds(second)) return [images(a.branch), beside(a.branch)];
  if (b?.branch && b.jaccard >= STABLE && holdsKinds(first)) return [beside(b.branch), images(b.branch)];
  return null;
}

/**
 * Whether a branch's children are two modes: in each refit Fisher's direction between them is learnt from the images drawn, and tells
 * where those lie that were not. The dip (Hartigan and Hartigan 1985) is tested on as many of these as three times the smaller side,
 * from its end: what one mode is cut to has one mode. Where a refit has not both children apart its p-value is 1.
 * @param points few enough columns for a covariance
 * @param holdsKinds whether a child is made of others that come back in refits
 * @returns twice the median of the p-values, at most 1, which holds its level however the refits hang together (Meinshausen, Meier and
 * Bühlmann 2009, equation 2.2 with gamma one half)
 */
export async function twoModesPValue(
  branch: Branch,
  points: Matrix,
  refits: readonly Refit[],
  holdsKinds: (side: Branch) => boolean = () => false,
): Promise<number> {
  if (!branch.children) return 1;
  const values: number[] = [];
  for (const refit of refits) {
    const { nodeOf } = refit;
    const sides = sidesOf(branch, refit, holdsKinds);
    if (!sides || Math.min(sides[0].length, sides[1].length) < 2) {
      values.push(1);
      continue;
    }
    const direction = fisherDirection(points, ...sides);
    const held = branch.members.filter((image) => nodeOf[image] === -1);
    const along = Float32Array.from(held, (image) =>
      direction.reduce((sum, value, c) => sum + value * (points.data[image * points.columns + c] as number), 0),
    );
    const [inA, inB] = [sides[0].length, sides[1].length];
    const near = towards(along, inB <= inA, Math.ceil(Math.min(1, (WINDOW * Math.min(inA, inB)) / (inA + inB)) * along.length));
    values.push(near.length < FEWEST_TESTED ? 1 : dipPValue(dipOf(near), near.length, await uniformOf(near.length)));
  }
  values.sort((x, y) => x - y);
  return Math.min(1, 2 * quantile(values, 0.5));
}

/** The `count` greatest values (or the least). */
function towards(values: Float32Array, greatest: boolean, count: number): Float32Array {
  const sorted = Float32Array.from(values).sort();
  return greatest ? sorted.slice(sorted.length - count) : sorted.slice(0, count);
}

const LARGEST_DRAW = 500;
const nulls = new Map<number, Float64Array>();

/** The null's dips, drawn once for each of a few sizes with a seed of their own: sqrt(n) dip hardly depends on n. */
async function uniformOf(n: number): Promise<Float64Array> {
  const size = n >= LARGEST_DRAW ? LARGEST_DRAW : 2 ** Math.floor(Math.log2(n));
  const known = nulls.get(size) ?? (await uniformDips(size, new Random(size)));
  nulls.set(size, known);
  return known;
}

function includes(sorted: Uint32Array, value: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value;
}

/** (S + ridge I)^-1 (m_b - m_a), S the covariance within both. */
function fisherDirection(points: Matrix, a: Uint32Array, b: Uint32Array): Float64Array {
  const { columns: d, data } = points;
  const within = new Float64Array(d * d);
  const means = [a, b].map((rows): Float64Array => {
    const mean = new Float64Array(d);
    for (const row of rows) for (let c = 0; c < d; c += 1) mean[c] = (mean[c] as number) + (data[row * d + c] as number) / rows.length;
    const off = new Float64Array(d);
    for (const row of rows) {
      for (let c = 0; c < d; c += 1) off[c] = (data[row * d + c] as number) - (mean[c] as number);
      for (let i = 0; i < d; i += 1) {
        const value = off[i] as number;
        for (let j = 0; j <= i; j += 1) within[i * d + j] = (within[i * d + j] as number) + value * (off[j] as number);
      }
    }
    return mean;
  });
  const count = a.length + b.length;
  let trace = 0;
  for (let i = 0; i < d; i += 1) trace += (within[i * d + i] as number) / count;
  for (let i = 0; i < d; i += 1)
    for (let j = 0; j <= i; j += 1) {
      const value = (within[i * d + j] as number) / count + (i === j ? (RIDGE * trace) / d : 0);
      within[i * d + j] = value;
      within[j * d + i] = value;
    }
  const apart = Float64Array.from({ length: d }, (_, i) => (means[1]?.[i] as number) - (means[0]?.[i] as number));
  return choleskySolve(choleskyWithJitter(within, d), apart);
}
