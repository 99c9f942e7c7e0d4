/** The one door to the other processes: a call gives its value, or throws what a person can act on. */
import type { SondeErrorData } from '../../../contract/analysis.ts';
import type { Call, Params, Results } from '../../../contract/calls.ts';
import { type EventHandlers, type EventName, eventNames } from '../../../contract/events.ts';

export class CallError extends Error {
  readonly data: SondeErrorData;

  constructor(data: SondeErrorData) {
    super(`${data.code}: ${data.detail}`);
    this.name = 'CallError';
    this.data = data;
  }
}

/** Throws CallError where the other side answered with an error. */
export async function call<C extends Call>(name: C, params: Params<C>): Promise<Results[C]> {
  const answer = await window.sonde.call(name, params);
  if (!answer.ok) throw new CallError(answer.error);
  return answer.value;
}

/** Hears every event: one without a handler does not compile. */
export function listen(handlers: EventHandlers): void {
  const hear = <E extends EventName>(name: E) => window.sonde.on(name, handlers[name]);
  for (const name of eventNames) hear(name);
}

/** Anything thrown, as the data of an error; what is unknown keeps its stack as the detail. */
export function errorDataOf(error: unknown): SondeErrorData {
  if (error instanceof CallError) return error.data;
  return { code: 'internal', params: {}, detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
