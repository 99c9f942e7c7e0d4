import type { AnalysisOptions, TrainingProgress } from '../../contract/analysis.ts';
import type { StudyManifest } from '../../contract/study.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { Model } from './model.ts';
import type { TrainingControl } from './training-control.ts';

export type TrainingSummary = NonNullable<StudyManifest['training']>;
export type HeldOutSummary = NonNullable<TrainingSummary['heldOut']>;

export interface TrainingHooks {
  signal?: AbortSignal | undefined;
  control?: TrainingControl | undefined;
  onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** The model before its first step; it shows what was learnt so far whenever it is asked. */
  onModel?: ((model: Model) => void) | undefined;
  checkpoint?: { folder: string; everySeconds: number } | undefined;
  /** Go on from the checkpoint, where there is one. */
  resume?: boolean | undefined;
  /** A fixed subsample, encoded again and again while the model learns; `decode` draws the pictures of such codes as the model is then. */
  liveMap?: { indices: Uint32Array; onMap(z: Matrix, decode: Model['decode']): void } | undefined;
  /** How often each image should be drawn, from the latent means of all: asked once an epoch where adaptive resampling is on. */
  drawWeights?: ((means: Matrix, active: readonly number[]) => Float32Array) | undefined;
}

export const DEFAULT_LATENTS = { gray: 16, color: 32 } as const;

export function latentsOf(options: AnalysisOptions, channels: 1 | 3): number {
  return options.latent ?? (channels === 1 ? DEFAULT_LATENTS.gray : DEFAULT_LATENTS.color);
}
