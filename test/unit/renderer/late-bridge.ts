/** A bridge whose answers come when the test says so, in the order that it says. */
import { flushSync } from 'svelte';
import type { SondeErrorData } from '../../../src/contract/analysis.ts';
import type { Call, Params, Results } from '../../../src/contract/calls.ts';
import type { EventHandlers, EventName, Events } from '../../../src/contract/events.ts';

interface Asked {
  name: Call;
  params: never;
  answer(value: unknown): void;
  fail(error: SondeErrorData): void;
}

export class LateBridge {
  readonly #open: Asked[] = [];
  readonly #handlers: Partial<EventHandlers> = {};

  /** In place of the window's. */
  constructor() {
    const call = (name: Call, params: never) =>
      new Promise((resolve) => {
        const done = (answer: unknown) => {
          this.#open.splice(this.#open.indexOf(asked), 1);
          resolve(answer);
        };
        const asked: Asked = {
          name,
          params,
          answer: (value) => done({ ok: true, value }),
          fail: (error) => done({ ok: false, error }),
        };
        this.#open.push(asked);
      });
    const on = <E extends EventName>(name: E, handler: EventHandlers[E]) => {
      this.#handlers[name] = handler;
      return () => {};
    };
    Object.assign(window, { sonde: { call, on } });
  }

  /** Calls of a name that wait for their answer, oldest first. */
  waiting<C extends Call>(name: C): Params<C>[] {
    return this.#open.filter((asked) => asked.name === name).map(({ params }) => params as Params<C>);
  }

  /** Answers the oldest call of the name that `which` holds for. */
  async answer<C extends Call>(name: C, value: Results[C], which: (params: Params<C>) => boolean = () => true): Promise<void> {
    this.#find(name, which).answer(value);
    await settle();
  }

  async fail<C extends Call>(name: C, error: SondeErrorData, which: (params: Params<C>) => boolean = () => true): Promise<void> {
    this.#find(name, which).fail(error);
    await settle();
  }

  async emit<E extends EventName>(name: E, payload: Events[E]): Promise<void> {
    (this.#handlers[name] as ((payload: Events[E]) => void) | undefined)?.(payload);
    await settle();
  }

  /** Answers a column that is waited for. */
  column(name: string, values: Results['columns'][string] | undefined): Promise<void> {
    return this.answer('columns', values ? { [name]: values } : {}, ({ names }) => names.includes(name as never));
  }

  #find<C extends Call>(name: C, which: (params: Params<C>) => boolean): Asked {
    const found = this.#open.find((asked) => asked.name === name && which(asked.params as Params<C>));
    if (!found) throw new Error(`nobody waits for ${name}`);
    return found;
  }
}

/** All that follows from an answer has happened. */
export async function settle(): Promise<void> {
  flushSync();
  await new Promise((resolve) => setTimeout(resolve));
  flushSync();
}
