/** What the preload puts on `window.sonde`. */

import type { SondeErrorData } from './analysis.ts';
import type { Call, GrantedSource, Params, Results } from './calls.ts';
import type { EventName, Events } from './events.ts';

/** Errors cross as values: contextBridge would strip an Error of everything but its message. */
export type Answer<C extends Call> = { ok: true; value: Results[C] } | { ok: false; error: SondeErrorData };

export interface Bridge {
  call<C extends Call>(name: C, params: Params<C>): Promise<Answer<C>>;
  /** Returns what stops listening. */
  on<E extends EventName>(event: E, handler: (payload: Events[E]) => void): () => void;
  /** A dropped File's path stays with main; the window gets a grant. */
  grantDropped(file: File): Promise<GrantedSource | null>;
}

declare global {
  interface Window {
    sonde: Bridge;
  }
}
