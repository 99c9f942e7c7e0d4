/** From pixels to a trained model, with everything on the way told and steered. */
import type { AnalysisOptions } from '../../contract/analysis.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import type { Model } from './model.ts';
import { trainNeural } from './train-neural.ts';
import { trainPca } from './train-pca.ts';
import type { TrainingHooks, TrainingSummary } from './training-hooks.ts';

/** @throws SondeError cancelled (the checkpoint is kept), disk-full */
export function trainModel(
  pixels: PixelSet,
  options: AnalysisOptions,
  hooks: TrainingHooks = {},
): Promise<{ model: Model; summary: TrainingSummary }> {
  return options.model === 'pca' ? trainPca(pixels, options, hooks) : trainNeural(pixels, options, hooks);
}
