import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { encoderNames } from '../../contract/analysis.ts';
import { writeAtomically } from '../../study/atomic-write.ts';
import type { Weight } from '../graph/program.ts';
import type { Matrix } from '../linear/matrix.ts';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.ts';
import { SondeError } from '../sonde-error.ts';
import { type LoadedEncoder, loadEncoder } from './encoder-file.ts';
import { type BlockName, type Blocks, FeatureExtractor } from './extractor.ts';

export const EXTRACTOR_FILE = 'extractor.safetensors';
const BLOCK_NAMES: readonly BlockName[] = ['colour', 'shape', 'patches', 'encoder'];

const matrix = ({ rows, columns, data }: Matrix): Weight => ({ shape: [rows, columns], values: data });
const vector = (values: Float32Array): Weight => ({ shape: [values.length], values });

/** Everything of the extractor but the encoder, which is named with its hash. */
export async function saveExtractor(extractor: FeatureExtractor, folder: string): Promise<void> {
  const { dictionary, blocks, encoder } = extractor;
  const tensors: Record<string, Weight> = {
    whitening: matrix(dictionary.whitening),
    offset: vector(dictionary.offset),
    words: matrix(dictionary.words),
  };
  const metadata: Record<string, string> = { size: String(extractor.size), channels: String(extractor.channels) };
  for (const name of BLOCK_NAMES) {
    const block = blocks[name];
    if (!block) continue;
    tensors[`${name}.mean`] = vector(block.pca.mean);
    tensors[`${name}.axes`] = matrix(block.pca.axes);
    tensors[`${name}.variance`] = vector(block.pca.variance);
    tensors[`${name}.scale`] = vector(block.scale);
    metadata[`${name}.total_variance`] = String(block.pca.totalVariance);
  }
  if (encoder) Object.assign(metadata, { encoder: encoder.name, encoder_sha256: encoder.sha256 });
  await writeAtomically(path.join(folder, EXTRACTOR_FILE), encodeSafetensors({ tensors, metadata }));
}

/** @throws SondeError study-incomplete (also where the study's encoder is not installed here, or is another), study-unreadable */
export async function loadExtractor(folder: string): Promise<FeatureExtractor> {
  const file = path.join(folder, EXTRACTOR_FILE);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new SondeError('study-incomplete', { path: file }, String(cause), { cause });
  }
  let encoder: LoadedEncoder | null = null;
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const get = (name: string): Weight => {
      const tensor = tensors[name];
      if (!tensor) throw new Error(`${name} is missing`);
      return tensor;
    };
    const getMatrix = (name: string): Matrix => {
      const { shape, values } = get(name);
      return { rows: shape[0] as number, columns: shape[1] as number, data: values };
    };
    const blocks: Blocks = {};
    for (const name of BLOCK_NAMES) {
      if (!tensors[`${name}.axes`]) continue;
      const pca = {
        mean: get(`${name}.mean`).values,
        axes: getMatrix(`${name}.axes`),
        variance: get(`${name}.variance`).values,
        totalVariance: Number(metadata[`${name}.total_variance`]),
      };
      blocks[name] = { pca, scale: get(`${name}.scale`).values };
    }
    encoder = blocks.encoder ? await sameEncoder(file, metadata) : null;
    const dictionary = {
      channels: metadata.channels === '1' ? (1 as const) : (3 as const),
      whitening: getMatrix('whitening'),
      offset: get('offset').values,
      words: getMatrix('words'),
    };
    return new FeatureExtractor(Number(metadata.size), dictionary, blocks, encoder);
  } catch (cause) {
    encoder?.net.dispose();
    if (cause instanceof SondeError) throw cause;
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
}

async function sameEncoder(file: string, metadata: Record<string, string>): Promise<LoadedEncoder | null> {
  const name = encoderNames.find((known) => known === metadata.encoder);
  const encoder = name ? await loadEncoder(name) : null;
  if (!encoder || encoder.provenance.sha256 === metadata.encoder_sha256) return encoder;
  encoder.net.dispose();
  throw new SondeError('study-incomplete', { path: file }, `the study was made with other weights of ${metadata.encoder}`);
}
