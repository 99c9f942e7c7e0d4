import { SondeError } from '../../errors/sonde-error.ts';
import { writeAtomically } from '../../study/atomic-write.ts';
import { weightsCsv } from '../weights/resampled-preview.ts';
import type { OpenedStudy } from './opened-study.ts';

/** Writes the tempered weights and both of DB-VAE as CSV, an image a row, with a mean of 1. @throws SondeError study-incomplete, disk-full */
export async function exportWeights(study: OpenedStudy, target: string): Promise<void> {
  const table = await study.table();
  const paths = table.get('path');
  const weights = (name: string): ArrayLike<number> => {
    const column = table.get(name);
    if (column && !Array.isArray(column)) return column;
    throw new SondeError(
      'study-incomplete',
      { path: study.folder },
      `images.parquet has no ${name}: finish the analysis first, or make it again where an earlier Sonde made it; a model without active latents has none`,
    );
  };
  const [tempered, product, maximum] = [
    weights('resampling_weight_tempered'),
    weights('resampling_weight'),
    weights('resampling_weight_max'),
  ];
  await writeAtomically(target, weightsCsv(paths as string[], { tempered, product, maximum }));
}
