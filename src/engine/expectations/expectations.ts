import type { Expectation, ExpectationResult } from '../../contract/report.ts';
import { isLatentColumn, isMembershipColumn } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { binomialTest, clopperPearson, holm } from '../statistics/binomial.ts';

/** The level that all statements together may err at. */
const LEVEL = 0.05;

/** What statements are counted on, by image. */
export interface ExpectationData {
  images: number;
  attributes: ReadonlyMap<string, Float32Array>;
  /** z_00, z_01 ... */
  latents: ReadonlyMap<string, Float32Array>;
  /** Images of each listed group, by its number. */
  groups: ReadonlyMap<number, number>;
  labels: readonly string[];
}

/** What statements are counted on, from the columns of a study's images.parquet. @throws SondeError study-incomplete */
export function expectationData(columns: ReadonlyMap<string, ArrayLike<number> | string[]>): ExpectationData {
  const numbers = (name: string): Float32Array => {
    const column = columns.get(name);
    if (!column || Array.isArray(column)) throw new SondeError('study-incomplete', { path: name }, `images.parquet has no column ${name}`);
    return Float32Array.from(column as ArrayLike<number>);
  };
  const width = numbers('width');
  const height = numbers('height');
  const labels = columns.get('label');
  const latents = [...columns.keys()].filter(isLatentColumn);
  return {
    images: width.length,
    attributes: new Map([
      ...['brightness', 'contrast', 'saturation', 'sharpness'].map((name) => [name, numbers(name)] as const),
      ['aspect', width.map((value, i) => value / (height[i] as number))] as const,
      ['size', width.map((value, i) => Math.sqrt(value * (height[i] as number)))] as const,
    ]),
    latents: new Map(latents.map((name) => [name, numbers(name)])),
    groups: groupCounts(columns, numbers),
    labels: Array.isArray(labels) ? (labels as string[]) : new Array<string>(width.length).fill(''),
  };
}

/** By the memberships, as the report counts; by the first group of each image in a study of before there were memberships. */
function groupCounts(columns: ReadonlyMap<string, unknown>, numbers: (name: string) => Float32Array): Map<number, number> {
  const members = [...columns.keys()].filter(isMembershipColumn);
  if (members.length > 0)
    return new Map(members.map((name) => [Number(name.slice(6)), numbers(name).reduce((sum, is) => sum + is, 0)] as const));
  const counts = new Map<number, number>();
  for (const group of numbers('group')) if (group >= 0) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}

/**
 * Tests stated shares against the images, each image an independent draw: exact binomial test and Clopper-Pearson interval a statement,
 * Holm's adjustment across them, rejected below .05. A range holds both its ends; a missing end is open.
 * @throws SondeError bad-request where a statement names what the data do not have
 */
export function testExpectations(statements: readonly Expectation[], data: ExpectationData): ExpectationResult[] {
  const counts = statements.map((statement) => countOf(statement, data));
  const pValues = statements.map(({ share }, i) => binomialTest(counts[i] as number, data.images, share));
  const adjusted = holm(pValues);
  return statements.map((statement, i) => ({
    statement,
    count: counts[i] as number,
    images: data.images,
    observed: clopperPearson(counts[i] as number, data.images),
    pValue: pValues[i] as number,
    adjustedPValue: adjusted[i] as number,
    rejected: (adjusted[i] as number) < LEVEL,
  }));
}

function countOf({ kind, name, low, high }: Expectation, data: ExpectationData): number {
  if (kind === 'label') {
    if (!data.labels.includes(name)) throw unknown(kind, name, [...new Set(data.labels)]);
    return data.labels.filter((label) => label === name).length;
  }
  if (kind === 'group') {
    const id = /^\d+$/.test(name) ? Number(name) : Number.NaN;
    const count = data.groups.get(id);
    if (count === undefined) throw unknown(kind, name, [...data.groups.keys()].map(String));
    return count;
  }
  const values = kind === 'attribute' ? data.attributes.get(name) : data.latents.get(name);
  if (!values) throw unknown(kind, name, [...(kind === 'attribute' ? data.attributes : data.latents).keys()]);
  return values.filter((value) => (low === null || value >= low) && (high === null || value <= high)).length;
}

function unknown(kind: string, name: string, known: string[]): SondeError {
  return new SondeError('bad-request', { name }, `the study has no ${kind} "${name}"; it has ${known.slice(0, 20).join(', ') || 'none'}`);
}
