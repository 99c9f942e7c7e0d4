/** A study against a second set of images, for the same model: what shifted, what grew or shrank, what neither covers of the other. */
import { COMPARISON_FORMAT, type Comparison, type ComparisonGroup } from '../../contract/comparison.ts';
import { latentColumn } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { columnsOf, isEncoderColumn, unitRows } from '../features/space.ts';
import { breathe, type Hooks } from '../hooks.ts';
import { exactNeighbours, nearestTo } from '../latent/neighbours.ts';
import { columnOf, joinColumns, type Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { holm } from '../statistics/binomial.ts';
import { energyTest } from './energy-test.ts';
import { pooledClusters, studyGroups } from './group-changes.ts';
import { shiftOf } from './shift.ts';
import { carriers, separation, supportOf } from './support.ts';

/** One set, rows and columns' entries in the same order of images. */
export interface ComparedSet {
  name: string;
  /** Attributes by name; those that both sets have are compared. */
  attributes: ReadonlyMap<string, Float32Array>;
  z: Matrix;
  /** By cosine, with their columns' names; null for a study that is older than they are. */
  features: { points: Matrix; names: readonly string[] } | null;
}

export interface ComparisonInput extends Hooks {
  /**
   * The study; `group` of each of its images (-1: none), or null where groups were not found; `heldOut` are its images that nothing was
   * learnt from, or null where that is not known.
   */
  a: ComparedSet & { group: Int32Array | null; heldOut: Uint32Array | null };
  /** Encoded by the study's model. */
  b: ComparedSet;
  /** Latents that carry anything; the rest would only add noise to distances. */
  active: readonly number[];
  seed: number;
}

const NEIGHBOURS = 15;
const SUPPORT_NEIGHBOURS = 5;
const FEWEST = NEIGHBOURS + 1;
/** Images a set in the permutation test: 2,000 x 2,000 distances. */
const TESTED = 1000;
const CARRIERS = 48;
const LEVEL = 0.05;
/** Fewer held-out images than this see too little: then all of the study's are tested. */
const FEWEST_HELD_OUT = 40;
const VANISHING = 1 / 20;

/** @throws SondeError too-few-to-compare under 16 images a set; nothing-to-compare where nothing varies; size-mismatch where the sets' latents differ in number */
export async function compareFolders({ a, b, active, seed, signal, onProgress }: ComparisonInput): Promise<Comparison> {
  for (const set of [a, b])
    if (set.z.rows < FEWEST) throw new SondeError('too-few-to-compare', { name: set.name, count: set.z.rows, minimum: FEWEST });
  if (a.z.columns !== b.z.columns)
    throw new SondeError('size-mismatch', { expected: a.z.columns, actual: b.z.columns }, 'the sets were encoded by different models');
  const hooks = { signal };
  const steps = 8;
  const latents = active.length > 0 ? active : Array.from({ length: a.z.columns }, (_, j) => j);
  const features = featureColumns(a, b, latents);

  const shifts: Comparison['shifts'] = [];
  for (const { kind, name, a: valuesA, b: valuesB } of features) {
    shifts.push({ kind, name, ...shiftOf(valuesA, valuesB), adjustedPValue: 1 });
    await breathe(signal);
  }
  holm(shifts.map(({ pValue }) => pValue)).forEach((adjusted, i) => void Object.assign(shifts[i] as object, { adjustedPValue: adjusted }));
  onProgress?.(1, steps);

  const tested = await overallTest(features, a, b, new Random(seed), hooks);
  onProgress?.(2, steps);

  const [zA, zB] =
    a.features && b.features
      ? [unitRows(a.features.points), unitRows(b.features.points)]
      : ([a, b].map(({ z }) => joinColumns(latents.map((latent) => columnOf(z, latent)))) as [Matrix, Matrix]);
  const ownA = await exactNeighbours(zA, NEIGHBOURS, hooks);
  onProgress?.(3, steps);
  const ownB = await exactNeighbours(zB, NEIGHBOURS, hooks);
  onProgress?.(4, steps);
  const aToB = await nearestTo(zB, zA, NEIGHBOURS, hooks);
  onProgress?.(5, steps);
  const bToA = await nearestTo(zA, zB, NEIGHBOURS, hooks);
  onProgress?.(6, steps);

  const changes = [...(a.group ? studyGroups(a.group, ownA, bToA) : []), ...(await pooledClusters(zA, zB, new Random(seed), hooks))];
  const adjusted = holm(changes.map(({ pValue }) => pValue));
  const groups = changes.map(
    (change, i): ComparisonGroup => ({ ...change, adjustedPValue: adjusted[i] as number, change: named(change, adjusted[i] as number) }),
  );
  onProgress?.(7, steps);

  const all = a.z.rows + b.z.rows;
  const result: Comparison = {
    format: COMPARISON_FORMAT,
    a: { name: a.name, images: a.z.rows },
    b: { name: b.name, images: b.z.rows },
    seed,
    overall: { ...tested, separation: separation(ownA, aToB, ownB, bToA) },
    shifts: shifts.sort((x, y) => Math.abs(y.cliffsDelta.value) - Math.abs(x.cliffsDelta.value)),
    groups: groups.sort((x, y) => x.pValue - y.pValue),
    coverage: {
      neighbours: SUPPORT_NEIGHBOURS,
      ofB: supportOf(ownA, bToA, SUPPORT_NEIGHBOURS),
      ofA: supportOf(ownB, aToB, SUPPORT_NEIGHBOURS),
    },
    carriers: {
      neighbours: NEIGHBOURS,
      expectedShareA: (a.z.rows - 1) / (all - 1),
      expectedShareB: (b.z.rows - 1) / (all - 1),
      a: carriers(ownA, aToB, CARRIERS),
      b: carriers(ownB, bToA, CARRIERS),
    },
  };
  onProgress?.(steps, steps);
  return result;
}

interface FeatureColumn {
  kind: 'attribute' | 'latent';
  name: string;
  a: Float32Array;
  b: Float32Array;
}

/** What differs at all over the two sets. */
function featureColumns(a: ComparedSet, b: ComparedSet, latents: readonly number[]): FeatureColumn[] {
  const found: FeatureColumn[] = [];
  for (const [name, values] of a.attributes) {
    const others = b.attributes.get(name);
    if (others) found.push({ kind: 'attribute', name, a: values, b: others });
  }
  for (const latent of latents)
    found.push({ kind: 'latent', name: latentColumn(latent), a: columnOf(a.z, latent), b: columnOf(b.z, latent) });
  return found.filter((feature) => [feature.a, feature.b].some((values) => values.some((value) => value !== feature.a[0])));
}

/**
 * On attributes and latents, each divided by its standard deviation over both sets, a scale that does not know which image is whose; and on
 * the features, each lens with rows of length one. Each of these blocks has the same mean square, whatever its number of columns. Of the
 * study's images those are tested that nothing was learnt from, where there are enough: the others lie otherwise for that reason alone.
 */
async function overallTest(
  columns: FeatureColumn[],
  setA: ComparisonInput['a'],
  setB: ComparedSet,
  random: Random,
  hooks: Hooks,
): Promise<Omit<Comparison['overall'], 'separation'>> {
  if (columns.length === 0 && !setA.features) throw new SondeError('nothing-to-compare');
  const both = setA.features && setB.features;
  const kinds = ['attribute', 'latent'].map((kind) => columns.filter((column) => column.kind === kind)).filter(({ length }) => length > 0);
  const blocks = kinds.map((some) => {
    const scales = some.map((column) => 1 / (deviation(column) * Math.sqrt(both ? some.length : 1)));
    return (['a', 'b'] as const).map((side) =>
      joinColumns(some.map((column, j) => column[side].map((value) => value * (scales[j] as number)))),
    );
  });
  if (setA.features && setB.features) {
    const { names } = setA.features;
    for (const lens of [false, true])
      if (names.some((name) => isEncoderColumn(name) === lens))
        blocks.push(
          [setA, setB].map(({ features }) =>
            unitRows(columnsOf((features as { points: Matrix }).points, names, (name) => isEncoderColumn(name) === lens)),
          ),
        );
  }
  const joined = ([0, 1] as const).map((side) => besides(blocks.map((block) => block[side] as Matrix))) as [Matrix, Matrix];
  const held = both && setA.heldOut && setA.heldOut.length >= FEWEST_HELD_OUT ? takeRows(joined[0], setA.heldOut) : joined[0];
  const sampled = (points: Matrix) => (points.rows <= TESTED ? points : takeRows(points, sampleRows(points.rows, TESTED, random)));
  const [a, b] = [sampled(held), sampled(joined[1])];
  const test = await energyTest(a, b, random, hooks);
  const names = [...columns.map(({ name }) => name), ...(both ? (setA.features?.names ?? []) : [])];
  return { test: 'energy-distance', ...test, imagesA: a.rows, imagesB: b.rows, features: names };
}

function besides(parts: readonly Matrix[]): Matrix {
  return joinColumns(parts.flatMap((part) => Array.from({ length: part.columns }, (_, column) => columnOf(part, column))));
}

function deviation({ a, b }: FeatureColumn): number {
  let [count, mean, squares] = [0, 0, 0];
  for (const values of [a, b]) {
    for (const value of values) {
      count += 1;
      const step = value - mean;
      mean += step / count;
      squares += step * (value - mean);
    }
  }
  return Math.sqrt(squares / count);
}

function named({ shareA, shareB }: Pick<ComparisonGroup, 'shareA' | 'shareB'>, adjusted: number): ComparisonGroup['change'] {
  if (adjusted >= LEVEL) return 'same';
  if (shareA.value < VANISHING * shareB.value) return 'appeared';
  if (shareB.value < VANISHING * shareA.value) return 'vanished';
  return shareB.value > shareA.value ? 'grew' : 'shrank';
}
