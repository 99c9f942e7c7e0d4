import { writeAtomically } from '../../study/atomic-write.ts';
import { SondeError } from '../sonde-error.ts';
import { weightsCsv } from '../weights/resampled-preview.ts';
import type { OpenedStudy } from './opened-study.ts';

/** Writes both DB-VAE weights an image as CSV, with a mean of 1. @throws SondeError study-incomplete, disk-full */
export async function exportWeights(study: OpenedStudy, target: string): Promise<void> {
  const table = await study.table();
  const [paths, product, maximum] = [table.get('path'), table.get('resampling_weight'), table.get('resampling_weight_max')];
  if (!Array.isArray(paths) || !product || !maximum || Array.isArray(product) || Array.isArray(maximum))
    throw new SondeError(
      'study-incomplete',
      { path: study.folder },
      'images.parquet has no resampling weights: finish the analysis first; a model without active latents has none',
    );
  await writeAtomically(target, weightsCsv(paths, product, maximum));
}
