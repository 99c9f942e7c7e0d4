/** At most one question under way; of those that wait, the latest wins. A slider may ask faster than it is answered. */
export class Latest<Question, Answer> {
  readonly #ask: (question: Question) => Promise<Answer>;
  readonly #take: (answer: Answer, question: Question) => void;
  readonly #fail: (error: unknown) => void;
  #busy = false;
  #waiting: { question: Question } | null = null;

  constructor(
    ask: (question: Question) => Promise<Answer>,
    take: (answer: Answer, question: Question) => void,
    fail: (error: unknown) => void,
  ) {
    this.#ask = ask;
    this.#take = take;
    this.#fail = fail;
  }

  ask(question: Question): void {
    this.#waiting = { question };
    if (!this.#busy) void this.#run();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#waiting) {
      const { question } = this.#waiting;
      this.#waiting = null;
      try {
        this.#take(await this.#ask(question), question);
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#busy = false;
  }
}
