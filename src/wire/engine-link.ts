/** The two ends of the pipe between main and engine, as types; both speak birpc over channel.ts. */
import type { SondeErrorData } from '../contract/analysis.ts';
import type { EngineMessage } from '../engine/engine-api.ts';

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
