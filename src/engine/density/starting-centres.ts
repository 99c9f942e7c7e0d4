import type { Matrix } from '../linear/matrix.ts';
import type { Random } from '../random.ts';

const MOST_POINTS = 5000;
const LLOYD_ROUNDS = 5;

export interface Start {
  /** components x columns. */
  centres: Float64Array;
  shares: Float64Array;
  /** Mean squared distance to the nearest centre, a column. */
  variance: number;
}

/** k-means++ (Arthur and Vassilvitskii 2007) and a few rounds of Lloyd's, on at most 5,000 points. */
export function startingCentres(points: Matrix, components: number, random: Random): Start {
  const { columns: d, data } = points;
  const n = Math.min(points.rows, MOST_POINTS);
  const chosen = Uint32Array.from({ length: n }, () => 0);
  const all = Uint32Array.from({ length: points.rows }, (_, i) => i);
  chosen.set(random.shuffle(all).subarray(0, n));
  const centres = new Float64Array(components * d);
  const distances = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const nearest = new Uint32Array(n);
  const square = (i: number, c: number): number => {
    let sum = 0;
    for (let j = 0, at = (chosen[i] as number) * d; j < d; j += 1) sum += ((data[at + j] as number) - (centres[c * d + j] as number)) ** 2;
    return sum;
  };
  let next = random.integer(n);
  for (let c = 0; c < components; c += 1) {
    for (let j = 0; j < d; j += 1) centres[c * d + j] = data[(chosen[next] as number) * d + j] as number;
    let total = 0;
    for (let i = 0; i < n; i += 1) {
      const found = square(i, c);
      if (found < (distances[i] as number)) {
        distances[i] = found;
        nearest[i] = c;
      }
      total += distances[i] as number;
    }
    let left = random.uniform() * total;
    next = 0;
    while (next < n - 1 && left >= (distances[next] as number)) {
      left -= distances[next] as number;
      next += 1;
    }
  }
  for (let round = 0; round < LLOYD_ROUNDS; round += 1) {
    const sums = new Float64Array(components * d);
    const counts = new Float64Array(components);
    for (let i = 0; i < n; i += 1) {
      const c = nearest[i] as number;
      counts[c] = (counts[c] as number) + 1;
      for (let j = 0; j < d; j += 1) sums[c * d + j] = (sums[c * d + j] as number) + (data[(chosen[i] as number) * d + j] as number);
    }
    for (let c = 0; c < components; c += 1) {
      if ((counts[c] as number) > 0)
        for (let j = 0; j < d; j += 1) centres[c * d + j] = (sums[c * d + j] as number) / (counts[c] as number);
    }
    for (let i = 0; i < n; i += 1) {
      distances[i] = Number.POSITIVE_INFINITY;
      for (let c = 0; c < components; c += 1) {
        const found = square(i, c);
        if (found < (distances[i] as number)) {
          distances[i] = found;
          nearest[i] = c;
        }
      }
    }
  }
  const shares = new Float64Array(components).fill(1 / n);
  for (const c of nearest) shares[c] = (shares[c] as number) + 1 / n;
  const total = shares.reduce((sum, share) => sum + share, 0);
  const variance = distances.reduce((sum, value) => sum + value, 0) / n / d;
  return { centres, shares: shares.map((share) => share / total), variance: Math.max(variance, 1e-12) };
}
