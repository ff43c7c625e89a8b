/** Decides when a call to an API server is sent again. */
import type { Dispatcher } from 'undici';
import { isClusterError } from './cluster-error.ts';
import type { ApiRequest } from './transport.ts';

const maxRetryAfterMilliseconds = 30_000;

/**
 * Milliseconds until the same request may be sent again; undefined where it should not be. An API server turns such
 * a request away before it does anything. A 503 without Retry-After may come from a proxy that did pass it on.
 */
export function pauseBefore(answer: Dispatcher.ResponseData, tries: number, random: () => number): number | undefined {
  const { statusCode, headers } = answer;
  const named = headers['retry-after'] === undefined ? Number.NaN : Number(headers['retry-after']);
  if (statusCode !== 429 && !(statusCode >= 500 && Number.isFinite(named))) return undefined;
  const milliseconds = Number.isFinite(named) ? named * 1000 : 250 * 2 ** tries;
  if (milliseconds > maxRetryAfterMilliseconds) return undefined;
  return milliseconds * (1 + 0.2 * random());
}

/** A server's own failure; or a forced apply that met another write. */
export function isPassing(error: Error, { method }: ApiRequest): boolean {
  if (isClusterError(error, 'cluster.server-error', 'cluster.unavailable')) return true;
  return method === 'PATCH' && isClusterError(error, 'cluster.conflict');
}

/** Milliseconds: 100, 200, 400. */
export function repeatPause(tries: number, random: () => number): number {
  return 50 * 2 ** tries * (1 + 0.2 * random());
}

export function isBrokenConnection(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
