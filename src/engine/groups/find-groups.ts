/** The small groups of a data set and how rare each image is, in the one order that both need. */
import type { AttributeName, Group } from '../../contract/report.ts';
import type { Space } from '../features/space.ts';
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { unrepeatedRows } from '../linear/rows.ts';
import { candidateGroups } from './candidate-groups.ts';
import { describeGroups, featureScales, groupColumn } from './group-findings.ts';
import { attributeSpace, groupSpaces } from './group-spaces.ts';
import { listCandidates } from './list-candidates.ts';
import { rarityOfAttributes, rarityOfFeatures } from './rarity.ts';

const FEWEST_FOR_GROUPS = 100;
const STEPS = 4;

export interface GroupInput {
  features: Space;
  /** Of each image -1, or the first image of the set that it repeats. */
  duplicateOf: Int32Array;
  /** Posterior means, n x latent. */
  z: Matrix;
  active: readonly number[];
  attributes: Map<AttributeName, Float32Array>;
}

export interface FoundGroups {
  /** In the order of the list; null under 100 different images. */
  groups: Group[] | null;
  /** Group of each image: the first listed that holds it, -1 for none. */
  group: Int32Array;
  /** Ascending image numbers of each listed group: an image may be in several. */
  members: Uint32Array[];
  /** How rare what each image shows is, 0..1. */
  rarity: Float32Array;
  /** How rare each image's attributes are together, 0..1. */
  rarityAttributes: Float32Array;
}

/** The same input and seed give the same groups. @throws SondeError cancelled */
export async function findGroups(input: GroupInput, seed: number, { signal, onProgress }: Hooks = {}): Promise<FoundGroups> {
  const n = input.z.rows;
  const rarity = await rarityOfFeatures(input.features.points, seed, { signal });
  onProgress?.(1, STEPS);
  const rarityAttributes = await rarityOfAttributes(attributeSpace(input.attributes), n, { signal });
  onProgress?.(2, STEPS);
  // Copies are no group: duplicates are told on their own.
  const enough = unrepeatedRows(input.duplicateOf).length >= FEWEST_FOR_GROUPS;
  const listed = enough ? listCandidates(await candidateGroups(groupSpaces(input), input.duplicateOf, seed, { signal })) : [];
  onProgress?.(3, STEPS);
  const scales = featureScales(input.attributes, input.z, input.active);
  const groups = enough ? describeGroups(listed, { rarity, rarityAttributes }, scales) : null;
  onProgress?.(STEPS, STEPS);
  return { groups, group: groupColumn(listed, n), members: listed.map(({ members }) => members), rarity, rarityAttributes };
}
