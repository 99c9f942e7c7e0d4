/** The small groups of a data set and how rare each image is, in the one order that both need. */
import type { AttributeName, Group } from '../../contract/report.ts';
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { candidateGroups } from './candidate-groups.ts';
import { describeGroups, featureScales, groupColumn, rankCandidates } from './group-findings.ts';
import { groupSpaces } from './group-spaces.ts';
import { rarity } from './rarity.ts';

const FEWEST_FOR_GROUPS = 100;
const STEPS = 4;

export interface GroupInput {
  pixels: PixelSet;
  /** Posterior means, n x latent. */
  z: Matrix;
  active: readonly number[];
  hog: Matrix;
  attributes: Map<AttributeName, Float32Array>;
}

export interface FoundGroups {
  /** Rarest first; null under 100 images. */
  groups: Group[] | null;
  /** Group of each image, -1 for none. */
  group: Int32Array;
  /** How much each image belongs to something rare, 0..1. */
  rarity: Float32Array;
}

/** The same input and seed give the same groups. @throws SondeError cancelled */
export async function findGroups(input: GroupInput, seed: number, { signal, onProgress }: Hooks = {}): Promise<FoundGroups> {
  const n = input.z.rows;
  const spaces = await groupSpaces(input, seed, { signal });
  onProgress?.(1, STEPS);
  const rare = await rarity(spaces, seed, { signal });
  onProgress?.(2, STEPS);
  const enough = n >= FEWEST_FOR_GROUPS;
  const ranked = enough ? rankCandidates(await candidateGroups(spaces, seed, { signal }), rare) : [];
  onProgress?.(3, STEPS);
  const groups = enough ? describeGroups(ranked, n, featureScales(input.attributes, input.z, input.active)) : null;
  onProgress?.(STEPS, STEPS);
  return { groups, group: groupColumn(ranked, n), rarity: rare };
}
