/** Codes of everything that can go wrong between us and a server outside the cluster. */
import type { Fault } from '../base/errors.ts';

export const httpErrors = {
  'http.aborted': { fault: 'transient', summary: 'the caller gave the request up' },
  'http.corrupt': { fault: 'transient', summary: 'an answer is not what its encoding says' },
  'http.denied': { fault: 'user', summary: 'a server denies access: 401 or 403' },
  'http.dns': { fault: 'transient', summary: 'the name of a host is not known' },
  'http.interrupted': { fault: 'transient', summary: 'a connection broke in the middle of an answer' },
  'http.invalid': { fault: 'user', summary: 'a request cannot be written: its URL, or bytes of a credential' },
  'http.not-found': { fault: 'user', summary: 'a server has nothing at that URL: 404 or 410' },
  'http.protocol': { fault: 'transient', summary: 'an answer breaks the HTTP protocol' },
  'http.proxy': { fault: 'user', summary: 'a proxy turns the request away, or its address is no URL' },
  'http.rate-limited': { fault: 'transient', summary: 'a server wants fewer requests: 429' },
  'http.redirect': { fault: 'user', summary: 'a redirect leads nowhere, in circles, or away from TLS' },
  'http.refused': { fault: 'user', summary: 'a server refuses the request with another 4xx' },
  'http.server': { fault: 'transient', summary: 'a server fails: 5xx' },
  'http.timeout': { fault: 'transient', summary: 'a server does not answer in time' },
  'http.tls': { fault: 'user', summary: 'the certificate of a server is not trusted, or it speaks no TLS' },
  'http.too-large': { fault: 'user', summary: 'an answer is longer than it may be' },
  'http.unreachable': { fault: 'transient', summary: 'no connection to a server comes about' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;

export type HttpErrorCode = keyof typeof httpErrors;
