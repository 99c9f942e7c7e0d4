/**
 * Small groups planted into Fashion-MNIST: does the rarity score rank them first, and does a listed group name them? Three pairs of kinds,
 * three seeds, beside scikit-learn's ways on the same images; homogeneous kinds as the null control; the time that 60,000 images take.
 *
 *   npm run bench -- science groups --fashion DIR      (DIR holds the four IDX files; or SONDE_FASHION_MNIST)
 *   npm run bench -- science groups --hands DIR --cifar ZIP         (folders or zips whose subfolders are kinds)
 *     --seeds 0,1,2   --shares .02,.05,.1
 *     --short      one seed a pair (0, 1, 2) and no peers: two minutes instead of fifteen
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Group } from '../src/contract/report.ts';
import { FeatureExtractor } from '../src/engine/features/extractor.ts';
import { hogFeatures } from '../src/engine/features/hog.ts';
import type { Space } from '../src/engine/features/space.ts';
import { findGroups } from '../src/engine/groups/find-groups.ts';
import { fitPixelPca, projectPixelPca } from '../src/engine/linear/pca.ts';
import { attributeColumns } from '../src/engine/pixels/attribute-columns.ts';
import { attributesOf } from '../src/engine/pixels/attributes.ts';
import type { ImageFacts, PixelSet } from '../src/engine/pixels/pixel-set.ts';
import { Random } from '../src/engine/random.ts';
import { openPhotographs, PHOTOGRAPHS, SHARES } from './groups-photographs.ts';
import { areaUnderCurve, averagePrecision } from './ranking.ts';
import { writeSection } from './results.ts';

const SEEDS = (option('seeds') ?? '0,1,2').split(',').map(Number);
const COUNT = 6_000;
const DARK = 0.3;
const PAIRS = [
  { name: 'T-shirt, trouser', kinds: [0, 1] },
  { name: 'sneaker, boot', kinds: [7, 9] },
  { name: 'pullover, coat', kinds: [2, 4] },
];
const PLANTED = [
  { name: 'bag 1 %', kind: 8, share: 0.01 },
  { name: 'bag 2 %', kind: 8, share: 0.02 },
  { name: 'bag 5 %', kind: 8, share: 0.05 },
  { name: 'sandal 2 %', kind: 5, share: 0.02 },
  { name: 'dark 2 %', kind: null, share: 0.02 },
  { name: 'dark 3 %', kind: null, share: 0.03 },
];

interface Labelled {
  images: Uint8Array;
  labels: Uint8Array;
}

async function fashion(folder: string): Promise<Labelled> {
  const read = async (name: string, header: number) => new Uint8Array(gunzipSync(await readFile(path.join(folder, name)))).slice(header);
  return { images: await read('train-images-idx3-ubyte.gz', 16), labels: await read('train-labels-idx1-ubyte.gz', 8) };
}

const AREA = 28 * 28;

function pixelSet(images: Uint8Array): PixelSet {
  return { count: images.length / AREA, size: 28, channels: 1, data: images };
}

function take({ images }: Labelled, indices: ArrayLike<number>): Uint8Array {
  const taken = new Uint8Array(indices.length * AREA);
  for (let i = 0; i < indices.length; i += 1)
    taken.set(images.subarray((indices[i] as number) * AREA, ((indices[i] as number) + 1) * AREA), i * AREA);
  return taken;
}

function draw({ labels }: Labelled, kinds: readonly number[], count: number, random: Random): Uint32Array {
  const all: number[] = [];
  for (const [index, label] of labels.entries()) if (kinds.includes(label)) all.push(index);
  return random.shuffle(Uint32Array.from(all)).slice(0, count);
}

function plant(data: Labelled, kinds: readonly number[], { kind, share }: (typeof PLANTED)[number], seed: number) {
  const random = new Random(seed);
  const rare = Math.round(share * COUNT);
  const common = draw(data, kinds, kind === null ? COUNT : COUNT - rare, random);
  const images = take(data, kind === null ? common : [...common, ...draw(data, [kind], rare, random)]);
  const positive = Uint8Array.from({ length: COUNT }, (_, i) => (i >= COUNT - rare ? 1 : 0));
  if (kind === null)
    for (let at = (COUNT - rare) * AREA; at < images.length; at += 1) images[at] = Math.round((images[at] as number) * DARK);
  return { images, positive };
}

function factsOf({ count, size, data }: PixelSet): ImageFacts {
  const column = () => new Float32Array(count);
  const facts: ImageFacts = {
    path: Array.from({ length: count }, (_, i) => `#${i}`),
    label: new Array<string>(count).fill(''),
    width: new Uint32Array(count).fill(size),
    height: new Uint32Array(count).fill(size),
    bytes: new Float64Array(count).fill(AREA),
    brightness: column(),
    contrast: column(),
    saturation: column(),
    sharpness: column(),
    jpegQuality: new Float32Array(count).fill(Number.NaN),
    camera: new Array<string>(count).fill(''),
    takenAt: new Float64Array(count).fill(Number.NaN),
    contentHash: new Uint8Array(32 * count),
  };
  const rgb = new Uint8Array(3 * AREA);
  for (let image = 0; image < count; image += 1) {
    const luma = data.subarray(image * AREA, (image + 1) * AREA);
    luma.forEach((value, i) => {
      rgb.fill(value, 3 * i, 3 * i + 3);
    });
    const found = attributesOf(rgb, luma, size);
    for (const name of ['brightness', 'contrast', 'saturation', 'sharpness'] as const) facts[name][image] = found[name];
  }
  return facts;
}

interface Found {
  /** How rare what each image shows is, and its attributes. */
  scores: Float32Array;
  attributeScores: Float32Array;
  groups: Group[];
  members: Uint32Array[];
}

async function search(pixels: PixelSet, seed: number): Promise<Found> {
  const { extractor, features } = await FeatureExtractor.fit({ pixels, reader: null }, seed);
  const space: Space = { points: features, metric: 'cosine', names: extractor.names };
  extractor.dispose();
  return lookIn(space, pixels, attributeColumns(factsOf(pixels)), seed);
}

/** Sixteen principal components stand for the latents, so that the table needs no training. */
async function lookIn(features: Space, pixels: PixelSet, attributes: ReturnType<typeof attributeColumns>, seed: number): Promise<Found> {
  const z = await projectPixelPca(await fitPixelPca(pixels, 16), pixels);
  const active = Array.from({ length: z.columns }, (_, i) => i);
  const { groups, members, rarity, rarityAttributes } = await findGroups(
    { features, duplicateOf: new Int32Array(pixels.count).fill(-1), z, active, attributes },
    seed,
  );
  return { scores: rarity, attributeScores: rarityAttributes, groups: groups ?? [], members };
}

/** The listed group with the best F1 on the planted images, and its place in the list. */
function bestGroup(members: Uint32Array[], positive: Uint8Array): { f1: number; place: number } {
  const planted = positive.reduce((sum, value) => sum + value, 0);
  let best = { f1: 0, place: 0 };
  members.forEach((images, place) => {
    const hits = images.filter((image) => positive[image]).length;
    const f1 = (2 * hits) / (images.length + planted);
    if (f1 > best.f1) best = { f1, place: place + 1 };
  });
  return best;
}

type Scores = Record<string, { auroc: number; ap: number }>;

/** scikit-learn on the same images, or nothing where this Python lacks it. */
async function peers(images: Uint8Array, positive: Uint8Array, seed: number, shape?: Float32Array): Promise<Scores> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sonde-groups-'));
  try {
    await writeFile(path.join(folder, 'images.bin'), images);
    await writeFile(path.join(folder, 'positive.bin'), positive);
    if (shape) await writeFile(path.join(folder, 'shape.bin'), shape);
    const script = path.join(import.meta.dirname, 'peers', 'groups.py');
    const run = spawnSync(process.env.SONDE_BENCH_PYTHON ?? 'python3', [script, folder, String(seed)], { encoding: 'utf8' });
    if (run.status !== 0) {
      process.stderr.write(`peers left out: ${run.stderr.trim().split('\n').at(-1) ?? 'python3 is missing'}\n`);
      return {};
    }
    return JSON.parse(run.stdout) as Scores;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const two = (value: number) => value.toFixed(3).replace(/^0/, '');

async function plantedTable(data: Labelled, seedsOf: (pair: number) => number[], withPeers: boolean): Promise<string> {
  const lines: string[] = [];
  for (const [position, pair] of PAIRS.entries()) {
    const seeds = seedsOf(position);
    const rows = new Map<string, string[]>();
    for (const planted of PLANTED) {
      const scores = new Map<string, { auroc: number[]; ap: number[] }>();
      const best: { f1: number; place: number }[] = [];
      const add = (name: string, auroc: number, ap: number) => {
        const entry = scores.get(name) ?? { auroc: [], ap: [] };
        entry.auroc.push(auroc);
        entry.ap.push(ap);
        scores.set(name, entry);
      };
      for (const seed of seeds) {
        const { images, positive } = plant(data, pair.kinds, planted, seed);
        const found = await search(pixelSet(images), seed);
        add('**Sonde, rarity**', areaUnderCurve(found.scores, positive), averagePrecision(found.scores, positive));
        add(
          '**Sonde, rarity of attributes**',
          areaUnderCurve(found.attributeScores, positive),
          averagePrecision(found.attributeScores, positive),
        );
        best.push(bestGroup(found.members, positive));
        // The peers take five times as long, so they get the first seed alone.
        if (withPeers && seed === seeds[0])
          for (const [name, { auroc, ap }] of Object.entries(await peers(images, positive, seed)))
            add(`scikit-learn (seed 0), ${name}`, auroc, ap);
      }
      for (const [name, { auroc, ap }] of scores) rows.set(name, [...(rows.get(name) ?? []), `${two(mean(auroc))} / ${two(mean(ap))}`]);
      const name = 'best listed group: F1, place';
      rows.set(name, [
        ...(rows.get(name) ?? []),
        `${two(mean(best.map(({ f1 }) => f1)))}, ${mean(best.map(({ place }) => place)).toFixed(1)}`,
      ]);
      process.stderr.write(`${pair.name}: ${planted.name} done\n`);
    }
    lines.push(
      `Into ${pair.name}:`,
      '',
      `| | ${PLANTED.map(({ name }) => name).join(' | ')} |`,
      `|---|${PLANTED.map(() => '---').join('|')}|`,
      ...[...rows].map(([name, cells]) => `| ${name} | ${cells.join(' | ')} |`),
      '',
    );
  }
  return lines.join('\n');
}

/** One kind alone, nothing planted: groups are found all the same, as cohesive as planted ones. */
async function nullTable(data: Labelled): Promise<string> {
  const alone: Group[][] = [];
  for (let kind = 0; kind < 10; kind += 1)
    alone.push((await search(pixelSet(take(data, draw(data, [kind], 3_000, new Random(kind)))), 0)).groups);
  const cohesion = alone.map((groups) => Math.max(...groups.map((group) => group.cohesion)));
  const rare = alone.map((groups) => Math.max(...groups.map((group) => group.rarity)));
  const range = (values: number[]) => `${two(Math.min(...values))} to ${two(Math.max(...values))}`;
  return `Null control, each of the ten kinds alone (3,000 images, nothing planted): ${Math.min(...alone.map((groups) => groups.length))} to ${Math.max(...alone.map((groups) => groups.length))} groups are listed all the same; the most cohesive of a set has ${range(cohesion)}, the rarest a mean rarity of ${range(rare)}. Being listed is therefore no evidence of a group, and groups carry no p-value.`;
}

/** Kinds of photographs planted into others, one line a share. */
async function photographsTable(name: keyof typeof PHOTOGRAPHS, place: string, seeds: readonly number[]): Promise<string> {
  const plantInto = await openPhotographs(place);
  const shares = option('shares')?.split(',').map(Number) ?? SHARES;
  const lines = [
    `${name}, one kind planted into others; AUROC of the rarity and F1 of the best of the first five groups (place among all).`,
    '',
    '| | share | kNN on HOG / on PCA / isolation forest | own: rarity; group | with EfficientNet-Lite0: rarity; group |',
    '|---|---|---|---|---|',
  ];
  for (const { rare, common } of PHOTOGRAPHS[name])
    for (const share of shares) {
      const cells = new Map<string, { auroc: number; f1: number; place: number }[]>();
      const others: number[][] = [];
      for (const seed of seeds) {
        const { pixels, positive, attributes, spaces } = await plantInto(rare, common, share, seed);
        const hog = (await hogFeatures(pixels, {})).data;
        const scores = await peers(pixels.data, positive, seed, hog);
        others.push(PHOTOGRAPH_PEERS.map((peer) => scores[peer]?.auroc ?? Number.NaN));
        for (const { name: space, features } of spaces) {
          const found = await lookIn(features, pixels, attributes, seed);
          const { f1 } = bestGroup(found.members.slice(0, 5), positive);
          const row = { auroc: areaUnderCurve(found.scores, positive), f1, place: bestGroup(found.members, positive).place };
          cells.set(space, [...(cells.get(space) ?? []), row]);
        }
      }
      const peersCell = PHOTOGRAPH_PEERS.map((_, at) => two(mean(others.map((one) => one[at] as number)))).join(' / ');
      const cell = (rows: { auroc: number; f1: number; place: number }[] | undefined) =>
        rows
          ? `${two(mean(rows.map((row) => row.auroc)))}; ${two(mean(rows.map((row) => row.f1)))} (${mean(rows.map((row) => row.place)).toFixed(1)})`
          : '–';
      const own = cell(cells.get('own features'));
      lines.push(
        `| ${rare} into ${common.join(', ')} | ${share * 100} % | ${peersCell} | ${own} | ${cell(cells.get('with EfficientNet-Lite0'))} |`,
      );
      process.stderr.write(`${lines.at(-1)}\n`);
    }
  return `${lines.join('\n')}\n`;
}
const PHOTOGRAPH_PEERS = ['kNN (k 20) on HOG', 'kNN (k 50) on PCA 64', 'isolation forest on PCA 64'];

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : undefined;
}
const short = process.argv.includes('--short');
for (const name of ['hands', 'cifar'] as const) {
  const place = option(name);
  if (!place) continue;
  const markdown = await photographsTable(name, place, short ? [0] : SEEDS);
  process.stdout.write(markdown);
  await writeSection(
    `Small groups among photographs: ${name}`,
    `npm run bench -- science groups --${name} PLACE${short ? ' --short' : ` --seeds ${SEEDS}`}`,
    markdown,
  );
}
const folder = option('fashion') ?? process.env.SONDE_FASHION_MNIST;
if (!folder && (option('hands') || option('cifar'))) process.exit(0);
if (!folder) {
  process.stderr.write('Name the folder of Fashion-MNIST’s four IDX files: --fashion DIR, or SONDE_FASHION_MNIST.\n');
  process.exit(2);
}
const data = await fashion(folder);
const table = await plantedTable(data, (pair) => (short ? [pair] : SEEDS), !short);
const nullControl = await nullTable(data);
const all = pixelSet(data.images);
const started = performance.now();
await search(all, 0);
const seconds = (performance.now() - started) / 1000;
const markdown = `AUROC / average precision of ranking the planted images, ${short ? 'one seed a pair (0, 1, 2)' : 'mean over 3 seeds'}, ${COUNT.toLocaleString('en')} images each; dark images have ${DARK} of their level. Latents: 16 principal components.

${table}
${nullControl}

All ${all.count.toLocaleString('en')} training images, features and attributes included: ${seconds.toFixed(1)} s.
`;
process.stdout.write(markdown);
await writeSection('Small groups', `npm run bench -- science groups --fashion DIR${short ? ' --short' : ''}`, markdown);
