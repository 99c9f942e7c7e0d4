/** What an entry of the table of calls is made of, and what is derived from it. */
import { z } from 'zod';

/**
 * A call: the schema of what the window sends, and, as types alone, what it gives back, what main itself puts in place before the engine
 * sees it (`Relayed`), and what the page hands to the preload where that differs from what reaches main (`Handed`).
 */
export interface Endpoint<Shape extends z.ZodRawShape, Result, Relayed = unknown, Handed = unknown> {
  readonly params: z.ZodObject<Shape>;
  readonly types?: { result: Result; relayed: Relayed; handed: Handed };
}

/** `takes({ ... }).gives<Result>()`; what is in between is for the few calls that main's or the preload's own hand changes. */
export function takes<Shape extends z.ZodRawShape>(shape: Shape) {
  const params = z.object(shape);
  return {
    gives: <Result>(): Endpoint<Shape, Result> => ({ params }),
    /** Main's own hand adds or narrows these on the way to the engine: such a call has an entry in main's exceptions, or nothing compiles. */
    relayedWith: <Relayed>() => ({ gives: <Result>(): Endpoint<Shape, Result, Relayed> => ({ params }) }),
    /** The page hands the preload this, which makes of it what main takes. */
    handed: <Handed>() => ({ gives: <Result>(): Endpoint<Shape, Result, unknown, Handed> => ({ params }) }),
  };
}

/** A study and where it lies; every call about a study reaches the engine with both. */
export interface StudyPlace {
  studyId: string;
  /** Absolute path of the study's folder. */
  folder: string;
}

// biome-ignore lint/suspicious/noExplicitAny: any endpoint at all.
export type AnyEndpoint = Endpoint<any, any, any, any>;
export type ResultOf<E> = E extends Endpoint<infer _S, infer Result, infer _R, infer _H> ? Result : never;
export type RelayedOf<E> = E extends Endpoint<infer _S, infer _Result, infer Relayed, infer _H> ? Relayed : never;
type HandedOf<E> = E extends Endpoint<infer _S, infer _Result, infer _R, infer Handed> ? Handed : never;

/** What the window sends. */
export type ParamsOf<E extends AnyEndpoint> = unknown extends HandedOf<E> ? z.input<E['params']> : HandedOf<E>;
/** What main has once it is checked. */
export type CheckedOf<E extends AnyEndpoint> = z.output<E['params']>;
/** What the derived relay makes of it: a study has its folder; a grant is a path. */
export type DerivedOf<E extends AnyEndpoint> = CheckedOf<E> extends { studyId: string } ? CheckedOf<E> & { folder: string } : CheckedOf<E>;
/** What the engine is asked. */
export type RequestOf<E extends AnyEndpoint> =
  unknown extends RelayedOf<E> ? DerivedOf<E> : Omit<DerivedOf<E>, keyof RelayedOf<E>> & RelayedOf<E>;

/**
 * What a field of a call stands for, said by its schema: `study` gets its folder beside it; `source` and `target` are grants that main
 * turns into the path that a person chose, the second for one use.
 */
export type Stands = 'study' | 'source' | 'target';
const standing = z.registry<{ for: Stands }>();
export const standsFor = <S extends z.ZodType>(what: Stands, schema: S): S => {
  standing.add(schema, { for: what });
  return schema;
};
export const standingOf = (schema: z.ZodType): Stands | null => standing.get(schema)?.for ?? null;
