/** An answer that follows its question. */
import { notices } from './notices.svelte.ts';

/**
 * Asks anew whenever what the question reads changes, for as long as what shows the answer is there. An answer that comes after the
 * next question, or when nobody looks any more, is dropped.
 */
export class Asked<Answer> {
  /** The newest answer: it stays until the next has come. Null before the first, and where there is nothing to ask. */
  answer = $state.raw<Answer | null>(null);
  readonly #question: () => Promise<Answer> | null;
  readonly #failed: (error: unknown) => void;

  /** What `question` reads before it waits is what it is about; `failed` hears why the newest question has no answer. */
  constructor(question: () => Promise<Answer> | null, failed: (error: unknown) => void = notices.failed) {
    this.#question = question;
    this.#failed = failed;
  }

  /** To be called where a component begins: the questions end with it. */
  follow(): void {
    $effect(() => {
      const asked = this.#question();
      if (!asked) {
        this.answer = null;
        return;
      }
      let newest = true;
      asked.then(
        (answer) => {
          if (newest) this.answer = answer;
        },
        (error) => (newest ? this.#failed : notices.failed)(error),
      );
      return () => {
        newest = false;
      };
    });
  }
}
