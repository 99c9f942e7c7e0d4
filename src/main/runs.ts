import type { TerminalMessage } from '../contract/analysis.ts';
import type { EngineMessage } from '../contract/events.ts';

/** The runs that have begun and not ended; an engine that dies ends each of them, once. */
export class Runs {
  readonly #active = new Map<string, string>();
  readonly #ended = new Set<string>();
  readonly #onMessage: (message: EngineMessage) => void;

  constructor(onMessage: (message: EngineMessage) => void) {
    this.#onMessage = onMessage;
  }

  get active(): boolean {
    return this.#active.size > 0;
  }

  get current(): { runId: string; studyId: string } | null {
    const [first] = this.#active;
    return first ? { runId: first[0], studyId: first[1] } : null;
  }

  get ids(): string[] {
    return [...this.#active.keys()];
  }

  isRunning = (studyId: string): boolean => [...this.#active.values()].includes(studyId);

  /** A run's terminal message can overtake the answer that told its id. */
  begin(runId: string, studyId: string): void {
    if (!this.#ended.has(runId)) this.#active.set(runId, studyId);
  }

  /** What the engine says, passed on; nothing of a run that has ended. */
  take(message: EngineMessage): void {
    if (this.#ended.has(message.runId)) return;
    if (message.kind === 'terminal') {
      this.#active.delete(message.runId);
      this.#ended.add(message.runId);
    } else this.#active.set(message.runId, message.studyId);
    this.#onMessage(message);
  }

  engineLost(detail: string): void {
    for (const [runId, studyId] of [...this.#active]) {
      const terminal: TerminalMessage = {
        kind: 'terminal',
        runId,
        studyId,
        outcome: 'failed',
        error: { code: 'engine-lost', params: {}, detail },
      };
      this.take(terminal);
    }
  }
}
