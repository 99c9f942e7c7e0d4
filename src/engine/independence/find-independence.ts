/** Which images of a folder are no independent ones: copies, and bursts of images taken one after the other. */
import type { Independence } from '../../contract/independence.ts';
import { type Space, unitRows } from '../features/space.ts';
import type { Hooks } from '../hooks.ts';
import type { ImageNeighbours } from '../latent/layout-images.ts';
import { unrepeatedRows } from '../linear/rows.ts';
import type { ImageFacts } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { findBursts } from './bursts.ts';
import { clustersOf, copyClusters, joinClusters } from './clusters.ts';
import { effectiveImages } from './effective-images.ts';
import { type OrderTest, orderTest } from './order-test.ts';
import { byName, byTime } from './sequences.ts';

const LEVEL = 0.05;
const SHOWN_BURSTS = 6;
const SHOWN_IMAGES = 8;

export interface IndependenceInput {
  facts: Pick<ImageFacts, 'path' | 'label' | 'camera' | 'takenAt'>;
  /** -1, or the first image of the set that the image repeats. */
  duplicateOf: Int32Array;
  space: Space;
  /** null where there are too few images for any. */
  neighbours: ImageNeighbours | null;
}

/** @returns with of each image the first of its cluster. @throws SondeError cancelled */
export async function findIndependence(
  { facts, duplicateOf, space, neighbours }: IndependenceInput,
  seed: number,
  { signal }: Hooks = {},
): Promise<{ independence: Independence; cluster: Int32Array }> {
  const copies = copyClusters(duplicateOf);
  const points = space.metric === 'cosine' ? unitRows(space.points) : space.points;
  const distinct = unrepeatedRows(duplicateOf);
  const random = new Random(seed);
  const orders: Independence['orders'] = [];
  const pairs: [number, number][] = [];
  for (const [by, sequences] of [
    ['name', byName(facts, distinct)],
    ['time', byTime(facts, distinct)],
  ] as const) {
    const test: OrderTest | null = neighbours && (await orderTest(neighbours, sequences, copies.length, random, { signal }));
    if (!test) continue;
    // Bursts are sought where order tells anything at all.
    const found = test.pValue <= LEVEL ? (await findBursts(points, sequences, { signal })).pairs : [];
    orders.push({ by, ...test, joined: found.length });
    pairs.push(...found);
  }
  const cluster = joinClusters(copies, pairs);
  const bursts = burstsOf(cluster, duplicateOf);
  const worth = effectiveImages(points, cluster, seed);
  return {
    cluster,
    independence: {
      images: cluster.length,
      clusters: cluster.reduce((sum, first, image) => sum + Number(first === image), 0),
      orders,
      bursts: bursts.length,
      inBursts: bursts.reduce((sum, images) => sum + images.length, 0),
      correlation: worth?.correlation ?? null,
      effective: worth?.effective ?? null,
      largest: bursts
        .sort((a, b) => b.length - a.length || (a[0] as number) - (b[0] as number))
        .slice(0, SHOWN_BURSTS)
        .map((images) => ({ count: images.length, images: images.slice(0, SHOWN_IMAGES) })),
    },
  };
}

/** Clusters that hold more than one picture. */
const burstsOf = (cluster: Int32Array, duplicateOf: Int32Array): number[][] =>
  clustersOf(cluster).filter((images) => images.filter((image) => (duplicateOf[image] as number) < 0).length > 1);
