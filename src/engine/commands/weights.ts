import path from 'node:path';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { writeAtomically } from '../atomic-write.ts';
import { weightsCsv } from '../bias/resampled-preview.ts';
import { SondeError } from '../sonde-error.ts';
import { parse, required, UsageError } from './arguments.ts';

/** `sonde weights --study DIR --out FILE.csv`: both DB-VAE weights an image, with a mean of 1. */
export async function weights(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, ['study', 'out']);
  if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(' ')}`);
  const folder = path.resolve(required(values.study, 'study'));
  const out = path.resolve(required(values.out, 'out'));
  const study = new OpenedStudy(folder);
  try {
    const table = await study.table();
    const [paths, product, maximum] = [table.get('path'), table.get('resampling_weight'), table.get('resampling_weight_max')];
    if (!Array.isArray(paths) || !product || !maximum || Array.isArray(product) || Array.isArray(maximum))
      throw new SondeError('study-incomplete', { path: folder }, 'images.parquet has no resampling weights yet: finish the analysis first');
    await writeAtomically(out, weightsCsv(paths, product, maximum));
  } finally {
    await study.close();
  }
  process.stdout.write(`${out}\n`);
  return 0;
}
