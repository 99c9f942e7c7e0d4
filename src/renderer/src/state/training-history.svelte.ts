/** The curves of a run as they come in. Past the limit every second point goes, so a long run keeps its shape. */
import type { TrainingCurve, TrainingProgress } from '../../../contract/analysis.ts';

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
    if (last === progress.step) return;
    // A run that goes on from its checkpoint takes the steps after it anew.
    if (last !== undefined && progress.step < last) this.#keep((_, i) => (this.steps[i] as number) < progress.step);
    this.steps.push(progress.step);
    this.loss.push(progress.loss);
    this.heldOut.push(progress.heldOutLoss);
    this.reconstruction.push(progress.reconstruction);
    this.kl.push(progress.kl);
    if (this.steps.length > LIMIT) this.#keep((_, i) => i % 2 === 0 || i === this.steps.length - 1);
    this.version += 1;
  }

  /** What a study kept of its training, in place of what is here. */
  load({ step, loss, heldOut, reconstruction, kl }: TrainingCurve): void {
    this.steps = [...step];
    this.loss = [...loss];
    this.heldOut = Array.from(heldOut, (value) => (Number.isNaN(value) ? null : value));
    this.reconstruction = [...reconstruction];
    this.kl = [...kl];
    this.version += 1;
  }

  #keep(kept: (value: unknown, i: number) => boolean): void {
    const [steps, loss, heldOut, reconstruction, kl] = [this.steps, this.loss, this.heldOut, this.reconstruction, this.kl].map((values) =>
      (values as unknown[]).filter(kept),
    ) as [number[], number[], (number | null)[], number[], number[]];
    Object.assign(this, { steps, loss, heldOut, reconstruction, kl });
  }
}
