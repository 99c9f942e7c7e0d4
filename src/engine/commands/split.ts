import path from 'node:path';
import { exportSplit } from '../analysis/export-split.ts';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { none, required } from './arguments.ts';
import type { Given } from './command-line.ts';
import { outFile } from './out-file.ts';

/** `sonde split --study DIR --out FILE.csv`: a split in which no picture stands in two parts. */
export async function split({ values, positionals }: Given): Promise<number> {
  none(positionals);
  const folder = path.resolve(required(values.study, 'study'));
  const out = await outFile(values.out);
  const study = new OpenedStudy(folder);
  try {
    await exportSplit(study, out);
  } finally {
    await study.close();
  }
  process.stdout.write(`${out}\n`);
  return 0;
}
