import { intrinsicDimension } from '../../src/engine/latent/intrinsic-dimension.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { manifolds } from './manifolds.ts';

const POINTS = 20_000;

/** Mean over the seeds of each estimate, and the largest relative error of any seed's. */
export async function dimensionTable(images: Matrix, seeds: number[]): Promise<string> {
  const lines = ['| data | TwoNN | Levina-Bickel | MacKay-Ghahramani |', '|---|---|---|---|'];
  const row = async (name: string, truth: number | null, draw: (seed: number) => Matrix) => {
    const found: (readonly [number, number, number])[] = [];
    for (const seed of seeds) {
      const estimates = await intrinsicDimension(draw(seed), { seed });
      if (!estimates) throw new Error(`${name} holds too few distinct points`);
      found.push([estimates.twoNN.value, estimates.levinaBickel.value, estimates.mackayGhahramani.value] as const);
    }
    const cells = ([0, 1, 2] as const).map((which) => {
      const all = found.map((one) => one[which]);
      const mean = (all.reduce((sum, value) => sum + value, 0) / all.length).toFixed(2);
      return truth === null ? mean : `${mean} (${(100 * Math.max(...all.map((value) => Math.abs(value / truth - 1)))).toFixed(1)} %)`;
    });
    lines.push(`| ${name} | ${cells.join(' | ')} |`);
  };
  for (const { name, dimension, draw } of manifolds) await row(`${name}, d = ${dimension}`, dimension, (seed) => draw(POINTS, seed));
  await row(`Fashion-MNIST, pixels`, null, () => images);
  return `${POINTS.toLocaleString('en')} points; mean estimate (largest error) over seeds ${seeds.join(', ')}.\n\n${lines.join('\n')}`;
}
