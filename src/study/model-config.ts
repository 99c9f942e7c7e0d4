import { z } from 'zod';
import { CONFIG_FILE } from './files.ts';
import { readJson, writeJson } from './json-file.ts';

const image = { size: z.number().int().positive(), channels: z.union([z.literal(1), z.literal(3)]), latent: z.number().int().positive() };
const modelConfig = z.discriminatedUnion('kind', [
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
/** model/config.json: what the weights are of. */
export type ModelConfig = z.infer<typeof modelConfig>;

/** @param folder the study's model/ */
export const writeModelConfig = (folder: string, config: ModelConfig): Promise<void> => writeJson(folder, CONFIG_FILE, config, 2);

/** @param folder the study's model/ @throws SondeError study-incomplete, study-unreadable */
export const readModelConfig = (folder: string): Promise<ModelConfig> => readJson(folder, CONFIG_FILE, modelConfig);
