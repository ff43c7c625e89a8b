/**
 * Takes an answer that redirects and the request it answers, returns the next request. To another origin nothing goes but
 * what says nothing of the caller; from https nothing goes to http.
 */

import { displayUrl } from './display-url.ts';
import type { HttpRequest } from './http-client.ts';
import { httpError } from './http-error.ts';

export interface Sending {
  readonly url: URL;
  readonly method: NonNullable<HttpRequest['method']>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly credential: HttpRequest['credential'];
  /** Something secret was left behind. */
  readonly dropped: boolean;
}

const harmless = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'range',
  'user-agent',
]);

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

export function followRedirect(sent: Sending, status: number, location: string | undefined): Sending {
  const { host } = sent.url;
  if (location === undefined || location === '')
    throw httpError('http.redirect', `${host} redirects (${status}) without saying where to`);
  const url = URL.parse(location, sent.url.href);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw httpError('http.redirect', `${host} redirects to something that is no URL of http`);
  if (sent.url.protocol === 'https:' && url.protocol === 'http:')
    throw httpError('http.redirect', `${host} redirects from https to plain http: ${displayUrl(url.href)}`, {
      hint: 'give the address that it leads to, with https, or ask who runs the server',
    });
  // A server has no business writing names and passwords into addresses.
  url.username = '';
  url.password = '';
  const becomesGet = (status === 303 && sent.method !== 'HEAD') || (status < 303 && sent.method === 'POST');
  const next = becomesGet ? { ...sent, url, method: 'GET' as const, body: undefined } : { ...sent, url };
  if (url.origin === sent.url.origin) return next;
  const headers = Object.fromEntries(Object.entries(sent.headers).filter(([name]) => harmless.has(name)));
  const dropped = sent.dropped || sent.credential !== undefined || sent.headers['authorization'] !== undefined;
  return { ...next, headers, credential: undefined, dropped };
}
