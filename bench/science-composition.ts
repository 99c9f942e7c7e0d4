/**
 * Folders of 2 to 6 kinds at known, unlike shares: how well the composition tells them, beside scikit-learn's clusterings of the same
 * features, and whether its intervals hold the true shares; one kind alone and clouds of one mode as the null control.
 *
 *   npm run bench -- science composition --hands DIR --cifar ZIP --fashion DIR     (subfolders are kinds; DIR holds the IDX files)
 *     --draws N    draws for each number of kinds (2)
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Kind } from '../src/contract/report.ts';
import { findComposition } from '../src/engine/composition/find-composition.ts';
import { growTree } from '../src/engine/composition/image-tree.ts';
import type { Branch } from '../src/engine/composition/kinds-tree.ts';
import { type Space, unitRows } from '../src/engine/features/space.ts';
import type { Matrix } from '../src/engine/linear/matrix.ts';
import { Random } from '../src/engine/random.ts';
import { drawKinds, fashion, type LabelledImages, photographs, spacesOf } from './composition-draws.ts';
import { adjustedRandIndex } from './ranking.ts';
import { writeSection } from './results.ts';

const KINDS = [2, 3, 4, 5, 6];
const LEVELS = [2, 3, 4, 5, 6, 7, 8];
/** A kind was found where the Jaccard index of its images with the label's is so much. */
const FOUND = 0.75;

const noCopies = (space: Space) => new Int32Array(space.points.rows).fill(-1);
const look = (features: Space, seed: number) =>
  findComposition({ features, duplicateOf: noCopies(features), variables: [], cluster: Int32Array.from(noCopies(features).keys()) }, seed);
const two = (value: number) => value.toFixed(2).replace(/^0/, '');

/** The tree cut where its branches are least joined, into so many. */
function cut(tree: Branch, count: number): Int32Array {
  const open = [tree];
  while (open.length < count) {
    const next = open.filter(({ children }) => children).sort((a, b) => a.affinity - b.affinity)[0];
    if (!next?.children) break;
    open.splice(open.indexOf(next), 1, ...next.children);
  }
  const level = new Int32Array(tree.members.length);
  for (const [number, { members }] of open.entries()) for (const node of members) level[node] = number;
  return level;
}

/** Of the labels that a kind shows: how many there are, and of how many the interval holds the true share. */
function sharesOf(kinds: readonly Kind[], kind: Int32Array, labels: readonly string[]): { found: number; inside: number } {
  const within = (id: number, image: number): boolean => {
    for (let at: number | null = kind[image] as number; at !== null; at = kinds[at]?.parent ?? null) if (at === id) return true;
    return false;
  };
  const best = new Map<string, { jaccard: number; inside: boolean }>();
  for (const { id, count, share } of kinds.slice(1))
    for (const label of new Set(labels)) {
      const own = labels.filter((other) => other === label).length;
      const shared = labels.filter((other, image) => other === label && within(id, image)).length;
      const jaccard = shared / (own + count - shared);
      if (jaccard < FOUND || jaccard <= (best.get(label)?.jaccard ?? 0)) continue;
      best.set(label, { jaccard, inside: share.low <= own / labels.length && own / labels.length <= share.high });
    }
  return { found: best.size, inside: [...best.values()].filter(({ inside }) => inside).length };
}

async function peers(points: Matrix, labels: readonly string[], seed: number): Promise<Record<string, [number, number | null]>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sonde-composition-'));
  try {
    const names = [...new Set(labels)];
    await writeFile(path.join(folder, 'points.bin'), points.data);
    await writeFile(
      path.join(folder, 'labels.bin'),
      Uint8Array.from(labels, (label) => names.indexOf(label)),
    );
    const script = path.join(import.meta.dirname, 'peers', 'composition.py');
    const run = spawnSync(process.env.SONDE_BENCH_PYTHON ?? 'python3', [script, folder, String(points.rows), String(seed)], {
      encoding: 'utf8',
    });
    if (run.status === 0) return JSON.parse(run.stdout) as Record<string, [number, number | null]>;
    process.stderr.write(`peers left out: ${run.stderr.trim().split('\n').at(-1) ?? 'python3 is missing'}\n`);
    return {};
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Sums {
  draws: number;
  kinds: number;
  shown: number;
  found: number;
  inside: number;
  seconds: number;
  images: number;
  indices: Map<string, { best: number; true: number }>;
}

async function planted(data: LabelledImages, draws: number): Promise<Map<string, Sums>> {
  const all = new Map<string, Sums>();
  for (const count of KINDS)
    for (let draw = 0; draw < draws; draw += 1) {
      const rows = drawKinds(data, count, new Random(1000 * count + draw));
      const labels = Array.from(rows, (row) => data.labels[row] as string);
      for (const [name, space] of await spacesOf(data, rows, draw)) {
        const sums = all.get(name) ?? { draws: 0, kinds: 0, shown: 0, found: 0, inside: 0, seconds: 0, images: 0, indices: new Map() };
        all.set(name, sums);
        const started = process.cpuUsage();
        const { composition, kind } = await look(space, draw);
        const { user, system } = process.cpuUsage(started);
        const shares = sharesOf(composition?.kinds ?? [], kind, labels);
        sums.draws += 1;
        sums.kinds += count;
        sums.images += rows.length;
        sums.seconds += (user + system) / 1e6;
        sums.found += shares.found;
        sums.inside += shares.inside;
        sums.shown += adjustedRandIndex(kind, labels);
        const unit = unitRows(space.points);
        const { tree } = await growTree(unit, noCopies(space), { smallest: 0.02, seed: draw });
        const own: Record<string, [number, number | null]> = {
          'Sonde, its tree': [
            Math.max(...LEVELS.map((level) => adjustedRandIndex(cut(tree, level), labels))),
            adjustedRandIndex(cut(tree, count), labels),
          ],
        };
        for (const [way, [best, atTrue]] of Object.entries({ ...own, ...(await peers(unit, labels, draw)) })) {
          const entry = sums.indices.get(way) ?? { best: 0, true: 0 };
          sums.indices.set(way, { best: entry.best + best, true: entry.true + (atTrue ?? Number.NaN) });
        }
      }
      process.stderr.write(`${count} kinds, draw ${draw} done\n`);
    }
  return all;
}

/** How many of the kinds, each on its own, are parted. */
async function alone(data: LabelledImages): Promise<Map<string, string[]>> {
  const parted = new Map<string, string[]>();
  for (const label of [...new Set(data.labels)].sort()) {
    const rows = Uint32Array.from(data.labels.flatMap((other, row) => (other === label ? [row] : [])));
    for (const [name, space] of await spacesOf(data, rows, 0)) {
      const list = parted.get(name) ?? [];
      if (((await look(space, 0)).composition?.kinds.length ?? 1) > 1) list.push(label);
      parted.set(name, list);
    }
  }
  return parted;
}

/** Clouds of one mode: how many of 20 draws are parted, 600 points each. */
async function clouds(): Promise<string[]> {
  const shapes: [name: string, columns: number, value: (random: Random, axis: number, length: number) => number][] = [
    ['Gaussian, 10 like axes', 10, (random) => random.normal()],
    ['Gaussian, 60 axes of deviation 1 / i', 60, (random, axis) => random.normal() / (axis + 1)],
    ['log-normal, 20 axes of deviation 1 / i', 20, (random, axis) => Math.exp(random.normal()) / (axis + 1)],
    ['Student, 3 degrees, 40 axes', 40, (random, axis, length) => (random.normal() * length) / Math.sqrt(axis + 1)],
    ['uniform, 5 axes', 5, (random) => random.uniform() - 0.5],
  ];
  const lines: string[] = [];
  for (const [name, columns, value] of shapes) {
    let parted = 0;
    for (let draw = 0; draw < 20; draw += 1) {
      const random = new Random(100 + draw);
      const points: Matrix = { rows: 600, columns, data: new Float32Array(600 * columns) };
      for (let row = 0; row < 600; row += 1) {
        const length = Math.sqrt(3 / (random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2));
        for (let axis = 0; axis < columns; axis += 1) points.data[row * columns + axis] = value(random, axis, length);
      }
      if (((await look({ points, metric: 'cosine', names: ['shape_00'] }, draw)).composition?.kinds.length ?? 1) > 1) parted += 1;
    }
    lines.push(`${name}: ${parted} of 20`);
  }
  return lines;
}

/** Seconds of processor time for so many points of six clouds. */
async function cost(rows: number): Promise<number> {
  const random = new Random(0);
  const points: Matrix = { rows, columns: 128, data: Float32Array.from({ length: 128 * rows }, () => random.normal()) };
  for (let row = 0; row < rows; row += 1) points.data[128 * row + (row % 6)] = 8;
  const started = process.cpuUsage();
  await look({ points, metric: 'cosine', names: ['shape_00'] }, 0);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : undefined;
}
const draws = Number(option('draws') ?? 2);
const sets: [string, LabelledImages][] = [];
for (const name of ['hands', 'cifar'] as const) {
  const place = option(name);
  if (place) sets.push([name, await photographs(place)]);
}
const folder = option('fashion') ?? process.env.SONDE_FASHION_MNIST;
if (folder) sets.push(['Fashion-MNIST', await fashion(folder)]);
if (sets.length === 0) {
  process.stderr.write(
    'Name photographs whose subfolders are kinds (--hands DIR, --cifar ZIP) or Fashion-MNIST’s folder (--fashion DIR).\n',
  );
  process.exit(2);
}
const rows: string[] = [];
const controls: string[] = [];
for (const [name, data] of sets) {
  for (const [space, sums] of await planted(data, draws)) {
    const ways = [...sums.indices].map(([way, { best, true: atTrue }]) => {
      const given = Number.isNaN(atTrue) ? '' : ` / ${two(atTrue / sums.draws)}`;
      return `${way} ${two(best / sums.draws)}${given}`;
    });
    rows.push(
      `| ${name}, ${space} | ${two(sums.shown / sums.draws)} | ${ways.join('; ')} | ${sums.found} of ${sums.kinds} | ${sums.inside} of ${sums.found} | ${two(sums.seconds / sums.draws)} (${Math.round(sums.images / sums.draws)}) |`,
    );
    process.stderr.write(`${rows.at(-1)}\n`);
  }
  for (const [space, parted] of await alone(data))
    controls.push(
      `${name}, ${space}: ${parted.length} of ${new Set(data.labels).size} kinds${parted.length > 0 ? ` (${parted.join(', ')})` : ''}`,
    );
}
const markdown = `Folders of 2 to 6 kinds, ${draws} draws for each number, the first kind with all its images (of hands and CIFAR at most 250, of Fashion-MNIST's test images 700), the others with .3 to 1 of that. Adjusted Rand index of what is shown (deepest kinds), and, told how many kinds to cut into, at the best of 2 to 8 / at the true number. Found: a label whose images have a Jaccard index of at least ${FOUND} with some kind's; inside: its true share lies in that kind's 95 % interval. Processor seconds a folder (mean images), features not included.

| | shown | best / true number of kinds | kinds found | inside | seconds |
|---|---|---|---|---|---|
${rows.join('\n')}

Null control, one kind alone, parted: ${controls.join('; ')}. Clouds of one mode, 600 points by cosine, parted: ${(await clouds()).join('; ')}.

Processor seconds for points of 128 columns in six clouds: 2,000 images ${two(await cost(2_000))}, 20,000 images ${two(await cost(20_000))}, 100,000 images ${two(await cost(100_000))}.
`;
process.stdout.write(markdown);
await writeSection('Composition', `npm run bench -- science composition --hands DIR --cifar ZIP --fashion DIR --draws ${draws}`, markdown);
