/**
 * Takes a way to load a Connection, returns HTTP calls to that API server: a pool of HTTP/1.1 connections for calls,
 * an agent of its own for streams. Obtains credentials anew when they expire or are refused, waits where the server
 * asks for it, and never repeats a call that could have been carried out already, unless twice is as good as once.
 */
import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { HelmGitopsError } from '../base/errors.ts';
import type { Impersonation } from './cluster-client.ts';
import {
  abortError,
  clusterError,
  isClusterError,
  networkError,
  parseApiStatus,
  statusError,
} from './cluster-error.ts';
import type { Connection } from './kubeconfig.ts';
import { isBrokenConnection, isPassing, pauseBefore, repeatPause } from './repeat-call.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, encoded. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
  /** `apply Deployment/shop`: for messages. */
  readonly what: string;
  /** Twice is as good as once: sent again when the connection broke under it or the server failed. */
  readonly repeatable?: boolean;
  readonly impersonate?: Impersonation | undefined;
}

export interface Transport extends AsyncDisposable {
  readonly server: string;
  /** The body of a 2xx answer; everything else fails. */
  send(request: ApiRequest): Promise<string>;
  /** The body as it comes, without a deadline; the caller destroys it. */
  stream(request: ApiRequest): Promise<Dispatcher.ResponseData['body']>;
}

export interface TransportOptions {
  readonly load: () => Promise<Connection>;
  readonly connections: number;
  /** Milliseconds a server may take to begin, and to go on with, an answer. */
  readonly deadline: number;
  readonly userAgent: string;
  readonly random: () => number;
  /** Texts of `Warning:` headers. */
  readonly onWarning?: (what: string, warning: string) => void;
}

interface Link {
  readonly connection: Connection;
  readonly prefix: string;
  readonly pool: Dispatcher;
  readonly streams: Dispatcher;
}

const maxAttempts = 5;
/** Of what may be repeated, where the server asks for nothing. */
const maxRepeats = 4;
const closeTime = 2_000;
/** Milliseconds after a renewal that failed; a plugin may take its time, and every call would ask it. */
const renewalPause = 5_000;
/** Credentials are renewed this much before they expire. */
const expiryMargin = 10_000;

export async function openTransport(options: TransportOptions): Promise<Transport> {
  let link = createLink(await options.load(), options);
  let renewal: Promise<Link> | undefined;
  let closed = false;

  let refused: { readonly error: unknown; readonly until: number } | undefined;

  /** One renewal at a time; connections are kept where only the token changed. What fails is not tried at every call. */
  function renew(): Promise<Link> {
    if (refused !== undefined && Date.now() < refused.until) return Promise.reject(refused.error);
    renewal ??= (async () => {
      try {
        const connection = await options.load();
        const previous = link;
        const same = linkIdentity(connection) === linkIdentity(previous.connection);
        link = same ? { ...previous, connection } : createLink(connection, options);
        if (!same) void closeLink(previous, options.deadline);
        refused = undefined;
        return link;
      } catch (error) {
        refused = { error: credentialsLost(error), until: Date.now() + renewalPause };
        throw refused.error;
      } finally {
        renewal = undefined;
      }
    })();
    return renewal;
  }

  /** What cannot be renewed before its time may still be taken by the server: its 401 is the proof. */
  async function currentLink(): Promise<Link> {
    const { expires } = link.connection;
    return expires !== undefined && Date.now() > expires - expiryMargin ? await renew().catch(() => link) : link;
  }

  async function attempt(request: ApiRequest, streaming: boolean): Promise<Dispatcher.ResponseData> {
    let used = await currentLink();
    for (let tries = 1, renewed = false; ; tries++) {
      if (closed) throw abortError(request.what, new Error('the client is closed'));
      const answer = await exchange(used, request, { streaming, options }).catch((error: unknown) => {
        if (request.signal?.aborted) throw abortError(request.what, request.signal.reason);
        if (request.repeatable && tries < maxRepeats && isBrokenConnection(error)) return undefined;
        throw networkError(error, request.what, hopOf(used));
      });
      if (answer === undefined) {
        // The first time it was a connection that had been idle too long.
        if (tries > 1) await pauseFor(repeatPause(tries, options.random), request);
        continue;
      }
      if (answer.headers.warning !== undefined) tellWarnings(answer.headers.warning, request.what, options);
      if (answer.statusCode < 300) return answer;
      const error = await failureOf(answer, request.what);
      if (answer.statusCode === 401 && !renewed) {
        renewed = true;
        used = await renew();
        continue;
      }
      const asked = tries < maxAttempts ? pauseBefore(answer, tries, options.random) : undefined;
      const again = request.repeatable && tries < maxRepeats && isPassing(error, request);
      const pause = asked ?? (again ? repeatPause(tries, options.random) : undefined);
      if (pause === undefined) throw answer.statusCode === 401 ? withExpiry(error, used.connection) : error;
      await pauseFor(pause, request);
    }
  }

  return {
    get server() {
      return link.connection.server;
    },
    async send(request) {
      const answer = await attempt(request, false);
      try {
        return await answer.body.text();
      } catch (error) {
        if (request.signal?.aborted) throw abortError(request.what, request.signal.reason);
        throw networkError(error, request.what, hopOf(link));
      }
    },
    async stream(request) {
      return (await attempt(request, true)).body;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await closeLink(link, closeTime);
    },
  };
}

function hopOf({ connection: { server, proxyUrl } }: Link): { server: string; through: string | undefined } {
  return { server, through: proxyUrl === undefined ? undefined : URL.parse(proxyUrl)?.host };
}

/** A kubeconfig that cannot be read is an error of whoever starts the program; one that was read before may come back. */
function credentialsLost(error: unknown): unknown {
  if (!isClusterError(error, 'cluster.kubeconfig')) return error;
  const { message, place, hint } = error;
  return clusterError('cluster.credentials', message, { place, hint, cause: error });
}

function exchange(
  link: Link,
  request: ApiRequest,
  { streaming, options }: { streaming: boolean; options: TransportOptions },
): Promise<Dispatcher.ResponseData> {
  const { connection } = link;
  const headers: Record<string, string | string[]> = {
    accept: request.accept ?? 'application/json',
    'user-agent': options.userAgent,
  };
  if (connection.authorization !== undefined) headers.authorization = connection.authorization;
  if (request.body !== undefined) headers['content-type'] = request.contentType ?? 'application/json';
  addImpersonation(headers, request.impersonate ?? connection.impersonate);
  return (streaming ? link.streams : link.pool).request({
    origin: new URL(connection.server).origin,
    method: request.method,
    path: link.prefix + request.path,
    headers,
    body: request.body ?? null,
    signal: request.signal ?? null,
    headersTimeout: options.deadline,
    bodyTimeout: streaming ? 0 : options.deadline,
  });
}

function addImpersonation(headers: Record<string, string | string[]>, who: Impersonation | undefined): void {
  if (who === undefined) return;
  headers['impersonate-user'] = who.user;
  if (who.groups && who.groups.length > 0) headers['impersonate-group'] = [...who.groups];
  if (who.uid !== undefined) headers['impersonate-uid'] = who.uid;
  for (const [key, values] of Object.entries(who.extra ?? {}))
    headers[`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`] = [...values];
}

/** `299 - "spec.foo is deprecated"`, several of them separated by commas or in headers of their own. */
function tellWarnings(header: string | string[], what: string, { onWarning }: TransportOptions): void {
  for (const [, text] of [header]
    .flat()
    .join(',')
    .matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g))
    onWarning?.(what, (text ?? '').replace(/\\(.)/g, '$1'));
}

async function failureOf(answer: Dispatcher.ResponseData, what: string): Promise<HelmGitopsError> {
  const seconds = Number(answer.headers['retry-after']);
  const retryAfter = Number.isFinite(seconds) && answer.headers['retry-after'] !== undefined ? seconds : undefined;
  const body = await answer.body.text().catch(() => '');
  return statusError(parseApiStatus(answer.statusCode, body, retryAfter), what);
}

/** A certificate that has run out is refused like one that was never known. */
function withExpiry(error: HelmGitopsError, { tls: { cert } }: Connection): HelmGitopsError {
  const ended = cert === undefined ? undefined : new X509Certificate(cert).validToDate;
  if (ended === undefined || ended.getTime() > Date.now()) return error;
  return clusterError('cluster.unauthorized', error.message, {
    hint: `the client certificate ran out at ${ended.toISOString()}: renew it`,
    cause: error.cause,
  });
}

async function pauseFor(milliseconds: number, { signal, what }: ApiRequest): Promise<void> {
  await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => {
    throw abortError(what, signal?.reason);
  });
}

function createLink(connection: Connection, options: TransportOptions): Link {
  const { tls, server, proxyUrl } = connection;
  const url = new URL(server);
  const connect = {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    rejectUnauthorized: tls.insecure !== true,
  };
  // HTTP/1.1: undici 8 would negotiate HTTP/2 over one connection, which is a third slower against an API server.
  const common = { allowH2: false, keepAliveTimeout: 60_000, connectTimeout: 10_000 };
  const prefix = url.pathname.replace(/\/+$/, '');
  if (proxyUrl !== undefined) {
    const proxy = (connections: number) =>
      new ProxyAgent({ uri: proxyUrl, requestTls: connect, ...common, ...(connections > 0 ? { connections } : {}) });
    return { connection, prefix, pool: proxy(options.connections), streams: proxy(0) };
  }
  return {
    connection,
    prefix,
    pool: new Pool(url.origin, { ...common, connect, connections: options.connections }),
    streams: new Agent({ ...common, connect }),
  };
}

function linkIdentity({ server, tls, proxyUrl }: Connection): string {
  return JSON.stringify([server, proxyUrl, tls.ca, tls.cert, tls.key, tls.serverName, tls.insecure]);
}

/** Calls under way may finish for so long; streams do not. */
async function closeLink({ streams, pool }: Link, milliseconds: number): Promise<void> {
  const ending = Promise.allSettled([streams.destroy(), pool.close()]);
  const given = new AbortController();
  await Promise.race([ending, sleep(milliseconds, undefined, { ref: false, signal: given.signal })]);
  given.abort();
  await pool.destroy();
}
