/**
 * How many of new values are surely no draws of the calibration values' distribution, at every threshold at once.
 *
 * Where all of m new values are drawn as the n calibration values were, every order of the n + m is as likely, whatever the distribution (Gazin,
 * Blanchard and Roquain, "Transductive conformal inference with adaptive scores", AISTATS 2024). So there is a local level whose quantiles of
 * "how many new values lie before the j-th calibration value" are passed nowhere in 95 % of all orders; it is found by counting the orders,
 * which are paths in a lattice. What lies above this envelope is no draw of the null, so there are fewer null values than m (the step-down of
 * Romano and Wolf 2005): the envelope is drawn again for as many as are left.
 */
import { logGamma } from './distributions.ts';

/** Every place up to here, then each a twelfth further than the one before: what one place misses the next one sees. */
const DENSE = 16;
const GROWTH = 1.08;
const MOST_ROUNDS = 8;
/** Halvings of the search for the local level. */
const HALVINGS = 20;

export interface Discoveries {
  /** Least number of all new values that are no draws of the null. */
  atLeast: number;
  /** The same among those whose rank is at most j, by j from 0 to the number of calibration values + 1. */
  within: Uint32Array;
}

/**
 * @param ranks of the new values, 1 to calibration + 1 (conformalRanks)
 * @param calibration their number
 * @param level of all statements together
 */
export function discoveries(ranks: Uint32Array, calibration: number, level = 0.05): Discoveries {
  const reached = new Uint32Array(calibration + 2);
  for (const rank of ranks) reached[rank] = (reached[rank] as number) + 1;
  for (let j = 1; j < reached.length; j += 1) reached[j] = (reached[j] as number) + (reached[j - 1] as number);
  const places = placesOf(calibration);
  if (places.length === 0 || ranks.length === 0) return { atLeast: 0, within: new Uint32Array(calibration + 2) };
  let atLeast = 0;
  let limits: Uint32Array = new Uint32Array(places.length);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    limits = nullLimits(places, calibration, ranks.length - atLeast, level);
    const found = places.reduce((most, j, at) => Math.max(most, (reached[j] as number) - (limits[at] as number)), 0);
    if (found <= atLeast) break;
    atLeast = found;
  }
  return { atLeast, within: withinEach(reached, places, limits, atLeast) };
}

/** Places j, 1 to n, at which the envelope is looked at. */
function placesOf(n: number): number[] {
  const places: number[] = [];
  for (let j = 1; j <= n; j = j < DENSE ? j + 1 : Math.max(j + 1, Math.ceil(j * GROWTH))) places.push(j);
  if (n > 0 && places.at(-1) !== n) places.push(n);
  return places;
}

/**
 * How many of `images` null values may lie before the j-th calibration value, at all places at once: the quantiles of the greatest local level
 * at which no more than `level` of all orders pass one of them.
 * @returns a number a place
 */
export function nullLimits(places: readonly number[], calibration: number, images: number, level: number): Uint32Array {
  if (images === 0) return new Uint32Array(places.length);
  const tails = places.map((j) => upperTail(j, calibration, images));
  const at = (local: number): Uint32Array => Uint32Array.from(tails, (tail) => lastAbove(tail, local));
  // Bonferroni's is always low enough, the level itself never too low.
  let [low, high] = [Math.log(level / places.length), Math.log(level)];
  let limits = at(level / places.length);
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    const tried = at(Math.exp(middle));
    if (1 - insideShare(places, tried, calibration, images) <= level) [low, limits] = [middle, tried];
    else high = middle;
  }
  return limits;
}

/** The last v with P(V >= v) above the level; the tail falls from 1. */
function lastAbove(tail: Float64Array, level: number): number {
  let [low, high] = [0, tail.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tail[middle] as number) > level) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The share of all orders of n calibration values and m new ones in which at no place more new ones lie before than the limits say. */
export function insideShare(places: readonly number[], limits: Uint32Array, n: number, m: number): number {
  // Of each path through (j calibration values, v new ones) that is still inside, its probability; row by row.
  let [row, next] = [new Float64Array(m + 1), new Float64Array(m + 1)];
  let inside = 0;
  let last = limits[0] as number;
  row[0] = 1;
  for (let v = 1; v <= last; v += 1) row[v] = ((row[v - 1] as number) * (m - v + 1)) / (n + m - v + 1);
  for (let j = 1, place = 0; j <= n; j += 1) {
    const limit = last;
    if (places[place] === j) place += 1;
    last = place < places.length ? (limits[place] as number) : m;
    inside = 0;
    for (let v = 0; v <= last; v += 1) {
      const arrived = v <= limit ? ((row[v] as number) * (n - j + 1)) / (n - j + 1 + m - v) : 0;
      inside += arrived;
      next[v] = arrived + (v > 0 ? ((next[v - 1] as number) * (m - v + 1)) / (n - j + m - v + 1) : 0);
    }
    [row, next] = [next, row];
  }
  return inside;
}

/**
 * P(V >= v), v = 0 to m, V how many of m new values lie before the j-th of n calibration values: beta-binomial with j and n - j + 1, whose
 * probabilities follow from each other.
 */
export function upperTail(j: number, n: number, m: number): Float64Array {
  const tail = new Float64Array(m + 1);
  const logChoose = (of: number, k: number): number => logGamma(of + 1) - logGamma(k + 1) - logGamma(of - k + 1);
  let log = logChoose(m + n - j, m) - logChoose(m + n, n);
  for (let v = 0; v <= m; v += 1) {
    tail[v] = Math.exp(log);
    log += Math.log(((v + j) * (m - v)) / ((v + 1) * (m - v - 1 + n - j + 1)));
  }
  for (let v = m - 1; v >= 0; v -= 1) tail[v] = (tail[v] as number) + (tail[v + 1] as number);
  return tail;
}

/** Fewer than at a place can be null before it, and what is no draw of the null before a place stays so after it. */
function withinEach(reached: Uint32Array, places: readonly number[], limits: Uint32Array, all: number): Uint32Array {
  const within = new Uint32Array(reached.length);
  let [at, before] = [0, 0];
  for (let j = 1; j < reached.length; j += 1) {
    while (at < places.length && (places[at] as number) < j) at += 1;
    if (at < places.length) before = Math.max(before, (reached[j] as number) - (limits[at] as number));
    within[j] = before;
  }
  within[reached.length - 1] = all;
  return within;
}
