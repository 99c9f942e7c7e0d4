/** A study against a second set of images, for the same model: what shifted, what grew or shrank, what neither covers of the other. */
import { COMPARISON_FORMAT, type Comparison, type ComparisonGroup } from '../../contract/comparison.ts';
import { breathe, type Hooks } from '../hooks.ts';
import { exactNeighbours, nearestTo } from '../latent/neighbours.ts';
import { columnOf, joinColumns, type Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { SondeError } from '../sonde-error.ts';
import { holm } from '../statistics/binomial.ts';
import { energyTest } from './energy-test.ts';
import { pooledClusters, studyGroups } from './group-changes.ts';
import { shiftOf } from './shift.ts';
import { carriers, supportOf } from './support.ts';

/** One set, rows and columns' entries in the same order of images. */
export interface ComparedSet {
  name: string;
  /** Attributes by name; those that both sets have are compared. */
  attributes: ReadonlyMap<string, Float32Array>;
  z: Matrix;
}

export interface ComparisonInput extends Hooks {
  /** The study; `group` of each of its images (-1: none), or null where groups were not found. */
  a: ComparedSet & { group: Int32Array | null };
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

  const overall = await overallTest(features, new Random(seed), hooks);
  onProgress?.(2, steps);

  const [zA, zB] = [a, b].map(({ z }) => joinColumns(latents.map((latent) => columnOf(z, latent)))) as [Matrix, Matrix];
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
    overall,
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
    found.push({ kind: 'latent', name: `z_${String(latent).padStart(2, '0')}`, a: columnOf(a.z, latent), b: columnOf(b.z, latent) });
  return found.filter((feature) => [feature.a, feature.b].some((values) => values.some((value) => value !== feature.a[0])));
}

/** On all features, each divided by its standard deviation over both sets: a scale that does not know which image is whose. */
async function overallTest(features: FeatureColumn[], random: Random, hooks: Hooks): Promise<Comparison['overall']> {
  if (features.length === 0) throw new SondeError('nothing-to-compare');
  const scales = features.map((feature) => 1 / deviation(feature));
  const scaled = (side: 'a' | 'b') =>
    joinColumns(features.map((feature, j) => feature[side].map((value) => value * (scales[j] as number))));
  const sampled = (points: Matrix) => (points.rows <= TESTED ? points : takeRows(points, sampleRows(points.rows, TESTED, random)));
  const [a, b] = [sampled(scaled('a')), sampled(scaled('b'))];
  const test = await energyTest(a, b, random, hooks);
  return { test: 'energy-distance', ...test, imagesA: a.rows, imagesB: b.rows, features: features.map(({ name }) => name) };
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
