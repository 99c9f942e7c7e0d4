/**
 * Electron 22's main loop on Linux loses wake-ups of the engine's pipe: a large answer can lie there until some other event.
 * A timer that does nothing, while anything is awaited, makes such an event; Node alone never needs it.
 */
export class KeepAwake {
  #pending = 0;
  #timer: ReturnType<typeof setInterval> | null = null;

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    this.#timer ??= setInterval(() => undefined, 20);
    try {
      return await work();
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0 && this.#timer) {
        clearInterval(this.#timer);
        this.#timer = null;
      }
    }
  }
}
