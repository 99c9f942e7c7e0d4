import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { CHECKPOINT_FILE } from '../../study/files.ts';
import { readTensors, writeTensors } from '../../study/tensors-file.ts';
import type { Weights } from '../graph/program.ts';
import { learningState } from './learning.ts';

/** Of a checkpoint that this program goes on from; those of earlier ones hold another net. */
const FORMAT = 2;

const stateSchema = z.object({
  step: z.number().int().min(0),
  /** The step after which the held-out images were last asked. */
  askedAt: z.number().int(),
  seconds: z.number().min(0),
  variance: z.number().positive(),
  images: z.number().int(),
  learning: learningState.nullable(),
});
/** What a training needs beside its weights and moments to go on as if it had never stopped. */
export type TrainingState = z.infer<typeof stateSchema>;

/** Weights, Adam's moments and the state in one file, replaced whole. */
export async function writeCheckpoint(folder: string, tensors: Weights, state: TrainingState): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeTensors(folder, CHECKPOINT_FILE, { tensors, metadata: { format: String(FORMAT), state: JSON.stringify(state) } });
}

/** null where the training had not reached its first checkpoint, or where an earlier program wrote it: then it begins anew. @throws SondeError study-unreadable */
export async function readCheckpoint(folder: string): Promise<{ tensors: Weights; state: TrainingState } | null> {
  if (!existsSync(path.join(folder, CHECKPOINT_FILE))) return null;
  return readTensors(folder, CHECKPOINT_FILE, ({ tensors, metadata }) =>
    Number(metadata.format) === FORMAT ? { tensors, state: stateSchema.parse(JSON.parse(metadata.state ?? 'null')) } : null,
  );
}
