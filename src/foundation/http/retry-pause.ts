/**
 * Takes what a try ended with, returns the milliseconds until the next one, or undefined where another would not help or
 * could do a thing twice.
 */

/** A server that asks for more is not waited for: the next poll comes round. */
const longestRetryAfter = 30_000;
const firstPause = 300;
const longestPause = 10_000;
const repeatable = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
const neverCarriedOut = new Set(['http.dns', 'http.unreachable']);
const broken = new Set(['http.interrupted', 'http.timeout', 'http.protocol']);

export interface Try {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly random: () => number;
}

export function pauseAfterStatus(tried: Try, status: number, retryAfter: number | undefined): number | undefined {
  const asked = status === 429 || status === 503;
  const reads = tried.method === 'GET' || tried.method === 'HEAD';
  const again =
    status === 429 ||
    (status === 503 && (reads || retryAfter !== undefined)) ||
    (reads && (status === 408 || (status >= 500 && status !== 501 && status !== 505)));
  if (!again) return undefined;
  if (!asked || retryAfter === undefined) return backOff(tried);
  // A tenth more, so that all who were turned away at once don't come back at once.
  return retryAfter > longestRetryAfter ? undefined : retryAfter * (1 + 0.1 * tried.random()) + 50 * tried.random();
}

export function pauseAfterError(tried: Try, code: string): number | undefined {
  // Each has cost its whole time already.
  if (code === 'http.timeout' && tried.number > 1) return undefined;
  const again = neverCarriedOut.has(code) || (broken.has(code) && repeatable.has(tried.method));
  return again ? backOff(tried) : undefined;
}

function backOff({ number, random }: Try): number {
  return Math.min(longestPause, firstPause * 2 ** (number - 1)) * (0.5 + random());
}

/** Milliseconds of a Retry-After, which holds seconds or a date; undefined for anything else. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = /[A-Za-z]{3}, \d{2}[ -][A-Za-z]{3}[ -]\d{2,4} /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
