import type { ErrorCode, SondeErrorData } from '../contract/analysis.ts';
import type { SkipCounts } from '../contract/study.ts';
import type * as catalogue from '../messages/messages.js';

type SnakeCase<Code extends string> = Code extends `${infer Head}-${infer Rest}` ? `${Head}_${SnakeCase<Rest>}` : Code;
type Sentence<Code extends ErrorCode> = (typeof catalogue)[`error_${SnakeCase<Code>}`];

/** What the catalogue's sentence for the code is filled with: an error without one of them does not compile. */
export type ErrorParams<Code extends ErrorCode> = Record<string, string | number> &
  Record<keyof NonNullable<Parameters<Sentence<Code>>[0]>, string | number>;

interface Causes extends ErrorOptions {
  /** Files that were passed over, where they are why there are too few. */
  skipped?: SkipCounts;
}
type Filling<Code extends ErrorCode> =
  Record<never, never> extends ErrorParams<Code>
    ? [params?: ErrorParams<Code>, detail?: string, causes?: Causes]
    : [params: ErrorParams<Code>, detail?: string, causes?: Causes];

/** An error that a person can act on; it crosses processes as SondeErrorData. */
export class SondeError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly params: Record<string, string | number>;
  readonly detail: string;
  readonly skipped: SkipCounts | null;

  /** `detail`: the technical cause, in English. */
  constructor(code: Code, ...[params, detail = '', causes]: Filling<Code>) {
    super(detail || `${code} ${JSON.stringify(params ?? {})}`, causes);
    this.name = 'SondeError';
    this.code = code;
    this.params = params ?? {};
    this.detail = detail;
    this.skipped = causes?.skipped ?? null;
  }

  /** One that crossed as data. */
  static of({ code, params, detail, skipped }: SondeErrorData): SondeError {
    return new SondeError(code, params as ErrorParams<ErrorCode>, detail, skipped ? { skipped } : {});
  }

  toData(): SondeErrorData {
    const { code, params, detail, skipped } = this;
    return { code, params, detail, ...(skipped ? { skipped } : {}) };
  }
}

/** Any thrown value as data; what is not ours keeps its stack as the detail. */
export function errorData(error: unknown): SondeErrorData {
  if (error instanceof SondeError) return error.toData();
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOSPC') return { code: 'disk-full', params: {}, detail };
  return { code: 'internal', params: {}, detail };
}
