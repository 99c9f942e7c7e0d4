/** What a folder consists of: all its images in a tree of kinds, with their shares. */
import type { Composition, Kind } from '../../contract/report.ts';
import { isEncoderColumn, type Space, unitRows } from '../features/space.ts';
import type { Hooks } from '../hooks.ts';
import { exactNeighbours, nearestTo } from '../latent/neighbours.ts';
import type { Matrix } from '../linear/matrix.ts';
import { fitPca, projectPca } from '../linear/pca.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { differences, type Variable } from './differences.ts';
import { kindsTree } from './kinds-tree.ts';
import { sharedNeighbourGraph } from './neighbour-graph.ts';
import { refitTree, stabilityOf } from './refits.ts';
import { shareInterval } from './share-interval.ts';
import { type ShownKind, shownKinds } from './shown-kinds.ts';
import { picturesOf } from './typical-images.ts';

const FEWEST = 100;
/** Different pictures that the tree is made of; the others go where most of their nearest among these are. */
const MOST_IN_TREE = 8_000;
const NEIGHBOURS = 15;
/** Nearest images that are known of each, so that a refit on two thirds of them still finds 15. */
const KNOWN = 40;
/** A kind has at least this share of the images. */
const SMALLEST_SHARE = 0.02;
const SMALLEST_COUNT = 8;
/** Principal components that Fisher's directions are learnt in. */
const DIRECTIONS = 32;

export interface CompositionInput {
  features: Space;
  /** Of each image -1, or the first image of the set that it repeats. */
  duplicateOf: Int32Array;
  variables: readonly Variable[];
}

export interface FoundComposition {
  /** null under 100 different images. */
  composition: Composition | null;
  /** The smallest kind that holds each image; -1 where there is none. */
  kind: Int32Array;
}

/** The same input and seed give the same kinds. No label enters. @throws SondeError cancelled */
export async function findComposition(
  { features, duplicateOf, variables }: CompositionInput,
  seed: number,
  { signal, onProgress }: Hooks = {},
): Promise<FoundComposition> {
  const n = features.points.rows;
  const points = features.metric === 'cosine' ? unitRows(features.points) : features.points;
  const distinct = Uint32Array.from(duplicateOf.keys()).filter((image) => (duplicateOf[image] as number) < 0);
  if (distinct.length < FEWEST) return { composition: null, kind: new Int32Array(n).fill(-1) };
  const random = new Random(seed);
  const inTree = sampleRows(distinct.length, MOST_IN_TREE, random).map((i) => distinct[i] as number);
  const known = takeRows(points, inTree);
  const neighbours = await exactNeighbours(known, Math.min(KNOWN, known.rows - 1), { signal });
  onProgress?.(1, 4);
  const smallest = Math.max(SMALLEST_COUNT, Math.round(SMALLEST_SHARE * known.rows));
  const everything = Uint32Array.from({ length: known.rows }, (_, i) => i);
  const tree = kindsTree(sharedNeighbourGraph(neighbours, everything, NEIGHBOURS), known, smallest, random);
  const refits = await refitTree(tree, { neighbours, points: known, k: NEIGHBOURS, smallest }, random, { signal });
  onProgress?.(2, 4);
  const reduced = projectPca(await fitPca(known, Math.min(DIRECTIONS, known.columns, known.rows - 1), { signal }), known);
  const { root, tested } = await shownKinds(tree, reduced, refits, { signal });
  onProgress?.(3, 4);

  const shown = numbered(root);
  const ofNode = new Int32Array(known.rows);
  for (const { kind, id } of shown) for (const node of kind.members) ofNode[node] = id;
  const kind = await spread(points, { inTree, known, ofNode }, duplicateOf, { signal });
  const members = membersOf(shown, kind);
  const kinds = shown.map(({ kind: one, id, parent, depth }): Kind => {
    const own = members[id] as Uint32Array;
    const beside = shown.filter((other) => other.parent === parent && other.id !== id).map((other) => members[other.id] as Uint32Array);
    return {
      id,
      parent,
      depth,
      rest: one.branch === null,
      count: own.length,
      share: shareInterval(one, shown.find((other) => other.id === parent)?.kind ?? null, own.length, n, refits),
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

/** The kind of every image: its own in the tree, of a copy that of its first, of the others that of most of the 15 nearest. */
async function spread(
  points: Matrix,
  { inTree, known, ofNode }: { inTree: Uint32Array; known: Matrix; ofNode: Int32Array },
  duplicateOf: Int32Array,
  { signal }: Hooks,
): Promise<Int32Array> {
  const kind = new Int32Array(points.rows).fill(-1);
  inTree.forEach((image, node) => {
    kind[image] = ofNode[node] as number;
  });
  const others = Uint32Array.from(kind.keys()).filter((image) => kind[image] === -1 && (duplicateOf[image] as number) < 0);
  if (others.length > 0) {
    const { indices, k } = await nearestTo(known, takeRows(points, others), NEIGHBOURS, { signal });
    others.forEach((image, i) => {
      kind[image] = mostOf(Array.from(indices.subarray(i * k, (i + 1) * k), (node) => ofNode[node] as number));
    });
  }
  for (const [image, first] of duplicateOf.entries()) if (first >= 0) kind[image] = kind[first] as number;
  return kind;
}

/** The most frequent value; of several the one that comes first. */
function mostOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = values[0] as number;
  for (const [value, count] of counts) if (count > (counts.get(best) as number)) best = value;
  return best;
}
