import type { AnalysisOptions } from '../../contract/analysis.ts';

const RAMP_STEPS = 100;
/** Share of the steps that the ramp may take of a short training. */
const RAMP_SHARE = 0.1;
const FINAL_SHARE = 0.02;

/** Learning rate at a step counted from 1: a linear ramp, then a cosine down to 2 % (Loshchilov and Hutter 2017). */
export function learningRate(step: number, totalSteps: number, peak: number): number {
  const ramp = Math.max(1, Math.min(RAMP_STEPS, Math.round(totalSteps * RAMP_SHARE)));
  if (step <= ramp) return (peak * step) / ramp;
  const share = Math.min(1, (step - ramp) / Math.max(1, totalSteps - ramp));
  return peak * (FINAL_SHARE + (1 - FINAL_SHARE) * 0.5 * (1 + Math.cos(Math.PI * share)));
}

/** KL weight at a step: from 0 to `weight` over the first `warmUp` of the steps (Bowman et al. 2016). */
export function klWeight(step: number, totalSteps: number, warmUp: number, weight: number): number {
  const steps = warmUp * totalSteps;
  return steps <= 0 ? weight : weight * Math.min(1, step / steps);
}

const LEAST_SECONDS = 16;
const MOST_SECONDS = 100;
/** A line through 10,000 images, 16 s, and 60,000 images, 99.5 s. */
const IMAGES_A_SECOND = 600;
const OFFSET_SECONDS = -0.5;
const REFERENCE_EDGE = 28;
/**
 * Pixels of a plane that the default net trains on in a second on two quiet cores, from the processor time of a step over two: .019 s for
 * 32 images of 28 x 28, .026 s for 32 of 32 x 32 in colour, .022 s for 16 of 64 x 64 in colour, whose net is cheaper.
 */
const REFERENCE_SPEED = 1.3e6;
const LEAST_EPOCHS = 2;
const MOST_EPOCHS = 60;
/** A small folder gets more epochs than MOST_EPOCHS only up to so many steps. */
const SMALL_FOLDER_STEPS = 400;
/** A machine that is this many times slower than the reference is stopped by the clock. */
const PATIENCE = 5;

/** Seconds that the default number of epochs takes on two quiet cores: more for more images, and for larger ones. */
export function expectedSeconds(images: number, edge: number): number {
  const forImages = Math.max(LEAST_SECONDS, OFFSET_SECONDS + images / IMAGES_A_SECOND);
  return Math.min(MOST_SECONDS, forImages * Math.sqrt(Math.max(1, edge / REFERENCE_EDGE)));
}

/** Epochs where a person chose none: from the folder alone, so that they are the same on a busy machine. */
export function defaultEpochs(images: number, edge: number, stepsAnEpoch: number): number {
  const epochs = Math.round((expectedSeconds(images, edge) * REFERENCE_SPEED) / edge ** 2 / images);
  return Math.max(LEAST_EPOCHS, Math.min(epochs, Math.max(MOST_EPOCHS, Math.ceil(SMALL_FOLDER_STEPS / stepsAnEpoch))));
}

/** Steps that the reference takes in a time, so that a time that was asked for is one to learn in, not one to be broken off after. */
function stepsIn(seconds: number, edge: number, stepsAnEpoch: number, images: number): number {
  return Math.max(1, Math.round(((seconds * REFERENCE_SPEED) / edge ** 2 / images) * stepsAnEpoch));
}

/** How many steps a training takes at most, and the time that caps it: null where a person chose the epochs and no time. */
export class StepBudget {
  readonly total: number;
  readonly capSeconds: number | null;

  constructor(options: Pick<AnalysisOptions, 'epochs' | 'seconds'>, stepsAnEpoch: number, images: number, edge: number) {
    const wanted = (options.epochs ?? defaultEpochs(images, edge, stepsAnEpoch)) * stepsAnEpoch;
    const asked = options.epochs === null ? options.seconds : null;
    this.total = asked === null ? wanted : Math.min(wanted, stepsIn(asked, edge, stepsAnEpoch, images));
    this.capSeconds = options.seconds ?? (options.epochs === null ? PATIENCE * expectedSeconds(images, edge) : null);
  }

  /** What ends the training now, if anything does; `seconds` of training so far, pauses not counted. */
  over(step: number, seconds: number): 'steps' | 'clock' | null {
    if (step >= this.total) return 'steps';
    return this.capSeconds !== null && seconds >= this.capSeconds ? 'clock' : null;
  }
}
