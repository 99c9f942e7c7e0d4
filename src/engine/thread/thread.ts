import { Worker } from 'node:worker_threads';

export interface Asked<Question> {
  id: number;
  question: Question;
}
export interface Answered<Answer> {
  id: number;
  answer: Answer;
}

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/**
 * A thread that answers one question after the other, for the life of the process: it is begun with the first question, or before, and
 * idle it keeps no process alive. Where it ends by itself, what was asked of it fails, and the next question begins a new one.
 */
export class Thread<Question, Answer> {
  readonly #file: URL;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #worker: Worker | null = null;
  #runs = false;
  #next = 0;

  constructor(file: URL) {
    this.#file = file;
  }

  /** Whether it answers at once: it has been begun and is past its start. */
  get runs(): boolean {
    return this.#runs;
  }

  begin(): void {
    this.#worker ??= this.#begin();
  }

  /** `moved` goes over to the thread without a copy. */
  ask(question: Question, moved: readonly ArrayBuffer[] = []): Promise<Answer> {
    this.#worker ??= this.#begin();
    const worker = this.#worker;
    worker.ref();
    const asked: Asked<Question> = { id: this.#next, question };
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(asked.id, { resolve, reject });
      worker.postMessage(asked, moved);
    });
  }

  #begin(): Worker {
    const worker = new Worker(this.#file);
    worker.once('online', () => {
      this.#runs = true;
    });
    worker.on('message', ({ id, answer }: Answered<Answer>) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    });
    let fault: Error | null = null;
    worker.on('error', (error) => {
      fault = error as Error;
    });
    // Not at 'error', which overtakes answers that are on their way: they are all here by the exit.
    worker.on('exit', () => this.#lost(worker, fault ?? new Error(`the thread of ${this.#file.pathname} ended`)));
    // Last: to listen for messages holds the process again (nodejs/node#53036).
    worker.unref();
    return worker;
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#runs = false;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(error);
  }
}
