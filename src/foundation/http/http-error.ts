/** What the network and servers do wrong, as HelmGitopsErrors that name the host; never a credential, never a body. */
import { type ErrorDetails, HelmGitopsError } from '../base/errors.ts';
import { displayUrl } from './display-url.ts';
import { type HttpErrorCode, httpErrors } from './http-errors.table.ts';

export function httpError(code: HttpErrorCode, message: string, details?: ErrorDetails): HelmGitopsError {
  return new HelmGitopsError(code, httpErrors[code].fault, message, details);
}

/** One of these, or any that is ours. */
export function isHttpError(error: unknown, ...codes: HttpErrorCode[]): error is HelmGitopsError {
  if (!(error instanceof HelmGitopsError)) return false;
  return codes.length === 0 ? Object.hasOwn(httpErrors, error.code) : (codes as string[]).includes(error.code);
}

/** What an error of the network depends on: the hop that failed, after redirects. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  /** `host:port` of the proxy that it goes through. */
  readonly proxy: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

const certificateCodes =
  /^(CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED)/;
const timeoutCodes = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);
/** Errors that have no code. */
const namesInstead = new Set(['HTTPParserError', 'TimeoutError']);
const brokenCodes = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);

/** A failure below HTTP, in the middle of a body or before its headers. */
export function networkError(thrown: unknown, hop: Hop): HelmGitopsError {
  if (thrown instanceof HelmGitopsError) return thrown;
  const { code, message } = innermost(thrown);
  const { host, hostname } = hop.url;
  const through = hop.proxy === undefined ? '' : ` through the proxy ${hop.proxy}`;
  const proxyStatus = /^Proxy response \((\d+)\)/.exec(message)?.[1];
  if (proxyStatus !== undefined)
    return httpError('http.proxy', `the proxy ${hop.proxy} answers ${proxyStatus} instead of connecting to ${host}`, {
      hint: proxyStatus === '407' ? 'give name and password in the URL of the proxy' : 'check HTTPS_PROXY and NO_PROXY',
    });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const name = hop.proxy ?? hostname;
    return httpError('http.dns', `the name of the host ${name} cannot be resolved (${code})`, {
      hint:
        hop.proxy === undefined ? 'check the spelling of the URL, and the DNS of this machine' : 'check HTTPS_PROXY',
    });
  }
  if (certificateCodes.test(code))
    return httpError('http.tls', `the certificate of ${host} is not trusted${through}: ${firstLine(message)}`, {
      hint: `name the authority's certificate with caFile in the entry for ${host} under "credentials"`,
    });
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO' || code.startsWith('ERR_OSSL_'))
    return httpError('http.tls', `no TLS connection with ${host} comes about${through} (${code})`, {
      hint: /WRONG_VERSION|PACKET_LENGTH/.test(code) ? 'it seems to speak plain http' : undefined,
    });
  if (code === 'UND_ERR_INVALID_ARG')
    return httpError(
      'http.invalid',
      `the request to ${host} cannot be written: a header has characters that none may have`,
      {
        hint: 'look for line breaks in the token or password',
      },
    );
  if (timeoutCodes.has(code) || code === 'TimeoutError')
    return httpError('http.timeout', `${host} does not answer in time${through} (${displayUrl(hop.url.href)})`);
  if (/^HPE_|^HTTPParserError$/.test(code) || code === 'UND_ERR_HEADERS_OVERFLOW')
    return httpError('http.protocol', `${host} answers with something that is not HTTP${through} (${code})`);
  if (brokenCodes.has(code)) return httpError('http.interrupted', `the connection to ${host}${through} broke`);
  return httpError('http.unreachable', `${host} cannot be reached${through}: ${code || firstLine(message)}`);
}

export interface Refusal {
  readonly hop: Hop;
  readonly status: number;
  /** A credential was left behind at a redirect. */
  readonly dropped: boolean;
  readonly credentialGiven: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number | undefined;
}

/** A status that is no answer. */
export function statusError({ hop, status, dropped, credentialGiven, retryAfter }: Refusal): HelmGitopsError {
  const { host } = hop.url;
  const what = `${hop.method} ${displayUrl(hop.url.href)}`;
  if (status === 407) return httpError('http.proxy', `the proxy ${hop.proxy ?? ''} denies access (407)`);
  if (status === 401 || status === 403)
    return httpError('http.denied', `${host} denies access (${status}): ${what}`, {
      hint: deniedHint(host, dropped, credentialGiven),
    });
  if (status === 404 || status === 410)
    return httpError('http.not-found', `${host} has nothing there (${status}): ${what}`, {
      hint: credentialGiven ? undefined : 'check the URL; some servers say this too to who shows no credentials',
    });
  if (status === 429)
    return httpError('http.rate-limited', `${host} wants fewer requests (429): ${what}`, {
      hint: retryAfter === undefined ? undefined : `it asks to wait ${Math.ceil(retryAfter / 1000)} seconds`,
      retryAfter,
    });
  if (status >= 500) return httpError('http.server', `${host} fails (${status}): ${what}`);
  return httpError('http.refused', `${host} refuses the request (${status}): ${what}`);
}

function deniedHint(host: string, dropped: boolean, credentialGiven: boolean): string {
  if (dropped) return `the request was redirected to ${host}, where credentials of another host are not shown`;
  if (credentialGiven) return `check the credentials for ${host}: expired, misspelt, or without the right to read this`;
  return `give an entry for ${host} under "credentials"`;
}

/** The signal's own reason where it is an error of ours. */
export function abortError(hop: Hop, reason: unknown): HelmGitopsError {
  if (reason instanceof HelmGitopsError) return reason;
  return httpError('http.aborted', `the request to ${hop.url.host} was given up`, { cause: reason });
}

function innermost(thrown: unknown): { code: string; message: string } {
  let seen = thrown as { code?: unknown; name?: unknown; message?: unknown; errors?: unknown; cause?: unknown } | null;
  // A name with several addresses fails with an AggregateError; proxies wrap what happened in a cause.
  for (let depth = 0; depth < 5; depth++) {
    const first: unknown = Array.isArray(seen?.errors) ? seen.errors[0] : undefined;
    const next = first ?? (wraps(seen) ? seen?.cause : undefined);
    if (next === undefined || next === null) break;
    seen = next as typeof seen;
  }
  const name = typeof seen?.name === 'string' && namesInstead.has(seen.name) ? seen.name : '';
  const code = typeof seen?.code === 'string' && seen.code !== '' ? seen.code : name;
  return { code, message: typeof seen?.message === 'string' ? seen.message : '' };
}

function wraps(error: { code?: unknown; cause?: unknown } | null): boolean {
  return typeof error?.cause === 'object' && (error.code === undefined || String(error.code).startsWith('UND_ERR_PRX'));
}

/** OpenSSL's texts end with file names of its source, altnames with lists of other hosts. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').slice(0, 200);
}
