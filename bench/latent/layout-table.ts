import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exactNeighbours, type Neighbours } from '../../src/engine/latent/neighbours.ts';
import { trustworthiness } from '../../src/engine/latent/trustworthiness.ts';
import { layoutUmap, transformUmap } from '../../src/engine/latent/umap.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { fitPca, projectPca } from '../../src/engine/linear/pca.ts';
import { peer } from './peer.ts';

const K = 15;
/** Trustworthiness is judged among these many images, evenly taken. */
const JUDGED = 10_000;
const NEW_IMAGES = 2000;

const seconds = (from: number) => (performance.now() - from) / 1000;

/** Neighbours and layouts of the same rows, ours and the peers', one after the other in one run. */
export async function layoutTable(z: Matrix, seeds: number[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sonde-bench-'));
  try {
    const file = path.join(folder, 'z.bin');
    await writeFile(file, z.data);
    const lines = ['| | seconds | trustworthiness (k 15) | |', '|---|---|---|---|'];
    const began = performance.now();
    const neighbours = await exactNeighbours(z, K);
    const own = seconds(began);
    const brute = peer('neighbours', file, z.rows, z.columns, K);
    const agree = brute ? agreement(neighbours, new Uint32Array((await readFile(`${file}.neighbours`)).buffer)) : null;
    lines.push(
      `| exact neighbours, Sonde | ${own.toFixed(1)} | | ${agree === null ? '' : `${(100 * agree).toFixed(3)} % the same as scikit-learn's`} |`,
    );
    if (brute) lines.push(`| brute force, scikit-learn | ${brute.seconds.toFixed(1)} | | |`);
    for (const seed of seeds) {
      const start = performance.now();
      const layout = await layoutUmap(z, neighbours, { seed });
      const took = seconds(start);
      lines.push(
        `| UMAP, Sonde, seed ${seed} | ${took.toFixed(1)} (${(took + own).toFixed(1)} with neighbours) | ${await judged(z, layout.positions)} | |`,
      );
    }
    const reference = peer('umap', file, z.rows, z.columns);
    if (reference) {
      const positions = new Float32Array((await readFile(`${file}.umap`)).buffer);
      lines.push(
        `| UMAP, umap-learn after its compilation, with neighbours | ${reference.seconds.toFixed(1)} | ${await judged(z, positions)} | |`,
      );
    }
    lines.push(`| PCA to two dimensions | | ${await judged(z, projectPca(await fitPca(z, 2), z).data)} | |`);
    lines.push(await transformed(z));
    return `${z.rows} x ${z.columns}.\n\n${lines.join('\n')}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Images kept out of the layout and put into it afterwards: how well their places keep their neighbours. */
async function transformed(z: Matrix): Promise<string> {
  const fitted = everyOther(z, JUDGED, 0);
  const fresh = everyOther(z, NEW_IMAGES, 1);
  const layout = await layoutUmap(fitted, await exactNeighbours(fitted, K), { seed: 0 });
  const began = performance.now();
  const places = await transformUmap(layout, fitted, fresh, { seed: 0 });
  const took = seconds(began);
  const score = (await trustworthiness(fresh, places, K)).toFixed(3);
  return `| ${fresh.rows} new images into a layout of ${fitted.rows} | ${took.toFixed(1)} | ${score} | among the new images |`;
}

async function judged(z: Matrix, positions: Float32Array): Promise<string> {
  const layout: Matrix = { rows: z.rows, columns: 2, data: positions };
  return (await trustworthiness(everyOther(z, JUDGED, 0), everyOther(layout, JUDGED, 0).data, K)).toFixed(3);
}

function everyOther({ rows, columns, data }: Matrix, count: number, offset: number): Matrix {
  const step = Math.max(1, Math.floor(rows / count));
  const kept = Math.floor((rows - offset) / step);
  const picked = new Float32Array(kept * columns);
  for (let i = 0; i < kept; i += 1)
    picked.set(data.subarray((i * step + offset) * columns, (i * step + offset + 1) * columns), i * columns);
  return { rows: kept, columns, data: picked };
}

function agreement({ k, indices }: Neighbours, others: Uint32Array): number {
  let same = 0;
  for (let at = 0; at < indices.length; at += k) {
    const theirs = new Set(others.subarray(at, at + k));
    for (let j = at; j < at + k; j += 1) if (theirs.has(indices[j] as number)) same += 1;
  }
  return same / indices.length;
}
