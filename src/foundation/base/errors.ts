/**
 * The one error class. What went wrong is told by `code`, whose fault it is by `fault`, and only `fault` decides
 * what the program does about it.
 */

/**
 * - `user`: a definition, chart, value or flag is wrong; nothing helps but to change it. Exit code 2.
 * - `transient`: the network, a registry, a busy API server; the same call may pass later. Exit code 1.
 * - `cluster`: the workload never became healthy. Exit code 1.
 * - `internal`: a bug of ours. Exit code 70.
 */
export type Fault = 'user' | 'transient' | 'cluster' | 'internal';

/** Where in a text the error lies. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The line itself, for the excerpt. */
  readonly excerpt?: string;
}

export interface ErrorDetails {
  readonly place?: Place | undefined;
  /** What to do about it: one sentence, no full stop needed. */
  readonly hint?: string | undefined;
  /** Milliseconds that another side asks to be left alone. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

export class HelmGitopsError extends Error {
  override readonly name = 'HelmGitopsError';
  /** `area.name`, as in `chart.not-found`; declared beside its stage in a table of codes. */
  readonly code: string;
  readonly fault: Fault;
  readonly place: Place | undefined;
  readonly hint: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: string, fault: Fault, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.fault = fault;
    this.place = details.place;
    this.hint = details.hint;
    this.retryAfter = details.retryAfter;
  }
}

/** Any thrown value as a HelmGitopsError: what is not one already is a bug of ours. */
export function asHelmGitopsError(error: unknown): HelmGitopsError {
  if (error instanceof HelmGitopsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new HelmGitopsError('internal.unexpected', 'internal', message, { cause: error });
}

/** `file:line:column`, as far as known. */
export function formatPlace(place: Place): string {
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}
