import { intrinsicDimension } from '../../src/engine/latent/intrinsic-dimension.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { manifolds } from './manifolds.ts';

const POINTS = 20_000;

/** Mean over the seeds of each estimate, and the largest relative error of one. */
export async function dimensionTable(images: Matrix, seeds: number[]): Promise<string> {
  const lines = ['| data | TwoNN | Levina-Bickel | MacKay-Ghahramani | largest error |', '|---|---|---|---|---|'];
  const row = async (name: string, truth: number | null, draw: (seed: number) => Matrix) => {
    const found: (readonly [number, number, number])[] = [];
    for (const seed of seeds) {
      const estimates = await intrinsicDimension(draw(seed), { seed });
      found.push([estimates.twoNN.value, estimates.levinaBickel.value, estimates.mackayGhahramani.value] as const);
    }
    const means = [0, 1, 2].map((which) => (found.reduce((sum, one) => sum + one[which as 0 | 1 | 2], 0) / found.length).toFixed(2));
    const error = truth === null ? '' : `${(100 * Math.max(...found.flat().map((value) => Math.abs(value / truth - 1)))).toFixed(1)} %`;
    lines.push(`| ${name} | ${means.join(' | ')} | ${error} |`);
  };
  for (const { name, dimension, draw } of manifolds) await row(`${name}, d = ${dimension}`, dimension, (seed) => draw(POINTS, seed));
  await row(`Fashion-MNIST, pixels`, null, () => images);
  return `${POINTS.toLocaleString('en')} points; seeds ${seeds.join(', ')}.\n\n${lines.join('\n')}`;
}
