import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { strangeComponents } from '../../contract/comparison.ts';
import { writeAtomically } from '../../study/atomic-write.ts';
import type { Weight } from '../graph/program.ts';
import type { Matrix } from '../linear/matrix.ts';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.ts';
import { SondeError } from '../sonde-error.ts';
import type { Mixture } from './mixture.ts';
import type { NewDataScorer } from './new-data.ts';

export const SCORER_FILE = 'scorer.safetensors';

/** How the figures are put together, by number: a score is only to be compared with those of the same way. */
const COMBINATION = '3';

const vector = (values: ArrayLike<number>): Weight => ({ shape: [values.length], values: Float32Array.from(values) });
const matrix = ({ rows, columns, data }: Matrix): Weight => ({ shape: [rows, columns], values: data });

/** Everything of the scorer but the mixture, which the study keeps beside it. */
export async function saveScorer({ attributes, features, encoder, own, score, calibration }: NewDataScorer, folder: string): Promise<void> {
  const tensors: Record<string, Weight> = {
    attributes_mean: vector(attributes.mean),
    attributes_covariance: vector(attributes.covariance),
    features: matrix(features),
    ...(encoder ? { encoder: matrix(encoder) } : {}),
    score: vector(score),
    calibration: vector(calibration),
  };
  for (const name of strangeComponents) if (own[name]) tensors[`own.${name}`] = vector(own[name]);
  await writeAtomically(path.join(folder, SCORER_FILE), encodeSafetensors({ tensors, metadata: { combination: COMBINATION } }));
}

/** @throws SondeError study-incomplete, study-unreadable, study-too-old where it holds the figures of an earlier version */
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
    if (metadata.combination !== COMBINATION) throw new SondeError('study-too-old');
    const get = (name: string): Weight => {
      const tensor = tensors[name];
      if (!tensor) throw new Error(`${name} is missing`);
      return tensor;
    };
    const getMatrix = (name: string): Matrix => {
      const { shape, values } = get(name);
      return { rows: shape[0] as number, columns: shape[1] as number, data: values };
    };
    const mean = Float64Array.from(get('attributes_mean').values);
    return {
      mixture,
      attributes: { columns: mean.length, mean, covariance: Float64Array.from(get('attributes_covariance').values) },
      features: getMatrix('features'),
      encoder: tensors.encoder ? getMatrix('encoder') : null,
      own: Object.fromEntries(
        strangeComponents.filter((name) => name !== 'encoder' || tensors['own.encoder']).map((name) => [name, get(`own.${name}`).values]),
      ),
      score: get('score').values,
      calibration: get('calibration').values,
    };
  } catch (cause) {
    if (cause instanceof SondeError) throw cause;
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
}
