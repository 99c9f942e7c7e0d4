import path from 'node:path';
import { exportWeights } from '../analysis/export-weights.ts';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { none, required } from './arguments.ts';
import type { Given } from './command-line.ts';
import { outFile } from './out-file.ts';

/** `sonde weights --study DIR --out FILE.csv`: the tempered weights and both of DB-VAE, an image a row, with a mean of 1. */
export async function weights({ values, positionals }: Given): Promise<number> {
  none(positionals);
  const folder = path.resolve(required(values.study, 'study'));
  const out = await outFile(values.out);
  const study = new OpenedStudy(folder);
  try {
    await exportWeights(study, out);
  } finally {
    await study.close();
  }
  process.stdout.write(`${out}\n`);
  return 0;
}
