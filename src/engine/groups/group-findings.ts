import type { AttributeName, Feature, Group } from '../../contract/report.ts';
import { latentColumn } from '../../contract/study.ts';
import { columnOf, type Matrix } from '../linear/matrix.ts';
import { quantile, varies } from '../statistics/histogram.ts';
import { logOddsRatio, wilson } from '../statistics/intervals.ts';
import type { Candidate } from './candidate-groups.ts';

const TYPICAL = 12;
const EXTREME = 6;
const FEATURES = 6;

/** Of each image, 0..1. */
export interface Rarities {
  rarity: Float32Array;
  rarityAttributes: Float32Array;
}

export interface FeatureScale {
  kind: Feature['kind'];
  name: string;
  values: Float32Array;
  low: number;
  high: number;
  countLow: number;
  countHigh: number;
}

/** Upper and lower quarter of every attribute and active latent: what a group is compared by. */
export function featureScales(attributes: Map<AttributeName, Float32Array>, z: Matrix, active: readonly number[]): FeatureScale[] {
  const named: [Feature['kind'], string, Float32Array][] = [
    ...[...attributes]
      .filter(([, values]) => varies(values))
      .map(([name, values]) => ['attribute', name, values] as [Feature['kind'], string, Float32Array]),
    ...active.map((latent) => ['latent', latentColumn(latent), columnOf(z, latent)] as [Feature['kind'], string, Float32Array]),
  ];
  return named.map(([kind, name, values]) => {
    const sorted = Float32Array.from(values).sort();
    const low = quantile(sorted, 0.25);
    const high = quantile(sorted, 0.75);
    let countLow = 0;
    let countHigh = 0;
    for (const value of values) {
      if (value < low) countLow += 1;
      if (value > high) countHigh += 1;
    }
    return { kind, name, values, low, high, countLow, countHigh };
  });
}

/**
 * Listed candidates as the report's groups: share with Wilson's interval, separation, stability, cohesion, members nearest to and farthest from the centre, and
 * the features that set it apart: log odds of lying in the data's upper (or lower) quarter, only where the interval excludes 0. No
 * p-value: a cluster was chosen because it stands apart, so no test on the same images is honest.
 */
export function describeGroups(listed: readonly Candidate[], rarities: Rarities, scales: FeatureScale[]): Group[] {
  const n = rarities.rarity.length;
  const column = groupColumn(listed, n);
  return listed.map(({ members, distance, cohesion, separation, stability, spaces }, id) => {
    const nearestFirst = Array.from(members, (image, i) => [image, distance[i] as number] as const)
      .sort((a, b) => a[1] - b[1] || a[0] - b[0])
      .map(([image]) => image);
    return {
      id,
      count: members.length,
      first: column.reduce((sum, group) => sum + (group === id ? 1 : 0), 0),
      share: wilson(members.length, n),
      separation,
      stability,
      cohesion,
      spaces,
      typical: nearestFirst.slice(0, TYPICAL),
      extreme: nearestFirst.slice(TYPICAL).slice(-EXTREME).reverse(),
      features: distinguishing(members, n, scales),
      rarity: meanOf(members, rarities.rarity),
      rarityAttributes: meanOf(members, rarities.rarityAttributes),
    };
  });
}

/** Group of each of n images: the first listed one that holds it, or -1. */
export function groupColumn(listed: readonly Candidate[], n: number): Int32Array {
  const column = new Int32Array(n).fill(-1);
  listed.forEach(({ members }, id) => {
    for (const image of members) if (column[image] === -1) column[image] = id;
  });
  return column;
}

function meanOf(members: Uint32Array, values: Float32Array): number {
  return members.reduce((sum, image) => sum + (values[image] as number), 0) / members.length;
}

function distinguishing(members: Uint32Array, n: number, scales: FeatureScale[]): Feature[] {
  const features: Feature[] = [];
  for (const { kind, name, values, low, high, countLow, countHigh } of scales) {
    let above = 0;
    let below = 0;
    for (const image of members) {
      if ((values[image] as number) > high) above += 1;
      if ((values[image] as number) < low) below += 1;
    }
    const outside = n - members.length;
    if (outside === 0) continue;
    const upper = { kind, name, high: true, logOdds: logOddsRatio(above, members.length, countHigh - above, outside) };
    const lower = { kind, name, high: false, logOdds: logOddsRatio(below, members.length, countLow - below, outside) };
    features.push(upper.logOdds.low > lower.logOdds.low ? upper : lower);
  }
  return features
    .filter(({ logOdds }) => logOdds.low > 0)
    .sort((a, b) => b.logOdds.low - a.logOdds.low)
    .slice(0, FEATURES);
}
