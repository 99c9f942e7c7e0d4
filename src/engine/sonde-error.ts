import type { ErrorCode, SondeErrorData } from '../contract/analysis.ts';

/** An error that a person can act on; it crosses processes as SondeErrorData. */
export class SondeError extends Error {
  readonly code: ErrorCode;
  readonly params: Record<string, string | number>;

  constructor(code: ErrorCode, params: Record<string, string | number> = {}, detail = '', options?: ErrorOptions) {
    super(detail || `${code} ${JSON.stringify(params)}`, options);
    this.name = 'SondeError';
    this.code = code;
    this.params = params;
  }

  toData(): SondeErrorData {
    return { code: this.code, params: this.params, detail: this.message };
  }
}

/** Any thrown value as data; what is not ours keeps its stack as the detail. */
export function errorData(error: unknown): SondeErrorData {
  if (error instanceof SondeError) return error.toData();
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOSPC') return { code: 'disk-full', params: {}, detail };
  return { code: 'internal', params: {}, detail };
}
