/** Every event that reaches the window, once: who sends one, who passes it on and who hears it are held to this table. */
import type { ProgressFrame, TerminalMessage } from './analysis.ts';
import type { EngineState, Settings } from './calls.ts';

/** An event and, as a type alone, what it carries. */
interface Carrier<Payload> {
  readonly carried?: Payload;
}
const carries = <Payload>(): Carrier<Payload> => ({});

export const events = {
  /** At most 20 a second, the latest wins. */
  progress: carries<ProgressFrame>(),
  /** Exactly one a run. */
  terminal: carries<TerminalMessage>(),
  engine: carries<{ state: EngineState; detail: string }>(),
  settings: carries<Settings>(),
  /** A menu item, for the window to carry out. */
  menu: carries<{ command: 'open-folder' | 'open-study' | 'close-study' }>(),
};
export type EventName = keyof typeof events;
export type Events = { [E in EventName]: (typeof events)[E] extends Carrier<infer Payload> ? Payload : never };
export const eventNames = Object.keys(events) as EventName[];
/** One that leaves out an event does not compile. */
export type EventHandlers = { [E in EventName]: (payload: Events[E]) => void };

/** What the engine says unasked: progress (the latest wins) and exactly one terminal message a run. */
export type EngineMessage = Events['progress' | 'terminal'];
