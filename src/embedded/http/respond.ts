/** Writes answers: JSON with Kubernetes' headers, warnings, and errors as Status. */
import type { ServerResponse } from 'node:http';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { badRequest, StatusError, statusBody } from '../api/status-error.ts';

export function sendJson(response: ServerResponse, code: number, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(code, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache, private',
    'Content-Length': body.length,
  });
  response.end(body);
}

/** Before the answer itself; warnings add up. */
export function addWarnings(response: ServerResponse, warnings: readonly string[]): void {
  for (const warning of warnings) response.appendHeader('Warning', `299 - ${JSON.stringify(warning)}`);
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-cache, private' });
  response.end(text);
}

/** What nothing at all serves. */
export class PageNotFound extends Error {
  override readonly name = 'PageNotFound';
}

/** What somebody else should serve. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
}

export function sendError(response: ServerResponse, error: unknown): void {
  if (error instanceof PageNotFound) {
    sendText(response, 404, '404 page not found\n');
    return;
  }
  if (error instanceof ServiceUnavailable) {
    sendText(response, 503, 'service unavailable\n');
    return;
  }
  const status = asStatus(error);
  if (response.headersSent) {
    response.end();
    return;
  }
  const retry = status.details?.retryAfterSeconds;
  if (retry !== undefined) response.setHeader('Retry-After', String(retry));
  sendJson(response, status.code, JSON.stringify(statusBody(status)));
}

function asStatus(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof HelmGitopsError) return badRequest(error.message);
  const message = error instanceof Error ? error.message : String(error);
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}
