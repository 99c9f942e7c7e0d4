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

const LEAST_SECONDS = 18;
const MOST_SECONDS = 180;
/** A line through 10,000 images, 18 s, and 60,000 images, 180 s. */
const IMAGES_A_SECOND = 309;
const OFFSET_SECONDS = -14;
const REFERENCE_PIXELS = 784;

/** Seconds of training where a person chose none: more for more images, and for larger ones, 18 to 180. */
export function defaultSeconds(images: number, pixels: number): number {
  const forImages = Math.max(LEAST_SECONDS, OFFSET_SECONDS + images / IMAGES_A_SECOND);
  return Math.round(Math.min(MOST_SECONDS, forImages * Math.sqrt(Math.max(1, pixels / REFERENCE_PIXELS))));
}

/** Epochs after which a time budget has nothing more to teach. */
const MOST_EPOCHS = 400;
/** The share of a time budget in which the number of steps is still corrected by the measured speed; then it stands. */
const SETTLED_SHARE = 0.25;
/** Beyond this share of its budget a training ends wherever it is. */
const OVERRUN = 1.1;

/** How many steps a training takes: given by epochs, or found from the machine's speed within the budget. */
export class StepBudget {
  #total: number;
  readonly #stepsAnEpoch: number;
  /** null: the number of epochs decides. */
  readonly #seconds: number | null;
  #settled: boolean;

  constructor(options: Pick<AnalysisOptions, 'epochs' | 'seconds'>, stepsAnEpoch: number, fallbackSeconds: number) {
    this.#stepsAnEpoch = stepsAnEpoch;
    this.#seconds = options.epochs === null ? (options.seconds ?? fallbackSeconds) : null;
    this.#total = (options.epochs ?? MOST_EPOCHS) * stepsAnEpoch;
    this.#settled = options.epochs !== null;
  }

  /** Goes on as an interrupted training had it. */
  restore(total: number, settled: boolean): void {
    this.#total = total;
    this.#settled = settled;
  }

  get settled(): boolean {
    return this.#settled;
  }

  get total(): number {
    return this.#total;
  }

  /** Takes the speed into account; `seconds` is the training time so far, pauses not counted. */
  observe(step: number, seconds: number): void {
    if (this.#settled || this.#seconds === null || step === 0 || seconds <= 0) return;
    const most = MOST_EPOCHS * this.#stepsAnEpoch;
    this.#total = Math.max(step + 1, Math.min(most, Math.round((step / seconds) * this.#seconds)));
    this.#settled = seconds > this.#seconds * SETTLED_SHARE;
  }

  over(step: number, seconds: number): boolean {
    return step >= this.#total || (this.#seconds !== null && seconds > this.#seconds * OVERRUN);
  }
}
