import type { Matrix } from '../linear/matrix.ts';
import type { Model } from '../model/model.ts';
import type { TrainingControl } from '../model/training-control.ts';
import type { Prepared } from './prepare.ts';
import type { ProgressReporter } from './progress.ts';

export interface RunHooks {
  signal: AbortSignal;
  control: TrainingControl;
  reporter: ProgressReporter;
  /** The images are read: the study can be looked at. */
  onPrepared?(prepared: Prepared): void;
  /** The model, before its first step: it decodes while it learns. */
  onModel?(model: Model): void;
  /** The latents of the live map's images, as they are now. */
  onLatents?(indices: Uint32Array, z: Matrix): void;
}
