/** Images that lie among those of another label, seen by their neighbours and by a discriminant: to look at, never a correction. */
import type { LabelCheck } from '../../contract/subfolders.ts';
import type { Hooks } from '../hooks.ts';
import type { ImageNeighbours } from '../latent/layout-images.ts';
import { takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { binomialTail } from '../statistics/binomial.ts';
import { wilson } from '../statistics/intervals.ts';
import { crossValidatedDiscriminant } from './discriminant.ts';
import { balancedAccuracy } from './one-attribute.ts';

const FOLDS = 5;
const FEWEST_IN_LABEL = 10;
const MOST_LABELS = 200;
const LISTED = 48;
const NEAREST = 2;
/** An image lies among another label's: to the discriminant its own has at most this probability, the other all but twice as much ... */
const OWN_PROBABILITY = 0.02;
/** ... and of its neighbours its own label has at most this share, the other at least that. */
const OWN_NEIGHBOURS = 0.15;
const OTHER_NEIGHBOURS = 0.6;
/** Share of the images of a folder whose labels are right that are named at most (docs/method/subfolders.md: measured). */
const RIGHTLY_LABELLED = 0.0075;

export interface LabelInput {
  label: readonly string[];
  /** Of each image the first of its cluster: images of one are no evidence for each other's label. */
  cluster: Int32Array;
  neighbours: ImageNeighbours;
}

interface JudgedImage {
  image: number;
  /** Its row among the neighbours. */
  row: number;
  label: string;
  /** The other label that is most probable. */
  other: string;
  /** Of its own label. */
  probability: number;
  /** Share of its own label among its neighbours. */
  nearby: number;
  /** Both views name it. */
  named: boolean;
  /** Own label over the other, both views together: from 1 on it lies among its own. */
  ratio: number;
}

interface Judged {
  images: JudgedImage[];
  /** Labels, and of each how many images and what share of them the discriminant recognises. */
  names: string[];
  sizes: number[];
  recognised: Float64Array;
}

/** Every image that repeats no other of the labels with at least ten; null where fewer than two labels are left. @throws SondeError cancelled */
export async function judgeLabels({ label, cluster, neighbours }: LabelInput, seed: number, hooks: Hooks = {}): Promise<Judged | null> {
  const { rows, points, indices, k } = neighbours;
  const names = labelsOf(label, rows);
  if (names.length < 2) return null;
  const number = new Map(names.map((name, i) => [name, i]));
  const classOf = Int32Array.from(rows, (image) => number.get(label[image] as string) ?? -1);
  const judged = Uint32Array.from(classOf.keys()).filter((row) => (classOf[row] as number) >= 0);
  const own = Uint32Array.from(judged, (row) => classOf[row] as number);
  const classes = names.length;
  const fold = clusterFolds(
    Array.from(judged, (row) => cluster[rows[row] as number] as number),
    new Random(seed),
  );
  const { probability } = await crossValidatedDiscriminant(takeRows(points, judged), own, classes, fold, FOLDS, hooks);

  /** How many neighbours of each label an image has that are not of its cluster. */
  const around = (row: number): { counts: Map<number, number>; size: number } => {
    const counts = new Map<number, number>();
    let size = 0;
    for (const near of indices.subarray(row * k, (row + 1) * k)) {
      const of = classOf[near] as number;
      if (of < 0 || cluster[rows[near] as number] === cluster[rows[row] as number]) continue;
      counts.set(of, (counts.get(of) ?? 0) + 1);
      size += 1;
    }
    return { counts, size };
  };

  const sizes = new Array<number>(classes).fill(0);
  const recognised = new Float64Array(classes);
  const images = Array.from(judged, (row, i): JudgedImage => {
    const mine = own[i] as number;
    const seen = (c: number) => probability[i * classes + c] as number;
    let other = mine === 0 ? 1 : 0;
    for (let c = 0; c < classes; c += 1) if (c !== mine && seen(c) > seen(other)) other = c;
    sizes[mine] = (sizes[mine] as number) + 1;
    recognised[mine] = (recognised[mine] as number) + Number(seen(mine) > seen(other));
    const { counts, size } = around(row);
    const near = (c: number) => counts.get(c) ?? 0;
    // Half a neighbour more of either, so that none is not the end of all comparison.
    const ratio = Math.sqrt((seen(mine) * (near(mine) + 0.5)) / (seen(other) * (near(other) + 0.5)));
    const named =
      seen(mine) <= OWN_PROBABILITY &&
      seen(other) >= 1 - 2 * OWN_PROBABILITY &&
      size > 0 &&
      near(mine) <= OWN_NEIGHBOURS * size &&
      near(other) >= OTHER_NEIGHBOURS * size;
    return {
      image: rows[row] as number,
      row,
      label: names[mine] as string,
      other: names[other] as string,
      probability: seen(mine),
      nearby: size > 0 ? near(mine) / size : 0,
      named,
      ratio,
    };
  });
  return { images, names, sizes, recognised: recognised.map((right, c) => right / (sizes[c] as number)) };
}

/** What is told of them: how many are named, beside what rightly labelled folders have, and the list. null as judgeLabels gives it. */
export async function checkLabels(input: LabelInput, seed: number, hooks: Hooks = {}): Promise<LabelCheck | null> {
  const judged = await judgeLabels(input, seed, hooks);
  if (!judged) return null;
  const { images, names, sizes, recognised } = judged;
  const { rows, indices, k } = input.neighbours;
  const count = images.reduce((sum, { named }) => sum + Number(named), 0);
  const nearestOf = ({ row, other }: JudgedImage): number[] =>
    Array.from(indices.subarray(row * k, (row + 1) * k), (near) => rows[near] as number)
      .filter((image) => input.label[image] === other)
      .slice(0, NEAREST);
  return {
    judged: images.length,
    classes: names.length,
    accuracy: balancedAccuracy(recognised, sizes),
    count,
    share: wilson(count, images.length),
    expected: RIGHTLY_LABELLED * images.length,
    pValue: binomialTail(count, images.length, RIGHTLY_LABELLED),
    images: images
      .filter(({ ratio }) => ratio < 1)
      .sort((a, b) => Number(b.named) - Number(a.named) || a.ratio - b.ratio || a.image - b.image)
      .slice(0, LISTED)
      .map((one) => {
        const { image, label, other, probability, nearby, named } = one;
        return { index: image, label, other, probability, nearby, named, nearest: nearestOf(one) };
      }),
  };
}

/** The largest labels, with enough images that repeat no other. */
function labelsOf(label: readonly string[], rows: Uint32Array): string[] {
  const counts = new Map<string, number>();
  for (const image of rows) counts.set(label[image] as string, (counts.get(label[image] as string) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= FEWEST_IN_LABEL)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_LABELS)
    .map(([name]) => name);
}

/** A fold of each image by chance, one for all of a cluster. */
function clusterFolds(clusters: readonly number[], random: Random): Uint8Array {
  const known = new Map<number, number>();
  return Uint8Array.from(clusters, (first) => {
    const fold = known.get(first) ?? random.integer(FOLDS);
    known.set(first, fold);
    return fold;
  });
}
