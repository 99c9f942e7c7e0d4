/** Parts of the images that stand by themselves in an attribute: the dark ones, the gray ones among colour, the blurred ones. */
import type { AttributeName, Estimate } from '../../contract/report.ts';
import type { MeasuredAttributes } from '../density/attribute-distance.ts';
import { dip, dipPValue, uniformDips } from '../factors/dip.ts';
import type { Hooks } from '../hooks.ts';
import { Random } from '../random.ts';
import { holm } from '../statistics/binomial.ts';
import { shareOverClusters } from '../statistics/clustered-share.ts';
import { median, varies } from '../statistics/histogram.ts';
import { antimode } from './antimode.ts';

export interface AttributePart {
  attribute: AttributeName;
  side: 'low' | 'high';
  count: number;
  share: Estimate;
  /** In the attribute's own unit, where the part ends. */
  cut: number;
  median: number;
  othersMedian: number;
  /** Of the dip, by Holm over all parts that were looked for. */
  adjustedPValue: number;
  /** Images near the part's median. */
  images: number[];
}

const MEASURED = ['brightness', 'contrast', 'saturation', 'sharpness'] as const;
/** The end of a distribution with one mode has one mode, whatever the share: so a part of some percent is looked for among few. */
const SHARES = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16];
const LEVEL = 0.05;
/** Values that a dip is taken of, at least, and images in a part. */
const FEWEST = 50;
const SMALLEST_PART = 8;
/** Between the part's median and the others' there is at least this ratio and this difference, or nobody would see it. */
const LEAST_RATIO = 1.5;
const LEAST_DIFFERENCE = 0.02;
const PICTURES = 3;

/** Whether there are images enough to look. */
export const enoughForParts = (distinct: number): boolean => distinct >= FEWEST;

/**
 * Hartigan's dip of each attribute, of all values and of those at either end; where one mode is rejected (Holm over all of
 * these tests), the part beyond the lowest place between the modes.
 * @param distinct images that are looked at, one a cluster: a copy is no second image of a kind, nor is the next frame
 * @param cluster of each image the first of its cluster
 * @returns at most one part a side of each attribute, the largest first
 */
export async function attributeParts(
  facts: MeasuredAttributes,
  distinct: ArrayLike<number>,
  cluster: Int32Array,
  seed: number,
  { signal }: Hooks = {},
): Promise<AttributePart[]> {
  if (!enoughForParts(distinct.length)) return [];
  const random = new Random(seed);
  const nulls = new Map<number, Float64Array>();
  const tests: { attribute: (typeof MEASURED)[number]; side: 'low' | 'high'; values: Float32Array; pValue: number }[] = [];
  for (const attribute of MEASURED) {
    const sorted = Float32Array.from(distinct, (image) => facts[attribute][image] as number).sort();
    if (!varies(sorted)) continue;
    for (const share of SHARES)
      for (const side of share === 1 ? (['low'] as const) : (['low', 'high'] as const)) {
        const n = Math.floor(share * sorted.length);
        if (n < FEWEST) continue;
        const values = side === 'low' ? sorted.subarray(0, n) : sorted.subarray(sorted.length - n);
        const uniform = nulls.get(n) ?? (await uniformDips(n, random, signal));
        nulls.set(n, uniform);
        tests.push({ attribute, side, values, pValue: dipPValue(dip(values), n, uniform) });
      }
  }
  const adjusted = holm(tests.map(({ pValue }) => pValue));
  const parts = new Map<string, AttributePart>();
  tests.forEach(({ attribute, values }, i) => {
    if ((adjusted[i] as number) > LEVEL) return;
    const part = partAt(attribute, facts[attribute], antimode(values), { distinct, cluster }, adjusted[i] as number);
    const known = part && parts.get(attribute + part.side);
    // Of two parts of one end the larger holds the other.
    if (part && (!known || part.count > known.count)) parts.set(attribute + part.side, part);
  });
  return [...parts.values()].sort((a, b) => b.count - a.count);
}

/** The smaller side of the cut; null where it is too small, or too little unlike the rest to be seen. */
function partAt(
  attribute: (typeof MEASURED)[number],
  values: Float32Array,
  cut: number,
  { distinct, cluster }: { distinct: ArrayLike<number>; cluster: Int32Array },
  adjustedPValue: number,
): AttributePart | null {
  const below = values.reduce((sum, value) => sum + Number(value < cut), 0);
  const side = 2 * below <= values.length ? 'low' : 'high';
  const within = (value: number) => (side === 'low' ? value < cut : value >= cut);
  const count = side === 'low' ? below : values.length - below;
  const members = Array.from(distinct).filter((image) => within(values[image] as number));
  if (members.length < SMALLEST_PART) return null;
  const own = median(values.filter(within));
  const othersMedian = median(values.filter((value) => !within(value)));
  const [less, more] = [Math.min(own, othersMedian), Math.max(own, othersMedian)];
  if (more - less < LEAST_DIFFERENCE || more < LEAST_RATIO * less) return null;
  const distance = (image: number) => Math.abs((values[image] as number) - own);
  const images = members.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, PICTURES);
  const { effect: _, ...share } = shareOverClusters((image) => within(values[image] as number), cluster);
  return { attribute, side, count, share, cut, median: own, othersMedian, adjustedPValue, images };
}
