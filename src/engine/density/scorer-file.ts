import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../../study/atomic-write.ts';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.ts';
import { SondeError } from '../sonde-error.ts';
import type { Mixture } from './mixture.ts';
import type { NewDataScorer } from './new-data.ts';

export const SCORER_FILE = 'scorer.safetensors';

const vector = (values: Float32Array) => ({ shape: [values.length], values });

/** Everything of the scorer but the mixture, which the study keeps beside it. */
export async function saveScorer(scorer: NewDataScorer, folder: string): Promise<void> {
  const { pca, references, reconstruction, latent, shapeDistance, score } = scorer;
  const tensors = {
    pca_mean: vector(pca.mean),
    pca_axes: { shape: [pca.axes.rows, pca.axes.columns], values: pca.axes.data },
    pca_variance: vector(pca.variance),
    references: { shape: [references.rows, references.columns], values: references.data },
    reconstruction: vector(reconstruction),
    latent: vector(latent),
    shape_distance: vector(shapeDistance),
    score: vector(score),
  };
  const metadata = { total_variance: String(pca.totalVariance) };
  await writeAtomically(path.join(folder, SCORER_FILE), encodeSafetensors({ tensors, metadata }));
}

/** @throws SondeError study-incomplete, study-unreadable */
export async function loadScorer(folder: string, mixture: Mixture): Promise<NewDataScorer> {
  const file = path.join(folder, SCORER_FILE);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new SondeError('study-incomplete', { path: file }, String(cause), { cause });
  }
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const get = (name: string) => {
      const tensor = tensors[name];
      if (!tensor) throw new Error(`${name} is missing`);
      return tensor;
    };
    const [components = 0, columns = 0] = get('pca_axes').shape;
    const [referenceRows = 0] = get('references').shape;
    return {
      mixture,
      pca: {
        mean: get('pca_mean').values,
        axes: { rows: components, columns, data: get('pca_axes').values },
        variance: get('pca_variance').values,
        totalVariance: Number(metadata.total_variance),
      },
      references: { rows: referenceRows, columns: components, data: get('references').values },
      reconstruction: get('reconstruction').values,
      latent: get('latent').values,
      shapeDistance: get('shape_distance').values,
      score: get('score').values,
    };
  } catch (cause) {
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
}
