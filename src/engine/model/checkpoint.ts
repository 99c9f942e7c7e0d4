import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../atomic-write.ts';
import type { Weights } from '../graph/program.ts';
import { SondeError } from '../sonde-error.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

export const CHECKPOINT_FILE = 'checkpoint.safetensors';

const stateSchema = z.object({
  step: z.number().int().min(0),
  totalSteps: z.number().int().min(1),
  settled: z.boolean(),
  seconds: z.number().min(0),
  variance: z.number().positive(),
  images: z.number().int(),
});
/** What a training needs beside its weights and moments to go on as if it had never stopped. */
export type TrainingState = z.infer<typeof stateSchema>;

/** Weights, Adam's moments and the state in one file, replaced whole. */
export async function writeCheckpoint(folder: string, tensors: Weights, state: TrainingState): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeAtomically(path.join(folder, CHECKPOINT_FILE), encodeSafetensors({ tensors, metadata: { state: JSON.stringify(state) } }));
}

/** null where the training had not reached its first checkpoint. @throws SondeError study-unreadable */
export async function readCheckpoint(folder: string): Promise<{ tensors: Weights; state: TrainingState } | null> {
  const file = path.join(folder, CHECKPOINT_FILE);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    return { tensors, state: stateSchema.parse(JSON.parse(metadata.state ?? 'null')) };
  } catch (cause) {
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
}
