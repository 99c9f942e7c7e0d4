import type { ProgressFrame, TerminalMessage } from '../contract/analysis.ts';
import { LatestWins } from './latest-wins.ts';

/** A frame that carried the live map hands it on to the one that replaces it: maps come more rarely than figures. */
export function mergeProgress(older: ProgressFrame, newer: ProgressFrame): ProgressFrame {
  const sameRun = older.runId === newer.runId && older.phase === newer.phase;
  return sameRun && newer.map === null && older.map !== null ? { ...newer, map: older.map } : newer;
}

/** What a run says of itself, on its way to one listener: progress may be thinned, a terminal message never. */
export class RunStream {
  readonly #progress: LatestWins<ProgressFrame>;
  readonly #sendTerminal: (message: TerminalMessage) => void;

  constructor(send: { progress(frame: ProgressFrame): void; terminal(message: TerminalMessage): void }, clock?: () => number) {
    this.#progress = new LatestWins({ send: send.progress, merge: mergeProgress, ...(clock ? { clock } : {}) });
    this.#sendTerminal = send.terminal;
  }

  push(message: ProgressFrame | TerminalMessage): void {
    if (message.kind === 'progress') {
      this.#progress.push(message);
      return;
    }
    this.#progress.drop();
    this.#sendTerminal(message);
  }

  acknowledge(): void {
    this.#progress.acknowledge();
  }
}
