import { type Matrix, squaredDistance } from '../linear/matrix.ts';
import { sampleRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { ranks } from '../statistics/ranks.ts';
import type { MeasuredBranch } from './cluster-tree.ts';

/** Images outside a group that it is held against. */
const OTHERS = 4_000;

/**
 * How far a group stands apart: 2 A - 1, A being the share of pairs (member, other image) in which the member lies nearer to the group's
 * centre (the area under the ROC curve of that distance). 1: no other image is as near as any member; 0: the centre says nothing.
 * @param others image numbers, any of them
 */
export function separationOf(
  points: Matrix,
  { members, centre, distance }: Pick<MeasuredBranch, 'members' | 'centre' | 'distance'>,
  others: Uint32Array,
): number {
  const inside = new Set(members);
  const outside = others.filter((image) => !inside.has(image));
  if (outside.length === 0) return 0;
  const away = Float64Array.from(outside, (image) =>
    Math.sqrt(squaredDistance(points.data, image * points.columns, centre, 0, points.columns)),
  );
  const ranked = ranks(Float64Array.from([...distance, ...away]));
  let sum = 0;
  for (let i = 0; i < distance.length; i += 1) sum += ranked[i] as number;
  const wins = distance.length * away.length - (sum - (distance.length * (distance.length + 1)) / 2);
  return (2 * wins) / (distance.length * away.length) - 1;
}

/** The images that groups are held against: some thousands stand for all. */
export const heldAgainst = (rows: number, random: Random): Uint32Array => sampleRows(rows, OTHERS, random);
