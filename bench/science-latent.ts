/**
 * Neighbours and layouts beside scikit-learn and umap-learn, intrinsic dimension on known manifolds, PRDC against its package's example,
 * samples of the prior and of the mixture,
 * and what the comparison of two folders says under the null and under planted differences.
 *
 *   npm run bench -- science latent --fashion DIR [--studies DIR,DIR] [--only layouts,dimension,quality,comparison,coverage,samples]
 *
 * Halves of each finished study are compared in its features as well, if any is named.
 * DIR holds Fashion-MNIST's IDX files (or SONDE_FASHION_MNIST names it; else the bundled test images). SONDE_BENCH_PYTHON: a Python with
 * scikit-learn and umap-learn.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { unitRows } from '../src/engine/features/space.ts';
import { fitPixelPca, projectPixelPca } from '../src/engine/linear/pca.ts';
import { decodeNpy } from '../src/study/npy.ts';
import { comparisonTable } from './latent/comparison-table.ts';
import { coverageTable, halvesOf, normalPair } from './latent/coverage-table.ts';
import { dimensionTable } from './latent/dimension-table.ts';
import { fashionMnist } from './latent/idx.ts';
import { layoutTable } from './latent/layout-table.ts';
import { qualityTable } from './latent/quality-table.ts';
import { samplesTable } from './latent/samples-table.ts';
import { writeSection } from './results.ts';

const SEEDS = [0, 1, 2];
const SAMPLE = path.join(import.meta.dirname, '..', 'resources', 'sample');

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : undefined;
}

const pixels = await fashionMnist(option('fashion') ?? process.env.SONDE_FASHION_MNIST ?? SAMPLE);
const z = await projectPixelPca(await fitPixelPca(pixels, 16), pixels);

const sections: Record<string, () => Promise<[title: string, markdown: string]>> = {
  dimension: async () => {
    const area = pixels.size * pixels.size * pixels.channels;
    const images = { rows: 5000, columns: area, data: Float32Array.from(pixels.data.subarray(0, 5000 * area), (value) => value / 255) };
    return ['Intrinsic dimension', await dimensionTable(images, SEEDS)];
  },
  comparison: async () => ['Two folders', await comparisonTable(z, SEEDS)],
  coverage: async () => {
    const pairs = [
      ...[normalPair(2, 500, 500), normalPair(10, 500, 500), normalPair(10, 200, 1000), normalPair(10, 60, 60), normalPair(50, 500, 500)],
      ...[halvesOf('Fashion-MNIST, pixel PCA-16', z, 500, 500), halvesOf('Fashion-MNIST, pixel PCA-16', z, 200, 1000)],
    ];
    for (const folder of option('studies')?.split(',') ?? []) {
      const points = unitRows(decodeNpy(await readFile(path.join(folder, 'features.npy'))));
      const half = Math.floor(Math.min(1000, points.rows) / 2);
      pairs.push(halvesOf(`${path.basename(folder)}, features`, points, half, half));
      pairs.push(halvesOf(`${path.basename(folder)}, features`, points, Math.floor(half / 2), half));
    }
    return ['Coverage of two sets drawn alike', await coverageTable(pairs)];
  },
  layouts: async () => ['Neighbours and layouts', await layoutTable(z, SEEDS)],
  quality: async () => ['Precision, recall, density, coverage', await qualityTable(SEEDS)],
  samples: async () => ['Samples', await samplesTable(pixels, SEEDS)],
};
for (const name of option('only')?.split(',') ?? Object.keys(sections)) {
  const section = sections[name];
  if (!section) throw new RangeError(`no section ${name}: ${Object.keys(sections).join(', ')}`);
  const [title, markdown] = await section();
  await writeSection(title, 'npm run bench -- science latent --fashion DIR', markdown);
  process.stdout.write(`## ${title}\n\n${markdown}\n\n`);
}
