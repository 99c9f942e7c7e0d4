import { z } from 'zod';
import type { Program, Weights } from '../graph/program.ts';
import { type Augmentation, augmentations } from './augmentation.ts';
import { clearlyLower, type HeldOutFigures } from './held-out.ts';
import type { NeuralModel } from './neural-model.ts';
import { FROZEN } from './principal-net.ts';

/** Rounds without a better one after which something else is tried. */
const PATIENCE = 4;
const LOWER_RATE = 0.3;
/** What is tried, in this order, each from the best weights so far, before a training is over. */
const RUNGS = [...augmentations, 'rate', 'rate'] as const;

export const learningState = z.object({
  rung: z.number().int().min(0),
  waited: z.number().int().min(0),
  rate: z.number().positive(),
  kept: z.array(z.enum(augmentations)),
  trying: z.enum(augmentations).nullable(),
  lastLoss: z.number().nullable(),
  startError: z.number(),
  bestStep: z.number().int().min(0),
  bestError: z.number(),
  bestVariance: z.number().positive(),
  startVariance: z.number().positive(),
});
export type LearningState = z.infer<typeof learningState>;

interface Candidate {
  step: number;
  figures: HeldOutFigures;
  variance: number;
  /** Weights and Adam's moments, without those that no step changes. */
  weights: Weights;
}

const changing = (weights: Weights): Weights =>
  Object.fromEntries(Object.entries(weights).filter(([name]) => !(FROZEN as readonly string[]).includes(name)));

/**
 * What the held-out images say of a training: which weights are the best so far, what to try when they no longer get better, and when to
 * stop. The weights before the first step are the first candidate, so that what comes out is never worse than what went in.
 */
export class Learning {
  readonly #program: Program;
  readonly #model: NeuralModel;
  #start: Candidate | null = null;
  #best: Candidate | null = null;
  #rung = 0;
  #waited = 0;
  #kept: Augmentation[] = [];
  #trying: Augmentation | null = null;
  /** What the learning rate is multiplied by. */
  rate = 1;
  over = false;
  /** Of the last round; null before the first. */
  lastLoss: number | null = null;

  constructor(program: Program, model: NeuralModel) {
    this.#program = program;
    this.#model = model;
  }

  get augmentations(): readonly Augmentation[] {
    return this.#trying ? [...this.#kept, this.#trying] : this.#kept;
  }
  get kept(): readonly Augmentation[] {
    return this.#kept;
  }
  get begun(): boolean {
    return this.#start !== null;
  }
  get best(): { step: number; figures: HeldOutFigures } | null {
    return this.#best;
  }

  #candidate(step: number, figures: HeldOutFigures): Candidate {
    return { step, figures, variance: this.#model.variance, weights: changing(this.#program.read()) };
  }

  #restore({ weights, variance }: Candidate): void {
    const all = { ...this.#program.read(), ...weights };
    this.#program.write(Object.fromEntries(Object.entries(all).map(([name, { values }]) => [name, values])));
    this.#model.variance = variance;
  }

  /** Takes a round's figures into account; before the first step, those of the start. */
  heard(step: number, figures: HeldOutFigures): void {
    this.lastLoss = figures.loss;
    if (!this.#start || !this.#best) {
      this.#start = this.#candidate(step, figures);
      this.#best = this.#start;
      return;
    }
    if (figures.loss < this.#best.figures.loss && figures.error <= this.#start.figures.error) {
      this.#best = this.#candidate(step, figures);
      this.#waited = 0;
      if (this.#trying) this.#kept.push(this.#trying);
      this.#trying = null;
      return;
    }
    this.#waited += 1;
    if (this.#waited >= PATIENCE) this.#tryNext(this.#best);
  }

  #tryNext(best: Candidate): void {
    this.#restore(best);
    this.#waited = 0;
    this.#trying = null;
    const next = RUNGS[this.#rung];
    this.#rung += 1;
    if (next === undefined) this.over = true;
    else if (next === 'rate') this.rate *= LOWER_RATE;
    else this.#trying = next;
  }

  /** The weights become the best there were: those of the start where none is lower than them by more than chance. */
  settle(): void {
    if (!this.#start || !this.#best) return;
    if (this.#best !== this.#start && !clearlyLower(this.#start.figures, this.#best.figures)) this.#best = this.#start;
    this.#restore(this.#best);
  }

  /** For a checkpoint. */
  state(): { tensors: Weights; state: LearningState } | null {
    const [start, best] = [this.#start, this.#best];
    if (!start || !best) return null;
    const held = (name: string, { weights, figures }: Candidate): Weights => ({
      ...Object.fromEntries(Object.entries(weights).map(([key, weight]) => [`${name}/${key}`, weight])),
      [`${name}/losses`]: { shape: [figures.losses.length], values: figures.losses },
    });
    return {
      tensors: { ...held('start', start), ...(best === start ? {} : held('best', best)) },
      state: {
        rung: this.#rung,
        waited: this.#waited,
        rate: this.rate,
        kept: this.#kept,
        trying: this.#trying,
        lastLoss: this.lastLoss,
        startError: start.figures.error,
        bestStep: best.step,
        bestError: best.figures.error,
        bestVariance: best.variance,
        startVariance: start.variance,
      },
    };
  }

  restoreState(state: LearningState, tensors: Weights): void {
    const held = (name: string, step: number, error: number, variance: number): Candidate => {
      const own = Object.entries(tensors).filter(([key]) => key.startsWith(`${name}/`));
      const { losses, ...weights } = Object.fromEntries(own.map(([key, weight]) => [key.slice(name.length + 1), weight]));
      if (!losses) throw new Error(`the checkpoint lacks ${name}/losses`);
      const loss = losses.values.reduce((sum, value) => sum + value, 0) / losses.values.length;
      return { step, variance, weights, figures: { losses: losses.values, loss, error } };
    };
    this.#start = held('start', 0, state.startError, state.startVariance);
    this.#best = state.bestStep === 0 ? this.#start : held('best', state.bestStep, state.bestError, state.bestVariance);
    this.#rung = state.rung;
    this.#waited = state.waited;
    this.rate = state.rate;
    this.#kept = [...state.kept];
    this.#trying = state.trying;
    this.lastLoss = state.lastLoss;
  }
}
