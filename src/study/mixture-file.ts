import { z } from 'zod';
import { MIXTURE_FILE } from './files.ts';
import { readJson, writeJson } from './json-file.ts';

const numbers = z.array(z.number());
const storedMixture = z
  .object({
    columns: z.number().int().positive(),
    iterations: z.number(),
    meanLogLikelihood: z.number(),
    bic: z.number(),
    /** One a component. */
    weights: numbers.min(1),
    /** components x columns. */
    means: numbers,
    /** components x columns x columns. */
    covariances: numbers,
  })
  .refine(
    ({ columns, weights, means, covariances }) =>
      means.length === weights.length * columns && covariances.length === weights.length * columns ** 2,
    'the numbers of weights, means and covariances do not agree',
  );
/** mixture.json: a mixture of Gaussians over the latents, and what its fit came to. */
export type StoredMixture = z.infer<typeof storedMixture>;

export const writeMixture = (folder: string, mixture: StoredMixture): Promise<void> => writeJson(folder, MIXTURE_FILE, mixture, 0);

/** @throws SondeError study-incomplete, study-unreadable */
export const readMixture = (folder: string): Promise<StoredMixture> => readJson(folder, MIXTURE_FILE, storedMixture);
