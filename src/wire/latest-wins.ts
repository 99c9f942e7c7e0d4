/** A stream of frames to someone slower than its source: at most so many a second, one on the way at most, the latest wins. */

export interface LatestWinsOptions<T> {
  /** Delivers a frame; `acknowledge` when the other side says that it arrived. */
  send(frame: T): void;
  /** What stands for two frames of which the older was not sent; by default the newer. */
  merge?(older: T, newer: T): T;
  /** Milliseconds between frames. */
  interval?: number;
  /** Milliseconds after which a frame that nobody acknowledged counts as lost (a window that reloads acknowledges nothing). */
  patience?: number;
  clock?: () => number;
}

export class LatestWins<T> {
  readonly #options: Required<LatestWinsOptions<T>>;
  #held: T | null = null;
  #sentAt = Number.NEGATIVE_INFINITY;
  #onTheWay = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: LatestWinsOptions<T>) {
    this.#options = { merge: (_older, newer) => newer, interval: 50, patience: 2000, clock: () => performance.now(), ...options };
  }

  push(frame: T): void {
    this.#held = this.#held === null ? frame : this.#options.merge(this.#held, frame);
    this.#trySend();
  }

  acknowledge(): void {
    this.#onTheWay = false;
    this.#trySend();
  }

  /** Forgets what was held back: something that makes it stale goes out next. */
  drop(): void {
    this.#held = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #trySend(): void {
    if (this.#held === null) return;
    const { interval, patience, clock } = this.#options;
    const wait = (this.#onTheWay ? patience : interval) - (clock() - this.#sentAt);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#trySend();
      }, wait);
      return;
    }
    const frame = this.#held;
    this.#held = null;
    this.#sentAt = clock();
    this.#onTheWay = true;
    this.#options.send(frame);
  }
}
