/** What went wrong or went well, until the person has seen it. */
import type { SondeErrorData } from '../../../contract/analysis.ts';
import { errorDataOf } from './bridge.ts';

export type Notice = { id: number; kind: 'error'; error: SondeErrorData } | { id: number; kind: 'done'; text: string };

class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 1;

  error(error: SondeErrorData): void {
    // The same fault told twenty times a second is still one fault.
    if (this.list.some((notice) => notice.kind === 'error' && notice.error.code === error.code && notice.error.detail === error.detail))
      return;
    this.list = [...this.list.slice(-3), { id: this.#next++, kind: 'error', error }];
  }

  /** For promises that nobody waits for. */
  readonly failed = (error: unknown): void => this.error(errorDataOf(error));

  done(text: string): void {
    const id = this.#next++;
    this.list = [...this.list.slice(-3), { id, kind: 'done', text }];
    setTimeout(() => this.dismiss(id), 6000);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** The promise's value, or null after its error was shown. */
  async attempt<T>(promise: Promise<T>): Promise<T | null> {
    try {
      return await promise;
    } catch (error) {
      this.error(errorDataOf(error));
      return null;
    }
  }
}

export const notices = new Notices();
