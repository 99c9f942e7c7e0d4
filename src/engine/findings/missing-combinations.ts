/** Combinations of kinds, variables and attributes that are not there, or far too rare, were they independent. */
import type { AttributeName, Composition, Missing, MissingPart } from '../../contract/report.ts';
import type { Matrix } from '../linear/matrix.ts';
import { clopperPearsonAtMost, holm } from '../statistics/binomial.ts';
import { hypergeometricAtMost } from '../statistics/fisher-exact.ts';
import { quantile, varies } from '../statistics/histogram.ts';
import { correlation, ranks } from '../statistics/ranks.ts';
import type { AttributePart } from './attribute-parts.ts';

const LEVEL = 0.05;
/** Fewer images than this say nothing of what they lack. */
const FEWEST = 100;
/** What is there at most is no more than this share of what was expected. */
const AT_MOST = 1 / 4;
/**
 * The ends of a variable without modes. Several: where a large kind lacks its dark images the folder's darkest quarter begins higher, and holds
 * some of it again.
 */
const ENDS = [1 / 4, 1 / 8, 1 / 16];
/** A variable that ties away its end has none. */
const WIDEST_END = 0.4;
/** A variable that parts a kind from all others so far is the kind's own description, and of two that follow each other one says both. */
const SAME_DELTA = 0.7;
const SAME_CORRELATION = 0.5;
/** A factor that hardly shows is not worth a sentence. */
const LEAST_VISIBLE = 0.05;
const LISTED = 8;
const PICTURES = 4;

export interface MissingInput {
  composition: Composition | null;
  /** The deepest kind that holds each image. */
  kind: Int32Array;
  attributes: ReadonlyMap<AttributeName, Float32Array>;
  attributeParts: readonly AttributePart[];
  factors: readonly { values: Float32Array; stable: boolean; visibleShare: number; modes: { cut: number } | null }[];
  /** Images that are each other's copies stand once. */
  distinct: readonly number[];
  /** Posterior means, n x latent; null where the model learnt nothing, so that it draws nothing. */
  z: Matrix | null;
}

interface Part {
  part: MissingPart;
  /** 1 where an image is in it, by its place among the distinct ones. */
  holds: Uint8Array;
  count: number;
  /** Ranks of the variable that it is an end of; null of a kind. */
  ranks: Float64Array | null;
  /** Images to show. */
  images: number[];
}

/**
 * Tests every pair of a kind and a variable's end, and of two variables' ends: the lower tail of the hypergeometric distribution (Fisher's exact
 * test, one-sided), by Holm over all pairs. Listed is a pair below .05 of which there are at most a quarter of what independence expects, by the
 * upper 95 % bound of Clopper and Pearson (of none among n images 3 / n, the rule of three). Two attributes make no pair: contrast, brightness,
 * saturation and sharpness hang together in any picture.
 */
export function findMissing(input: MissingInput): Missing | null {
  const { distinct, composition } = input;
  if (distinct.length < FEWEST) return null;
  const parts = partsOf(input);
  const parentOf = (id: number): number | null => composition?.kinds[id]?.parent ?? null;
  const pairs = parts.flatMap((a, i) => parts.slice(i + 1).flatMap((b) => (comparable(a, b) ? [{ a, b }] : [])));
  const tested = pairs.map(({ a, b }) => {
    const n = distinct.length;
    const observed = a.holds.reduce((sum, holds, at) => sum + (holds & (b.holds[at] as number)), 0);
    return {
      a,
      b,
      observed,
      expected: (a.count * b.count) / n,
      atMost: n * clopperPearsonAtMost(observed, n),
      pValue: hypergeometricAtMost(observed, a.count, b.count, n),
    };
  });
  const adjusted = holm(tested.map(({ pValue }) => pValue));
  const found = tested
    .map((one, i) => ({ ...one, adjustedPValue: adjusted[i] as number }))
    .filter(({ adjustedPValue, atMost, expected }) => adjustedPValue < LEVEL && atMost <= AT_MOST * expected)
    .sort((x, y) => y.expected - y.atMost - (x.expected - x.atMost));
  const shown = found.filter(
    ({ a, b }, place) =>
      !found.some(
        (other, at) =>
          sameEnd(other.b.part, b.part) &&
          (holdsKind(parentOf, other.a.part, a.part) || (at < place && (other.a.part === a.part || sameEnd(other.a.part, a.part)))),
      ),
  );
  return {
    images: distinct.length,
    tested: tested.length,
    combinations: shown.slice(0, LISTED).map(({ a, b, observed, expected, atMost, adjustedPValue }) => ({
      parts: [a.part, b.part],
      observed,
      expected,
      atMost,
      adjustedPValue,
      images: [a.images, b.images],
      drawn: input.z ? drawnAt(input.z, distinct, a, b) : null,
    })),
  };
}

/** Kinds, then factors, then attributes. */
function partsOf({ composition, kind, attributes, attributeParts, factors, distinct }: MissingInput): Part[] {
  const part = (what: MissingPart, holds: Uint8Array, own: Float64Array | null, images: number[]): Part => ({
    part: what,
    holds,
    count: holds.reduce((sum, is) => sum + is, 0),
    ranks: own,
    images,
  });
  const ends = (values: Float32Array, modes: readonly Cut[], nameOf: (cut: Cut) => MissingPart): Part[] => {
    const own = Float32Array.from(distinct, (image) => values[image] as number);
    if (!varies(own)) return [];
    const sorted = own.slice().sort();
    const placed = ranks(own);
    return (['low', 'high'] as const).flatMap((side) => {
      const mode = modes.find((one) => one.side === side);
      const cuts = mode ? [mode.cut] : ENDS.map((share) => quantile(sorted, side === 'low' ? share : 1 - share));
      return cuts.flatMap((cut) => {
        const holds = Uint8Array.from(own, (value) => Number(side === 'low' ? value < cut : value >= cut));
        const members = distinct.filter((_, at) => holds[at] === 1);
        if (members.length === 0 || (!mode && members.length > WIDEST_END * distinct.length)) return [];
        members.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
        const from = Math.max(0, Math.min(members.length - PICTURES, (members.length >> 1) - (PICTURES >> 1)));
        return [part(nameOf({ side, cut }), holds, placed, members.slice(from, from + PICTURES))];
      });
    });
  };
  const kinds = composition?.kinds ?? [];
  const within = (image: number, id: number): boolean => {
    let at: number | null = kind[image] as number;
    while (at !== null && at >= 0 && at !== id) at = kinds[at]?.parent ?? null;
    return at === id;
  };
  return [
    ...kinds
      .filter(({ parent, rest }) => parent !== null && !rest)
      .map(({ id, typical }) =>
        part(
          { kind: 'kind', id },
          Uint8Array.from(distinct, (image) => Number(within(image, id))),
          null,
          typical.slice(0, PICTURES),
        ),
      ),
    ...factors.flatMap(({ values, stable, visibleShare, modes }, factor) => {
      if (!stable || visibleShare < LEAST_VISIBLE) return [];
      const cuts = modes ? (['low', 'high'] as const).map((side) => ({ side, cut: modes.cut })) : [];
      return ends(values, cuts, (cut) => ({ kind: 'factor', factor, ...cut }));
    }),
    ...[...attributes].flatMap(([attribute, values]) =>
      ends(
        values,
        attributeParts.filter((one) => one.attribute === attribute),
        (cut) => ({ kind: 'attribute', attribute, ...cut }),
      ),
    ),
  ];
}

type Cut = { side: 'low' | 'high'; cut: number };

/** Whether two parts might have nothing to do with each other. */
function comparable(a: Part, b: Part): boolean {
  if (a.part.kind === 'kind' && b.part.kind === 'kind') return false;
  if (a.part.kind === 'attribute' && b.part.kind === 'attribute') return false;
  if (a.ranks === b.ranks) return false;
  if (a.ranks && b.ranks) return Math.abs(correlation(a.ranks, b.ranks)) < SAME_CORRELATION;
  return a.ranks ? Math.abs(delta(b.holds, a.ranks)) < SAME_DELTA : Math.abs(delta(a.holds, b.ranks as Float64Array)) < SAME_DELTA;
}

/** Cliff's delta of the images inside against those outside, by their ranks among all; 1 where one side is empty. */
function delta(holds: Uint8Array, among: Float64Array): number {
  let [inside, sum] = [0, 0];
  holds.forEach((is, at) => {
    inside += is;
    sum += is * (among[at] as number);
  });
  const outside = holds.length - inside;
  return inside === 0 || outside === 0 ? 1 : (2 * (sum / inside - (inside + 1) / 2)) / outside - 1;
}

/** Whether two parts are ends of one variable to the same side, one perhaps within the other. */
function sameEnd(a: MissingPart, b: MissingPart): boolean {
  if (a.kind === 'kind' || b.kind === 'kind' || a.side !== b.side) return false;
  return a.kind === 'factor' ? b.kind === 'factor' && a.factor === b.factor : b.kind === 'attribute' && a.attribute === b.attribute;
}

/** Whether a kind lies above another in the tree. */
function holdsKind(parentOf: (id: number) => number | null, above: MissingPart, below: MissingPart): boolean {
  if (above.kind !== 'kind' || below.kind !== 'kind') return false;
  for (let at = parentOf(below.id); at !== null; at = parentOf(at)) if (at === above.id) return true;
  return false;
}

/** Where the model would draw it: an image of the first part, moved as images of the second lie from the mean of all. */
function drawnAt(z: Matrix, distinct: readonly number[], a: Part, b: Part): number[] {
  const mean = (holds: Uint8Array | null): Float64Array => {
    const sum = new Float64Array(z.columns);
    let count = 0;
    distinct.forEach((image, at) => {
      if (holds && holds[at] === 0) return;
      count += 1;
      for (let j = 0; j < z.columns; j += 1) sum[j] = (sum[j] as number) + (z.data[image * z.columns + j] as number);
    });
    return sum.map((value) => value / count);
  };
  const [all, there] = [mean(null), mean(b.holds)];
  const from = a.images[0] as number;
  return Array.from(there, (value, j) => (z.data[from * z.columns + j] as number) + value - (all[j] as number));
}
