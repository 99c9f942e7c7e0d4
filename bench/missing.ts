/**
 * What is missing, on finished studies: what is said of each as it is, how often something is said where every attribute and factor is dealt out
 * anew to the images, and whether the dark images that are taken from one of its kinds are named.
 *
 *   npm run bench -- missing --study DIR[,DIR...]   [--draws 200]
 */

import type { AttributeName, BiasReport } from '../src/contract/report.ts';
import { factorColumn } from '../src/contract/study.ts';
import { OpenedStudy } from '../src/engine/analysis/opened-study.ts';
import { findMissing, type MissingInput } from '../src/engine/findings/missing-combinations.ts';
import { Random } from '../src/engine/random.ts';
import { readReport } from '../src/study/report-file.ts';
import { writeSection } from './results.ts';

const ATTRIBUTES = ['brightness', 'contrast', 'saturation', 'sharpness'] as const;
const LEAST_SHARE = 0.05;
const TAKEN = [1 / 4, 1 / 3];

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : undefined;
}

async function read(folder: string): Promise<{ input: MissingInput; report: BiasReport }> {
  const study = new OpenedStudy(folder);
  try {
    const table = await study.columns(null);
    const report = await readReport(folder);
    const column = (name: string) => Float32Array.from(table.get(name) as Float32Array);
    const duplicateOf = table.get('duplicate_of') as Int32Array;
    const input: MissingInput = {
      composition: report.composition,
      kind: table.get('kind') as Int32Array,
      attributes: new Map<AttributeName, Float32Array>(ATTRIBUTES.map((name) => [name, column(name)])),
      attributeParts: [],
      factors: (report.factors ?? []).map((factor) => ({ ...factor, values: column(factorColumn(factor.factor)) })),
      distinct: [...duplicateOf.keys()].filter((image) => duplicateOf[image] === -1),
      z: null,
    };
    return { input, report };
  } finally {
    await study.close();
  }
}

/** Every attribute and factor in another order of the images: all is independent. */
function dealt(input: MissingInput, random: Random): MissingInput {
  const anew = (values: Float32Array) => {
    const order = random.shuffle(Uint32Array.from(values.keys()));
    return Float32Array.from(order, (image) => values[image] as number);
  };
  return {
    ...input,
    attributes: new Map([...input.attributes].map(([name, values]) => [name, anew(values)])),
    factors: input.factors.map((factor) => ({ ...factor, values: anew(factor.values) })),
  };
}

/** How often the darkest images of the folder, taken from one kind alone, are named as missing from it. */
function planted(input: MissingInput, report: BiasReport): string {
  const kinds = report.composition?.kinds ?? [];
  const brightness = input.attributes.get('brightness') as Float32Array;
  const sorted = Float32Array.from(input.distinct, (image) => brightness[image] as number).sort();
  let [found, first, all] = [0, 0, 0];
  for (const { id, parent, rest, count } of kinds) {
    if (parent === null || rest || count < LEAST_SHARE * brightness.length) continue;
    const within = (image: number): boolean => {
      let at: number | null = input.kind[image] as number;
      while (at !== null && at >= 0 && at !== id) at = kinds[at]?.parent ?? null;
      return at === id;
    };
    for (const share of TAKEN) {
      const cut = sorted[Math.floor(share * sorted.length)] as number;
      const distinct = input.distinct.filter((image) => !(within(image) && (brightness[image] as number) < cut));
      const combinations = findMissing({ ...input, distinct })?.combinations ?? [];
      const place = combinations.findIndex(
        ({ parts: [a, b] }) =>
          a.kind === 'kind' && a.id === id && b.kind === 'attribute' && b.attribute === 'brightness' && b.side === 'low',
      );
      all += 1;
      found += Number(place >= 0);
      first += Number(place === 0);
      process.stderr.write(
        `kind ${id}, the darkest ${share.toFixed(2)}: ${input.distinct.length - distinct.length} taken, place ${place + 1}\n`,
      );
    }
  }
  return `${found} of ${all} (first: ${first})`;
}

const draws = Number(argument('draws') ?? 200);
const rows: string[] = [];
for (const folder of (argument('study') ?? '').split(',')) {
  const { input, report } = await read(folder);
  const found = findMissing(input);
  const random = new Random(1);
  let claimed = 0;
  for (let draw = 0; draw < draws; draw += 1) claimed += Number((findMissing(dealt(input, random))?.combinations.length ?? 0) > 0);
  const row = [report.name, found?.tested, found?.combinations.length, `${claimed} of ${draws}`, planted(input, report)];
  process.stderr.write(`${row.join(', ')}\n`);
  rows.push(`| ${row.join(' | ')} |`);
}
await writeSection(
  'What is missing',
  'npm run bench -- missing --study DIR,DIR',
  [
    'Null: attributes and factors dealt out anew. Planted: from each kind of at least 5 % of the images the folder’s darkest quarter, or third, is taken away; found: that kind with low brightness is listed.',
    '',
    '| folder | pairs tested | listed as it is | null: folders of which something is said | planted: named |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n'),
);
