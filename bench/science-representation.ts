/**
 * How well the spaces that images are compared in tell kinds apart that no label was given of: accuracy of the 15 nearest neighbours,
 * five folds, on folders whose subfolders are kinds.
 *
 *   npm run bench -- science representation --hands DIR --cifar ZIP --fashion DIR [--study DIR] [--seeds 0,1,2]
 *
 * The encoder is looked through where the program would: where the images are photographs. Each is optional. DIR and ZIP hold subfolders named by kind; --fashion: the folder of Fashion-MNIST's IDX files with the labels of the
 * test images. --study: a study whose latents are judged too.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { OpenedStudy } from '../src/engine/analysis/opened-study.ts';
import { findDuplicates } from '../src/engine/duplicates/near-duplicates.ts';
import { loadEncoder } from '../src/engine/features/encoder-file.ts';
import { FeatureExtractor } from '../src/engine/features/extractor.ts';
import { arePhotographs } from '../src/engine/features/photographs.ts';
import { columnsOf } from '../src/engine/features/space.ts';
import { layoutImages } from '../src/engine/latent/layout-images.ts';
import { fitPixelPca, projectPixelPca } from '../src/engine/linear/pca.ts';
import { decodeSource } from '../src/engine/pixels/decode-source.ts';
import { SourceReader } from '../src/engine/pixels/source-reader.ts';
import { openSource } from '../src/engine/source/open-source.ts';
import { neighbourAccuracy } from './representation/neighbour-accuracy.ts';
import { writeSection } from './results.ts';

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : undefined;
}
const seeds = (option('seeds') ?? '0,1,2').split(',').map(Number);

interface Folder {
  name: string;
  source: string;
  labels?: readonly string[];
}

async function folders(): Promise<Folder[]> {
  const [hands, cifar, fashion] = [option('hands'), option('cifar'), option('fashion')];
  const found: Folder[] = [];
  if (hands) found.push({ name: 'hands', source: path.resolve(hands) });
  if (cifar) found.push({ name: 'CIFAR-10', source: path.resolve(cifar) });
  if (fashion) {
    const labels = gunzipSync(await readFile(path.join(fashion, 't10k-labels-idx1-ubyte.gz'))).subarray(8);
    found.push({
      name: 'Fashion-MNIST test',
      source: path.resolve(fashion, 't10k-images-idx3-ubyte.gz'),
      labels: Array.from(labels, String),
    });
  }
  return found;
}

const OWN = ['colour', 'shape', 'patches'];
const SPACES: Record<string, string[]> = {
  colour: ['colour'],
  'shape (HOG)': ['shape'],
  'patch dictionary': ['patches'],
  '**the three**': OWN,
  'EfficientNet-Lite0 at 128 px': ['encoder'],
  '**the three and EfficientNet-Lite0**': [...OWN, 'encoder'],
};

const LAID_OUT: Record<string, string[]> = {
  'UMAP of the three, two dimensions': OWN,
  '**UMAP of the three and EfficientNet-Lite0**, two dimensions': [...OWN, 'encoder'],
};

const table = new Map<string, string[]>();
const put = (row: string, values: readonly number[]): void => {
  if (values.length === 0) {
    table.set(row, [...(table.get(row) ?? []), '–']);
    return;
  }
  const spread = values.length > 1 && Math.max(...values) > Math.min(...values);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const cell = mean.toFixed(3).slice(1) + (spread ? ` (${values.map((value) => value.toFixed(3).slice(1)).join(', ')})` : '');
  table.set(row, [...(table.get(row) ?? []), cell]);
};
const heads: string[] = [];
for (const { name, source: place, labels: given } of await folders()) {
  const source = await openSource(place, {});
  const { pixels, facts } = await decodeSource(source, { size: null, color: null, folder: null, limit: null });
  const labels = given ?? facts.label;
  heads.push(`${name}, ${pixels.count} at ${pixels.size}`);
  put('pixels, PCA 64', [await neighbourAccuracy(await projectPixelPca(await fitPixelPca(pixels, 64), pixels), labels)]);
  const { duplicateOf } = await findDuplicates(facts, pixels);
  const results = new Map<string, number[]>();
  const times: string[] = [];
  for (const seed of seeds) {
    const started = process.cpuUsage();
    const encoder = arePhotographs(pixels, facts) ? await loadEncoder('efficientnet-lite0') : null;
    const images = { pixels, reader: encoder && new SourceReader(source, facts.path) };
    const { extractor, features } = await FeatureExtractor.fit(images, seed, encoder);
    const { user, system } = process.cpuUsage(started);
    times.push(`${((user + system) / 1e6).toFixed(0)}`);
    // A column is named by its block and the number of its component.
    const columnsOfBlocks = (blocks: readonly string[]) =>
      columnsOf(features, extractor.names, (name) => blocks.includes(name.replace(/_\d+$/, '')));
    for (const [space, blocks] of Object.entries(SPACES)) {
      const points = columnsOfBlocks(blocks);
      if (points.columns > 0 && (!blocks.includes('encoder') || encoder))
        results.set(space, [...(results.get(space) ?? []), await neighbourAccuracy(points, labels)]);
    }
    for (const [space, blocks] of Object.entries(LAID_OUT)) {
      const points = columnsOfBlocks(blocks);
      if (blocks.includes('encoder') && !encoder) continue;
      const positions = await layoutImages({ points, metric: 'cosine', names: [] }, duplicateOf, { seed });
      const places = { rows: pixels.count, columns: 2, data: positions };
      results.set(space, [...(results.get(space) ?? []), await neighbourAccuracy(places, labels, 'euclidean')]);
    }
    extractor.dispose();
  }
  for (const space of [...Object.keys(SPACES), ...Object.keys(LAID_OUT)]) put(space, results.get(space) ?? []);
  table.set('processor seconds, all of them', [...(table.get('processor seconds, all of them') ?? []), times.join(', ')]);
}
const studied = option('study');
if (studied) {
  const study = new OpenedStudy(path.resolve(studied));
  const label = (await study.table()).get('label') as string[];
  process.stdout.write(`latents of ${studied}: ${(await neighbourAccuracy(await study.latents(), label)).toFixed(3)}\n`);
}

const markdown = [
  `Accuracy of the 15 nearest neighbours by cosine, five folds (stratified, in file order), the subfolder as label, which enters nothing else; mean (each) of seeds ${seeds.join(', ')}. Blocks are half whitened principal components (docs/method/features.md).`,
  '',
  `| space | ${heads.join(' | ')} |`,
  `|---|${heads.map(() => '---').join('|')}|`,
  ...[...table].map(([row, cells]) => `| ${row} | ${cells.join(' | ')} |`),
].join('\n');
await writeSection('Representation', 'npm run bench -- science representation --hands DIR --cifar ZIP --fashion DIR', markdown);
process.stdout.write(`${markdown}\n`);
