/** How a training on its way is steered from outside. */
export class TrainingControl {
  #paused = false;
  #finishing = false;
  #wake: (() => void) | null = null;

  get paused(): boolean {
    return this.#paused;
  }

  get finishing(): boolean {
    return this.#finishing;
  }

  pause(): void {
    if (!this.#finishing) this.#paused = true;
  }

  unpause(): void {
    this.#paused = false;
    this.#wake?.();
  }

  /** Ends the training after the step that runs; a paused one too. */
  finish(): void {
    this.#finishing = true;
    this.unpause();
  }

  /** Resolves when the pause ends or the signal is given. */
  async resumed(signal?: AbortSignal): Promise<void> {
    if (!this.#paused || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#wake = null;
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#wake = done;
      signal?.addEventListener('abort', done);
    });
  }
}
