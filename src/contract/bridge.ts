/** What the preload puts on `window.sonde`, and the channels that it speaks to main over. */

import type { SondeErrorData } from './analysis.ts';
import type { Call, Params, Results } from './calls.ts';
import type { EventName, Events } from './events.ts';

/** Errors cross as values: contextBridge would strip an Error of everything but its message. */
export type Answer<C extends Call> = { ok: true; value: Results[C] } | { ok: false; error: SondeErrorData };

export interface Bridge {
  call<C extends Call>(name: C, params: Params<C>): Promise<Answer<C>>;
  /** Returns what stops listening. */
  on<E extends EventName>(event: E, handler: (payload: Events[E]) => void): () => void;
}

export const channels = {
  /** From the page: a call's name and parameters; answered with its Answer. */
  call: 'sonde:call',
  /** To the page: an event's name and what it carries. */
  event: 'sonde:event',
  /** From the page: the last frame of progress has been dealt with. */
  acknowledge: 'sonde:acknowledge',
} as const;

declare global {
  interface Window {
    sonde: Bridge;
  }
}
