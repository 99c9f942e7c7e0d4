import { prdc } from '../../src/engine/latent/sample-quality.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { Random } from '../../src/engine/random.ts';

const ROWS = 10_000;
const COLUMNS = 1000;

/** The example of the prdc package: both sets standard normal, so that the figures come out the same whatever the draw. */
export async function qualityTable(seeds: number[]): Promise<string> {
  const lines = [
    '| | precision | recall | density | coverage |',
    '|---|---|---|---|---|',
    '| prdc package | .4772 | .4705 | 1.0555 | .9735 |',
  ];
  for (const seed of seeds) {
    const random = new Random(seed);
    const { precision, recall, density, coverage } = await prdc(normal(random), normal(random), 5);
    lines.push(`| Sonde, seed ${seed} | ${[precision, recall, density, coverage].map((value) => value.toFixed(4)).join(' | ')} |`);
  }
  return lines.join('\n');
}

function normal(random: Random): Matrix {
  return { rows: ROWS, columns: COLUMNS, data: Float32Array.from({ length: ROWS * COLUMNS }, () => random.normal()) };
}
