/** The curves of a run as they come in. Past the limit every second point goes, so a long run keeps its shape. */
import type { TrainingProgress } from '../../../contract/analysis.ts';

const LIMIT = 1600;

export class TrainingHistory {
  steps: number[] = [];
  loss: number[] = [];
  heldOut: (number | null)[] = [];
  reconstruction: number[] = [];
  kl: number[] = [];
  /** Grows with every change; what draws reads this. */
  version = $state(0);

  add(progress: TrainingProgress): void {
    const last = this.steps[this.steps.length - 1];
    if (last !== undefined && progress.step < last) this.#clear();
    if (last === progress.step) return;
    this.steps.push(progress.step);
    this.loss.push(progress.loss);
    this.heldOut.push(progress.heldOutLoss);
    this.reconstruction.push(progress.reconstruction);
    this.kl.push(progress.kl);
    if (this.steps.length > LIMIT) this.#thin();
    this.version += 1;
  }

  #thin(): void {
    const every = <T>(values: T[]): T[] => values.filter((_, i) => i % 2 === 0 || i === values.length - 1);
    this.steps = every(this.steps);
    this.loss = every(this.loss);
    this.heldOut = every(this.heldOut);
    this.reconstruction = every(this.reconstruction);
    this.kl = every(this.kl);
  }

  #clear(): void {
    this.steps = [];
    this.loss = [];
    this.heldOut = [];
    this.reconstruction = [];
    this.kl = [];
  }
}
