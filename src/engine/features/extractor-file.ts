import path from 'node:path';
import { encoderNames } from '../../contract/analysis.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { EXTRACTOR_FILE } from '../../study/files.ts';
import type { StoredTensor } from '../../study/safetensors.ts';
import { readTensors, storedMatrix, storedVector, writeTensors } from '../../study/tensors-file.ts';
import { type LoadedEncoder, loadEncoder } from './encoder-file.ts';
import { type BlockName, type Blocks, FeatureExtractor } from './extractor.ts';

const BLOCK_NAMES: readonly BlockName[] = ['colour', 'shape', 'patches', 'encoder'];

/** Everything of the extractor but the encoder, which is named with its hash. */
export async function saveExtractor(extractor: FeatureExtractor, folder: string): Promise<void> {
  const { dictionary, blocks, encoder } = extractor;
  const tensors: Record<string, StoredTensor> = {
    whitening: storedMatrix(dictionary.whitening),
    offset: storedVector(dictionary.offset),
    words: storedMatrix(dictionary.words),
  };
  const metadata: Record<string, string> = { size: String(extractor.size), channels: String(extractor.channels) };
  for (const name of BLOCK_NAMES) {
    const block = blocks[name];
    if (!block) continue;
    tensors[`${name}.mean`] = storedVector(block.pca.mean);
    tensors[`${name}.axes`] = storedMatrix(block.pca.axes);
    tensors[`${name}.variance`] = storedVector(block.pca.variance);
    tensors[`${name}.scale`] = storedVector(block.scale);
    metadata[`${name}.total_variance`] = String(block.pca.totalVariance);
  }
  if (encoder) Object.assign(metadata, { encoder: encoder.name, encoder_sha256: encoder.sha256 });
  await writeTensors(folder, EXTRACTOR_FILE, { tensors, metadata });
}

/**
 * @param which `own`: the folder's own features alone, of pictures that no encoder could look at, for they are no files
 * @throws SondeError study-incomplete (also where the study's encoder is not installed here, or is another), study-unreadable
 */
export function loadExtractor(folder: string, which: 'all' | 'own' = 'all'): Promise<FeatureExtractor> {
  return readTensors(folder, EXTRACTOR_FILE, async (file) => {
    const { metadata } = file;
    const blocks: Blocks = {};
    for (const name of BLOCK_NAMES) {
      if (!file.has(`${name}.axes`) || (which === 'own' && name === 'encoder')) continue;
      const pca = {
        mean: file.vector(`${name}.mean`),
        axes: file.matrix(`${name}.axes`),
        variance: file.vector(`${name}.variance`),
        totalVariance: Number(metadata[`${name}.total_variance`]),
      };
      blocks[name] = { pca, scale: file.vector(`${name}.scale`) };
    }
    const dictionary = {
      channels: metadata.channels === '1' ? (1 as const) : (3 as const),
      whitening: file.matrix('whitening'),
      offset: file.vector('offset'),
      words: file.matrix('words'),
    };
    const encoder = blocks.encoder ? await sameEncoder(path.join(folder, EXTRACTOR_FILE), metadata) : null;
    try {
      return new FeatureExtractor(Number(metadata.size), dictionary, blocks, encoder);
    } catch (error) {
      encoder?.net.dispose();
      throw error;
    }
  });
}

async function sameEncoder(file: string, metadata: Record<string, string>): Promise<LoadedEncoder | null> {
  const name = encoderNames.find((known) => known === metadata.encoder);
  const encoder = name ? await loadEncoder(name) : null;
  if (!encoder || encoder.provenance.sha256 === metadata.encoder_sha256) return encoder;
  encoder.net.dispose();
  throw new SondeError('study-incomplete', { path: file }, `the study was made with other weights of ${metadata.encoder}`);
}
