/**
 * Do factors part a folder of two kinds, and do they name two kinds where there is one? Two kinds in equal parts: the best of the first
 * five listed factors as a ranking of one kind before the other, beside the best single latent and the best of as many principal
 * components of the pixels. One kind alone, as the null control: how often a factor is said to have two modes.
 *
 *   npm run bench -- science factors [--hands DIR] [--cifar ZIP] [--fashion DIR] [--seeds 0,1,2] [--epochs 4]
 *
 * DIR and ZIP hold subfolders named by kind; --fashion: the folder of Fashion-MNIST's four IDX files. Labels judge and enter nothing.
 */
import path from 'node:path';
import { analysisOptions } from '../src/contract/analysis.ts';
import { distinctImages } from '../src/engine/analysis/distinct-images.ts';
import { type Factor, findFactors } from '../src/engine/factors/find-factors.ts';
import { loadEncoder } from '../src/engine/features/encoder-file.ts';
import { FeatureExtractor } from '../src/engine/features/extractor.ts';
import { columnOf, type Matrix } from '../src/engine/linear/matrix.ts';
import { fitPixelPca, projectPixelPca } from '../src/engine/linear/pca.ts';
import { encodeAll } from '../src/engine/model/encode-all.ts';
import { trainModel } from '../src/engine/model/train.ts';
import type { PixelSet } from '../src/engine/pixels/pixel-set.ts';
import { Random } from '../src/engine/random.ts';
import { draw, pixelSet, readLabelled, take } from './outliers/fashion.ts';
import { readFolder, rowsOf, some } from './outliers/photograph-folder.ts';
import { areaUnderCurve } from './ranking.ts';
import { writeSection } from './results.ts';

const LISTED = 5;
const PAIRS = {
  hands: [
    ['0', '5'],
    ['1', '8'],
  ],
  cifar: [
    ['cat', 'truck'],
    ['automobile', 'frog'],
  ],
  fashion: [
    [0, 7],
    [2, 9],
  ],
} as const;
const CLOTHES = ['T-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'boot'];
const CLOTHES_OF_A_KIND = 1000;
const NULL_KINDS = 10;
const NULL_SEEDS = [0, 1];

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : undefined;
}
const seeds = (option('seeds') ?? '0,1,2').split(',').map(Number);
const epochs = Number(option('epochs') ?? 4);

interface ImageSet {
  pixels: PixelSet;
  /** n x d, as the program would compare the images by. */
  features: Matrix;
}

async function factorsOf({ pixels, features }: ImageSet, kind: 'vae' | 'pca', seed: number) {
  const { model, summary } = await trainModel(pixels, analysisOptions.parse({ model: kind, epochs, seed }));
  const z = (await encodeAll(model, pixels, seed)).mean;
  const distinct = distinctImages(pixels);
  const active = summary.activeLatents;
  const factors = (await findFactors({ z, active, distinct, features, decode: (codes) => model.decode(codes) }, seed)) ?? [];
  model.dispose();
  return { factors: factors.filter(({ stable }) => stable), z, active };
}

const either = (scores: ArrayLike<number>, positive: Uint8Array): number => {
  const area = areaUnderCurve(scores, positive);
  return Math.max(area, 1 - area);
};
const short = (value: number): string => value.toFixed(3).replace(/^0/, '');
const spread = (values: readonly number[]): string => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.length > 1 ? `${short(mean)} (${values.map(short).join(', ')})` : short(mean);
};

const rows: string[] = [];
async function judge(name: string, kind: 'vae' | 'pca', sets: readonly { set: ImageSet; positive: Uint8Array }[]): Promise<void> {
  const best: number[] = [];
  const places: number[] = [];
  const latents: number[] = [];
  const components: number[] = [];
  const named: string[] = [];
  for (const [i, { set, positive }] of sets.entries()) {
    const { factors, z, active } = await factorsOf(set, kind, seeds[i] as number);
    const areas = factors.slice(0, LISTED).map(({ values }) => either(values, positive));
    best.push(Math.max(...areas));
    places.push(areas.indexOf(Math.max(...areas)) + 1);
    latents.push(Math.max(...active.map((latent) => either(columnOf(z, latent), positive))));
    const pca = await projectPixelPca(await fitPixelPca(set.pixels, z.columns), set.pixels);
    components.push(Math.max(...Array.from({ length: pca.columns }, (_, at) => either(columnOf(pca, at), positive))));
    named.push(shareOf(factors[(places[i] as number) - 1] as Factor, positive));
  }
  const row = `| ${name} | ${kind === 'pca' ? 'PCA' : 'default'} | ${spread(best)} | ${places.join(', ')} | ${named.join(', ')} | ${spread(latents)} | ${spread(components)} |`;
  process.stdout.write(`${row}\n`);
  rows.push(row);
}

/** Whether it is said to have two modes, and whether its interval holds the true share. */
function shareOf({ modes, values }: Factor, positive: Uint8Array): string {
  if (!modes) return 'no';
  const share = positive.reduce((sum, one) => sum + one, 0) / positive.length;
  const high = values.reduce((sum, value, i) => sum + (value > modes.cut === (positive[i] === 1) ? 1 : 0), 0) / values.length >= 0.5;
  const said = (high ? modes.high : modes.low).share;
  return share >= said.low && share <= said.high ? 'yes' : `yes (${short(said.low)} to ${short(said.high)})`;
}

const control: string[] = [];
async function judgeNull(name: string, sets: AsyncIterable<ImageSet>): Promise<void> {
  let [accused, all] = [0, 0];
  for await (const set of sets) {
    const { factors } = await factorsOf(set, 'pca', all);
    if (factors.some(({ modes }) => modes)) accused += 1;
    all += 1;
  }
  const row = `| ${name} | ${all} | ${accused} |`;
  process.stdout.write(`${row}\n`);
  control.push(row);
}

async function photographs(name: 'hands' | 'cifar', place: string): Promise<void> {
  const folder = await readFolder(path.resolve(place), null);
  const setOf = async (chosen: Uint32Array, seed: number, lens: boolean): Promise<ImageSet> => {
    const images = some(folder, chosen, lens);
    const { extractor, features } = await FeatureExtractor.fit(images, seed, lens ? await loadEncoder('efficientnet-lite0') : null);
    extractor.dispose();
    return { pixels: images.pixels, features };
  };
  for (const [one, other] of PAIRS[name]) {
    const sets: { set: ImageSet; positive: Uint8Array }[] = [];
    for (const seed of seeds) {
      const random = new Random(seed);
      const [a, b] = [rowsOf(folder, [one], random), rowsOf(folder, [other], random)];
      const each = Math.min(a.length, b.length);
      const chosen = Uint32Array.from([...a.slice(0, each), ...b.slice(0, each)]).sort();
      const firsts = new Set(a.slice(0, each));
      sets.push({ set: await setOf(chosen, seed, true), positive: Uint8Array.from(chosen, (row) => (firsts.has(row) ? 1 : 0)) });
    }
    for (const kind of ['vae', 'pca'] as const) await judge(`${name}: ${one} and ${other}`, kind, sets);
  }
  const kinds = [...new Set(folder.labels)].sort().slice(0, NULL_KINDS);
  async function* alone(): AsyncIterable<ImageSet> {
    for (const seed of NULL_SEEDS)
      for (const kind of kinds) {
        const all = rowsOf(folder, [kind], new Random(seed));
        // Another seed is another half, so that the sets differ.
        yield await setOf(seed === 0 ? all : all.slice(0, Math.ceil(all.length / 2)), seed, false);
      }
  }
  await judgeNull(`${name}: one kind alone`, alone());
}

async function clothes(folder: string): Promise<void> {
  const data = await readLabelled(folder, 'train');
  const setOf = async (chosen: Uint32Array, seed: number): Promise<ImageSet> => {
    const pixels = pixelSet(take(data.images, chosen));
    const { extractor, features } = await FeatureExtractor.fit({ pixels, reader: null }, seed, null);
    extractor.dispose();
    return { pixels, features };
  };
  for (const [one, other] of PAIRS.fashion) {
    const sets: { set: ImageSet; positive: Uint8Array }[] = [];
    for (const seed of seeds) {
      const random = new Random(seed);
      const of = (kind: number) => [...draw(data, (label) => label === kind, CLOTHES_OF_A_KIND, random)];
      const chosen = Uint32Array.from([...of(one), ...of(other)]).sort();
      sets.push({ set: await setOf(chosen, seed), positive: Uint8Array.from(chosen, (row) => (data.labels[row] === one ? 1 : 0)) });
    }
    for (const kind of ['vae', 'pca'] as const) await judge(`clothes: ${CLOTHES[one]} and ${CLOTHES[other]}`, kind, sets);
  }
  async function* alone(): AsyncIterable<ImageSet> {
    for (const seed of NULL_SEEDS)
      for (let kind = 0; kind < NULL_KINDS; kind += 1)
        yield await setOf(
          draw(data, (label) => label === kind, CLOTHES_OF_A_KIND, new Random(seed)),
          seed,
        );
  }
  await judgeNull('clothes: one kind alone', alone());
}

const [hands, cifar, fashion] = [option('hands'), option('cifar'), option('fashion')];
if (hands) await photographs('hands', hands);
if (cifar) await photographs('cifar', cifar);
if (fashion) await clothes(fashion);
await writeSection(
  'Factors',
  'npm run bench -- science factors --hands DIR --cifar ZIP --fashion DIR',
  [
    `Two kinds in equal parts; seeds ${seeds.join(', ')}, default model of ${epochs} epochs. AUROC, in either direction, of the best of the first ${LISTED} stable factors; its place; whether two modes are said of it (with the interval of the share where it misses the true one); the best latent and the best principal component of the pixels, of as many.`,
    '',
    '| kinds | model | best factor | place | two modes | best latent | best component |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    'Null control: one kind alone (whole, and half of it with another seed; PCA of the pixels), sets of which a factor is said to have two modes.',
    '',
    '| | sets | accused |',
    '|---|---|---|',
    ...control,
  ].join('\n'),
);
