import { strangeComponents } from '../../contract/comparison.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { SCORER_FILE } from '../../study/files.ts';
import type { StoredTensor } from '../../study/safetensors.ts';
import { readTensors, storedMatrix, storedVector, writeTensors } from '../../study/tensors-file.ts';
import type { Mixture } from './mixture.ts';
import type { NewDataScorer } from './new-data.ts';

/** How the figures are put together, by number: a score is only to be compared with those of the same way. */
const COMBINATION = '3';

/** Everything of the scorer but the mixture, which the study keeps beside it. */
export async function saveScorer({ attributes, features, encoder, own, score, calibration }: NewDataScorer, folder: string): Promise<void> {
  const tensors: Record<string, StoredTensor> = {
    attributes_mean: storedVector(attributes.mean),
    attributes_covariance: storedVector(attributes.covariance),
    features: storedMatrix(features),
    ...(encoder ? { encoder: storedMatrix(encoder) } : {}),
    score: storedVector(score),
    calibration: storedVector(calibration),
  };
  for (const name of strangeComponents) if (own[name]) tensors[`own.${name}`] = storedVector(own[name]);
  await writeTensors(folder, SCORER_FILE, { tensors, metadata: { combination: COMBINATION } });
}

/** @throws SondeError study-incomplete, study-unreadable, study-too-old where it holds the figures of an earlier version */
export function loadScorer(folder: string, mixture: Mixture): Promise<NewDataScorer> {
  return readTensors(folder, SCORER_FILE, (file) => {
    if (file.metadata.combination !== COMBINATION) throw new SondeError('study-too-old');
    const mean = Float64Array.from(file.vector('attributes_mean'));
    return {
      mixture,
      attributes: { columns: mean.length, mean, covariance: Float64Array.from(file.vector('attributes_covariance')) },
      features: file.matrix('features'),
      encoder: file.has('encoder') ? file.matrix('encoder') : null,
      own: Object.fromEntries(
        strangeComponents.filter((name) => name !== 'encoder' || file.has('own.encoder')).map((name) => [name, file.vector(`own.${name}`)]),
      ),
      score: file.vector('score'),
      calibration: file.vector('calibration'),
    };
  });
}
