import { breathe, type Hooks } from '../hooks.ts';

const LONGEST_MS = 40;

/** Breathes between the blocks of a long computation when the last breath lies more than 40 ms back, and tells how far it is. */
export class Pace {
  readonly #hooks: Hooks;
  readonly #total: number;
  #last = performance.now();

  constructor(hooks: Hooks, total: number) {
    this.#hooks = hooks;
    this.#total = total;
  }

  /** @throws SondeError cancelled */
  async at(done: number): Promise<void> {
    if (performance.now() - this.#last < LONGEST_MS && done < this.#total) return;
    this.#hooks.onProgress?.(done, this.#total);
    await breathe(this.#hooks.signal);
    this.#last = performance.now();
  }
}
