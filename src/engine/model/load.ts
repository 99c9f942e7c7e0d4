import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SondeError } from '../sonde-error.ts';
import type { Model } from './model.ts';
import { CONFIG_FILE, NeuralModel, WEIGHTS_FILE } from './neural-model.ts';
import { neuralProgram } from './neural-program.ts';
import { PcaModel } from './pca-model.ts';
import { decodeSafetensors } from './safetensors.ts';

const image = { size: z.number().int().positive(), channels: z.union([z.literal(1), z.literal(3)]), latent: z.number().int().positive() };
const configSchema = z.discriminatedUnion('kind', [
  z.object({
    format: z.literal(1),
    kind: z.enum(['vae', 'ae']),
    architecture: z.enum(['convolutional', 'dense']),
    likelihood: z.enum(['gaussian', 'bernoulli']),
    variational: z.boolean(),
    variance: z.number().positive(),
    shape: z.object({ widths: z.array(z.number().int().positive()).min(1), hidden: z.number().int().positive().nullable() }).optional(),
    /** Studies made before nets began at PCA lack both. */
    principal: z.boolean().optional(),
    width: z.number().int().positive().optional(),
    stem: z.union([z.literal(2), z.literal(4)]).optional(),
    ...image,
  }),
  z.object({ format: z.literal(1), kind: z.literal('pca'), ...image }),
]);

/** Reads a study's model/ folder. @throws SondeError study-incomplete, study-unreadable */
export async function loadModel(folder: string): Promise<Model> {
  const read = async (name: string) => {
    const file = path.join(folder, name);
    try {
      return await readFile(file);
    } catch (cause) {
      throw new SondeError('study-incomplete', { path: file }, String(cause), { cause });
    }
  };
  const [text, bytes] = [await read(CONFIG_FILE), await read(WEIGHTS_FILE)];
  try {
    const config = configSchema.parse(JSON.parse(text.toString('utf8')));
    const { tensors } = decodeSafetensors(bytes);
    if (config.kind === 'pca') return PcaModel.fromTensors(config, tensors);
    return new NeuralModel(config, neuralProgram(config, tensors, null), config.variance);
  } catch (cause) {
    throw new SondeError('study-unreadable', { path: folder }, String(cause), { cause });
  }
}
