/** Where set-up leaves the weights that were learnt elsewhere, and what is to be said of them. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { EncoderName } from '../../contract/analysis.ts';
import type { EncoderProvenance } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { decodeSafetensors } from '../../study/safetensors.ts';
import { EfficientNetLite0 } from './efficientnet-lite0.ts';

const FILES: Record<EncoderName, URL> = {
  'efficientnet-lite0': new URL('../../../resources/encoder/efficientnet-lite0.safetensors', import.meta.url),
};

export interface LoadedEncoder {
  net: EfficientNetLite0;
  provenance: EncoderProvenance;
}

/** The encoder, or null where set-up could not get it. @throws SondeError internal where its file is damaged */
export async function loadEncoder(name: EncoderName): Promise<LoadedEncoder | null> {
  const file = fileURLToPath(FILES[name]);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const provenance: EncoderProvenance = {
      name,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      licence: metadata.licence ?? '',
      source: metadata.source ?? '',
      trainedOn: metadata.trained_on ?? '',
    };
    return { net: new EfficientNetLite0(tensors), provenance };
  } catch (cause) {
    throw new SondeError('internal', { path: file }, `${file} is damaged: delete it and run set-up again`, { cause });
  }
}
