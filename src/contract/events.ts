/** Every event that reaches the window. */
import type { ProgressFrame, TerminalMessage } from './analysis.ts';
import type { EngineState, Settings } from './calls.ts';

export interface Events {
  /** At most 20 a second, the latest wins. */
  progress: ProgressFrame;
  /** Exactly one a run. */
  terminal: TerminalMessage;
  engine: { state: EngineState; detail: string };
  settings: Settings;
  /** A menu item, for the window to carry out. */
  menu: { command: 'open-folder' | 'open-study' | 'close-study' };
}
export type EventName = keyof Events;
