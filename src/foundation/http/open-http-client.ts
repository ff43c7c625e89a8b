/**
 * Takes the environment (for proxies), a clock and chance, returns the HttpClient on undici: HTTP/1.1, retries of what is
 * transient, redirects by hand. It never keeps cookies, and never shows a credential to another origin than its own.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { HelmGitopsError } from '../base/errors.ts';
import type { Credential } from '../credentials/credential.ts';
import { displayUrl } from './display-url.ts';
import { type Environment, findProxy } from './find-proxy.ts';
import { followRedirect, isRedirect, type Sending } from './follow-redirect.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './http-client.ts';
import { abortError, type Hop, httpError, isHttpError, networkError, statusError } from './http-error.ts';
import { type Agents, openAgents } from './open-agents.ts';
import { openDeadline } from './open-deadline.ts';
import { discard, readBody } from './read-body.ts';
import { pauseAfterError, pauseAfterStatus, readRetryAfter } from './retry-pause.ts';

export interface HttpClientOptions {
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read. */
  readonly environment: Environment;
  readonly userAgent?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

type Machine = Required<HttpClientOptions> & { readonly agents: Agents };

const defaultTimeout = 30_000;
const defaultAttempts = 4;
const defaultMaxBytes = 2 ** 30;
const maxRedirects = 10;
/** A server that drips a byte now and then would hold its reader for ever. */
const wholeDeadline = 15 * 60_000;

export function openHttpClient(options: HttpClientOptions): HttpClient {
  const machine: Machine = {
    userAgent: 'helm-gitops',
    now: Date.now,
    sleep: async (milliseconds, signal) => {
      await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
    },
    random: Math.random,
    ...options,
    agents: openAgents(),
  };
  return {
    request: async (request) => rereading(await persist(request, machine), request, machine),
    [Symbol.asyncDispose]: () => machine.agents[Symbol.asyncDispose](),
  };
}

/** Sends the request until it is answered, or trying again makes no sense. */
async function persist(request: HttpRequest, machine: Machine): Promise<HttpResponse> {
  const first = firstSending(request, machine.userAgent);
  const attempts = request.attempts ?? defaultAttempts;
  for (let number = 1; ; number++) {
    const outcome = await attempt(first, request, machine);
    if (outcome.type === 'answer') return outcome.response;
    const { error, hop, status, retryAfter } = outcome;
    const tried = { number, method: first.method, random: machine.random };
    const pause =
      status === undefined ? pauseAfterError(tried, error.code) : pauseAfterStatus(tried, status, retryAfter);
    if (pause === undefined || number >= attempts) throw error;
    await machine.sleep(pause, request.signal).catch((reason: unknown) => {
      throw abortError(hop, request.signal?.reason ?? reason);
    });
  }
}

/** Of short bodies, read at once, those that broke off are asked for again; of streams the reader has half already. */
function rereading(first: HttpResponse, request: HttpRequest, machine: Machine): HttpResponse {
  if ((request.method ?? 'GET') !== 'GET') return first;
  const bytes = async (limit: number) => {
    let response = first;
    for (let number = 1; ; number++) {
      try {
        return await response.bytes(limit);
      } catch (error) {
        const pause = isHttpError(error)
          ? pauseAfterError({ number, method: 'GET', random: machine.random }, error.code)
          : undefined;
        if (pause === undefined || number >= (request.attempts ?? defaultAttempts)) throw error;
        await machine.sleep(pause, request.signal);
        response = await persist(request, machine);
        const same = response.status === first.status && response.headers['etag'] === first.headers['etag'];
        if (same) continue;
        await response.discard();
        throw error;
      }
    }
  };
  return { ...first, bytes, text: async (limit) => Buffer.from(await bytes(limit)).toString('utf8') };
}

type Outcome =
  | { readonly type: 'answer'; readonly response: HttpResponse }
  | {
      readonly type: 'failure';
      readonly error: HelmGitopsError;
      readonly hop: Hop;
      readonly status?: number;
      readonly retryAfter?: number | undefined;
    };

/** One try: through all redirects. */
async function attempt(first: Sending, request: HttpRequest, machine: Machine): Promise<Outcome> {
  let sending = first;
  for (let redirects = 0; ; redirects++) {
    const proxy = findProxy(sending.url, machine.environment);
    const timeout = request.timeout ?? defaultTimeout;
    const hop: Hop = { method: sending.method, url: sending.url, proxy: proxy?.host, timeout };
    if (request.signal?.aborted) throw abortError(hop, request.signal.reason);
    const dispatcher = await machine.agents.find({ url: sending.url, proxy, credential: sending.credential });
    let answer: Dispatcher.ResponseData;
    try {
      answer = await send(dispatcher, sending, { timeout, outer: request.signal });
    } catch (error) {
      if (request.signal?.aborted) throw abortError(hop, request.signal.reason);
      return { type: 'failure', error: networkError(error, hop), hop };
    }
    const { statusCode: status } = answer;
    if (isRedirect(status) && request.accept?.includes(status) !== true) {
      await discard(answer);
      if (redirects >= maxRedirects) throw tooManyRedirects(first.url);
      const [location] = [answer.headers.location].flat();
      sending = followRedirect(sending, status, location);
      continue;
    }
    if ((status >= 200 && status < 300) || request.accept?.includes(status) === true) {
      const { compressed = false, maxBytes = defaultMaxBytes } = request;
      return { type: 'answer', response: readBody(answer, { hop, compressed, maxBytes, signal: request.signal }) };
    }
    await discard(answer);
    const retryAfter = readRetryAfter([answer.headers['retry-after']].flat()[0], machine.now());
    const credentialGiven = sending.headers['authorization'] !== undefined;
    const error = statusError({ hop, status, dropped: sending.dropped, credentialGiven, retryAfter });
    return { type: 'failure', error, hop, status, retryAfter };
  }
}

async function send(
  dispatcher: Dispatcher,
  { url, method, headers, body }: Sending,
  { timeout, outer }: { timeout: number; outer: AbortSignal | undefined },
): Promise<Dispatcher.ResponseData> {
  const deadline = openDeadline(outer, wholeDeadline);
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { ...headers },
      body: body ?? null,
      signal: deadline.signal,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    // A body that is destroyed emits an error, which without a listener ends the process.
    answer.body.on('error', () => undefined).once('close', deadline.close);
    return answer;
  } catch (error) {
    deadline.close();
    throw error;
  }
}

function firstSending(request: HttpRequest, userAgent: string): Sending {
  const url = URL.parse(request.url);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw httpError('http.invalid', `${displayUrl(request.url)} is not a URL of http or https`);
  const written = userInfo(url);
  url.username = '';
  url.password = '';
  url.hash = '';
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    'accept-encoding': request.compressed === true ? 'gzip' : 'identity',
  };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  const authorization = authorizationOf(request.credential) ?? authorizationOf(written);
  if (authorization !== undefined) headers['authorization'] ??= authorization;
  const { method = 'GET', body, credential } = request;
  return { url, method, headers, body, credential, dropped: false };
}

/** Bearer before basic; a refresh token is none of the server's business, but its token server's. */
function authorizationOf(credential: Credential | undefined): string | undefined {
  if (credential?.bearerToken !== undefined) return `Bearer ${credential.bearerToken}`;
  if (credential?.username === undefined && credential?.password === undefined) return undefined;
  const pair = `${credential.username ?? ''}:${credential.password ?? ''}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function userInfo({ username, password }: URL): Credential | undefined {
  if (username === '' && password === '') return undefined;
  return { username: decoded(username), password: decoded(password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function tooManyRedirects(url: URL): HelmGitopsError {
  return httpError('http.redirect', `${url.host} redirects more than ${maxRedirects} times: ${displayUrl(url.href)}`);
}
