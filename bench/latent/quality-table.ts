import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prdc } from '../../src/engine/diversity/sample-quality.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { Random } from '../../src/engine/random.ts';
import { peer } from './peer.ts';

const ROWS = 10_000;
const COLUMNS = 1000;
const NEAREST = 5;

interface Quality {
  precision: number;
  recall: number;
  density: number;
  coverage: number;
}

/** The example of the prdc package, both sets standard normal: its published figures, and its own and ours of the same draws. */
export async function qualityTable(seeds: number[]): Promise<string> {
  const lines = [
    '| | precision | recall | density | coverage |',
    '|---|---|---|---|---|',
    '| prdc, published | .4772 | .4705 | 1.0555 | .9735 |',
  ];
  const add = (name: string, { precision, recall, density, coverage }: Quality) =>
    lines.push(`| ${name} | ${[precision, recall, density, coverage].map((value) => value.toFixed(4)).join(' | ')} |`);
  const folder = await mkdtemp(path.join(tmpdir(), 'sonde-bench-'));
  try {
    for (const seed of seeds) {
      const random = new Random(seed);
      const [real, fake] = [normal(random), normal(random)];
      add(`Sonde, seed ${seed}`, await prdc(real, fake, NEAREST));
      const file = path.join(folder, 'both.bin');
      await writeFile(file, Buffer.concat([real, fake].map(({ data }) => Buffer.from(data.buffer))));
      const theirs = peer<Quality>('prdc', file, 2 * ROWS, COLUMNS, NEAREST);
      if (theirs) add(`prdc, the same draw`, theirs);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return lines.join('\n');
}

function normal(random: Random): Matrix {
  return { rows: ROWS, columns: COLUMNS, data: Float32Array.from({ length: ROWS * COLUMNS }, () => random.normal()) };
}
