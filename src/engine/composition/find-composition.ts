/** What a folder consists of: all its images in a tree of kinds, with their shares. */
import type { Composition, Kind } from '../../contract/report.ts';
import { isEncoderColumn, type Space, unitRows } from '../features/space.ts';
import type { Hooks } from '../hooks.ts';
import { fitPca, projectPca } from '../linear/pca.ts';
import { takeRows, unrepeatedRows } from '../linear/rows.ts';
import { designEffect } from '../statistics/clustered-share.ts';
import { differences, type Variable } from './differences.ts';
import { growTree, spreadToAll } from './image-tree.ts';
import { stabilityOf } from './refits.ts';
import { shareInterval } from './share-interval.ts';
import { type ShownKind, shownKinds } from './shown-kinds.ts';
import { picturesOf } from './typical-images.ts';

const FEWEST = 100;
/** A kind has at least this share of the images. */
const SMALLEST_SHARE = 0.02;
/** Principal components that Fisher's directions are learnt in. */
const DIRECTIONS = 32;

export interface CompositionInput {
  features: Space;
  /** Of each image -1, or the first image of the set that it repeats. */
  duplicateOf: Int32Array;
  variables: readonly Variable[];
  /** Of each image the first of its cluster. */
  cluster: Int32Array;
}

export interface FoundComposition {
  /** null under 100 different images. */
  composition: Composition | null;
  /** The smallest kind that holds each image; -1 where there is none. */
  kind: Int32Array;
}

/** The same input and seed give the same kinds. No label enters. @throws SondeError cancelled */
export async function findComposition(
  { features, duplicateOf, variables, cluster }: CompositionInput,
  seed: number,
  { signal, onProgress }: Hooks = {},
): Promise<FoundComposition> {
  const n = features.points.rows;
  const points = features.metric === 'cosine' ? unitRows(features.points) : features.points;
  if (unrepeatedRows(duplicateOf).length < FEWEST) return { composition: null, kind: new Int32Array(n).fill(-1) };
  const grown = await growTree(points, duplicateOf, { smallest: SMALLEST_SHARE, seed }, { signal });
  const { tree, refits, nodes } = grown;
  onProgress?.(2, 4);
  const reduced = await Promise.all(
    [nodes, takeRows(features.points, grown.images)].map(async (all) =>
      projectPca(await fitPca(all, Math.min(DIRECTIONS, all.columns, all.rows - 1), { signal }), all),
    ),
  );
  const { root, tested } = await shownKinds(tree, reduced, refits, { signal });
  onProgress?.(3, 4);

  const shown = numbered(root);
  const ofNode = new Int32Array(nodes.rows);
  for (const { kind, id } of shown) for (const node of kind.members) ofNode[node] = id;
  const kind = await spreadToAll(grown, ofNode, duplicateOf, { signal });
  const members = membersOf(shown, kind);
  const effectOf = (own: Uint32Array): number => {
    const inside = new Set(own);
    return designEffect((image) => inside.has(image), cluster);
  };
  const kinds = shown.map(({ kind: one, id, parent, depth }): Kind => {
    const own = members[id] as Uint32Array;
    const beside = shown.filter((other) => other.parent === parent && other.id !== id).map((other) => members[other.id] as Uint32Array);
    return {
      id,
      parent,
      depth,
      rest: one.branch === null,
      count: own.length,
      share: shareInterval(
        one,
        shown.find((other) => other.id === parent)?.kind ?? null,
        { count: own.length, n, effect: effectOf(own) },
        refits,
      ),
      stability: parent === null || !one.branch ? null : stabilityOf(one.branch, refits),
      pValue: one.pValue,
      ...picturesOf(points, own, beside),
      differences: parent === null ? [] : differences(own, joined(beside), variables),
    };
  });
  onProgress?.(4, 4);
  const encoder = features.names.some(isEncoderColumn);
  return { composition: { spaces: encoder ? ['features', 'encoder'] : ['features'], images: n, tested, kinds }, kind };
}

interface Numbered {
  kind: ShownKind;
  id: number;
  parent: number | null;
  depth: number;
}

/** Parents before their children, the largest child first; what is left stands last. */
function numbered(root: ShownKind): Numbered[] {
  const list: Numbered[] = [];
  const visit = (kind: ShownKind, parent: number | null, depth: number): void => {
    const id = list.length;
    list.push({ kind, id, parent, depth });
    const children = [...kind.children].sort(
      (a, b) => Number(a.branch === null) - Number(b.branch === null) || b.members.length - a.members.length,
    );
    for (const child of children) visit(child, id, depth + 1);
  };
  visit(root, null, 0);
  return list;
}

/** Ascending images of every kind, its children's among them. */
function membersOf(shown: readonly Numbered[], kind: Int32Array): Uint32Array[] {
  const lists: number[][] = shown.map(() => []);
  for (const [image, id] of kind.entries())
    for (let at: number | null = id; at !== null; at = (shown[at] as Numbered).parent) lists[at]?.push(image);
  return lists.map((list) => Uint32Array.from(list));
}

const joined = (parts: readonly Uint32Array[]): Uint32Array => Uint32Array.from(parts.flatMap((part) => [...part]));
