/** The two ends of the pipe between main and engine: birpc over channel.ts. */
import { type BirpcReturn, createBirpc } from 'birpc';
import type { SondeErrorData } from '../contract/analysis.ts';
import type { EngineMessage } from '../contract/events.ts';
import type { Channel } from './channel.ts';

/** A failure crosses as a value: an Error would lose its code and its remedy. */
export type Reply = { ok: true; value: unknown } | { ok: false; error: SondeErrorData };

/** What the engine answers. */
export interface EngineSide {
  call(name: string, request: unknown): Promise<Reply>;
}

/** What main answers: its return acknowledges the message. */
export interface MainSide {
  message(message: EngineMessage): void;
  /** The engine can be called; said once. */
  ready(versions: Record<string, string>): void;
}

/**
 * Calls both ways over a channel, without a limit of time. An answer that does not fit a frame fails its call with the RangeError that
 * says so: left to itself birpc would answer nothing at all, and whoever asked would wait for ever.
 */
export function linkOver<Remote extends object, Own extends object>({ post, on }: Channel, own: Own): BirpcReturn<Remote, Own> {
  // birpc names the call where it is an answer that could not be sent; a request that could not is thrown at its caller.
  return createBirpc<Remote, Own>(own, { post, on, timeout: -1, onGeneralError: (_error, call) => call !== undefined });
}
