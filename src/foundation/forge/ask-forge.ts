/**
 * Takes an operation of a forge's API, returns its JSON; what the forge refuses is an error that names forge, operation,
 * status, the forge's own words and what to do. A token is in none of them.
 */
import { HelmGitopsError } from '../base/errors.ts';
import type { Credential } from '../credentials/credential.ts';
import { displayUrl } from '../http/display-url.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/http-client.ts';
import { isHttpError } from '../http/http-error.ts';
import { readRetryAfter } from '../http/retry-pause.ts';
import { type ForgeErrorCode, forgeErrors } from './forge-errors.table.ts';
import { forgeKinds } from './forge-kinds.table.ts';
import type { ForgePlace } from './locate-forge.ts';
import { at, listAt, textAt } from './read-answer.ts';

export interface ForgeOperation {
  /** `open a pull request`: what cannot be done when it fails. */
  readonly what: string;
  readonly method?: HttpRequest['method'];
  /** Below the API, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** Statuses that are an answer, beside 2xx. */
  readonly accept?: readonly number[];
}

export interface ForgeAnswer {
  readonly status: number;
  /** Undefined where there is none. */
  readonly json: unknown;
  /** What the forge says, as one line. */
  readonly words: string;
}

export type AskForge = (operation: ForgeOperation) => Promise<ForgeAnswer>;

export interface ForgeAccess {
  readonly place: ForgePlace;
  readonly http: HttpClient;
  readonly credential: Credential;
  readonly signal: AbortSignal | undefined;
  readonly limits: ForgeLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Until when a forge wants to be asked nothing, in milliseconds since 1970, by where its API begins. */
export type ForgeLimits = Map<string, number>;

/** Statuses whose bodies say why. Of the others the client knows which are worth another try. */
const telling = [400, 401, 403, 404, 405, 406, 409, 410, 412, 422];
/** Of a repository that is called otherwise now: what is sent there would become a question. */
const moved = [301, 302];
const maxBytes = 16 * 2 ** 20;

export function forgeName({ kind, api }: ForgePlace): string {
  return `${forgeKinds[kind].label} at ${new URL(api).host}`;
}

export function openAsk(access: ForgeAccess): AskForge {
  const { place, http, credential, signal, limits, now } = access;
  const shown = authorization(place, credential);
  const { caFile } = credential;
  return async (operation) => {
    const { method = 'GET', path, body, accept = [] } = operation;
    const until = limits.get(place.api) ?? 0;
    if (until > now()) throw limited(access, until);
    const failed = (thrown: unknown) => wrapped(thrown, access, operation);
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const request: HttpRequest = {
      url: `${place.api}${path}`,
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credential: { ...shown, caFile },
      signal,
      accept: method === 'POST' ? [...telling, ...moved] : telling,
      maxBytes,
    };
    const response = await http.request(request).catch(failed);
    const text = await response.text(maxBytes).catch(failed);
    const json = parse(text);
    const words = wordsOf(json, shown);
    const { status } = response;
    const pause = pauseOf(response, words, now());
    if (pause !== undefined) throw limited(access, now() + pause);
    if ((status >= 200 && status < 300) || accept.includes(status)) return { status, json, words };
    throw refusal({ place, operation, words }, response);
  };
}

export interface Paging {
  readonly size: number;
  /** The query of a page, from 1. */
  readonly page: (number: number) => string;
}

/** Pages until one is not full. */
export async function askPages(ask: AskForge, operation: ForgeOperation, { size, page }: Paging): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let number = 1; number <= mostPages; number++) {
    const separator = operation.path.includes('?') ? '&' : '?';
    const { json } = await ask({ ...operation, path: `${operation.path}${separator}${page(number)}` });
    const items = Array.isArray(json) ? json : [];
    found.push(...items);
    if (items.length < size) break;
  }
  return found;
}

const mostPages = 20;

/** Usernames by which a token is given to git: what stands beside them is no password. */
const tokenUsers: ReadonlySet<string> = new Set(['oauth2', 'x-access-token', 'x-token-auth', 'token', '']);

function authorization({ kind }: ForgePlace, { username = '', password = '' }: Credential): Credential {
  if (forgeKinds[kind].basic && !tokenUsers.has(username)) return { username, password };
  return { bearerToken: password };
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const longestWords = 300;

/** `message`, GitHub's `errors[].message`, GitLab's `error`, Bitbucket's `error.message`. */
function wordsOf(json: unknown, { bearerToken, password }: Credential): string {
  const message = at(json, 'message');
  const parts = [
    ...(typeof message === 'string'
      ? [message]
      : Array.isArray(message)
        ? message
        : Object.values(message ?? {}).flat()),
    ...listAt(json, 'errors').map((one) => (typeof one === 'string' ? one : textAt(one, 'message'))),
    textAt(json, 'error') ?? textAt(json, 'error', 'message'),
  ].filter((part): part is string => typeof part === 'string' && part !== '');
  let words = [...new Set(parts)]
    .join('; ')
    .replaceAll(/[\s\u0000-\u001f\u007f-\u009f\u2028-\u202e]+/g, ' ')
    .trim();
  for (const secret of [bearerToken, password]) if (secret) words = words.replaceAll(secret, '…');
  return words.length > longestWords ? `${words.slice(0, longestWords)}…` : words;
}

/** Milliseconds; GitHub asks for a minute where it says nothing else. */
const leastPause = 60_000;

/** Undefined: it is no limit that was reached. GitHub says so by 403 too, of a secondary limit in words alone. */
function pauseOf({ status, headers }: HttpResponse, words: string, now: number): number | undefined {
  if (status !== 403) return undefined;
  const asked = readRetryAfter(headers['retry-after'], now);
  if (asked !== undefined) return asked;
  const isSpent = headers['x-ratelimit-remaining'] === '0';
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000 - now;
  if (isSpent && reset > 0) return reset;
  return isSpent || /rate limit/i.test(words) ? leastPause : undefined;
}

/** The same words for whatever is wanted of it meanwhile: it is told once. */
function limited({ place, limits, now }: ForgeAccess, until: number): HelmGitopsError {
  limits.set(place.api, until);
  const message = `${forgeName(place)} wants fewer requests: it is asked nothing before ${new Date(until).toISOString()}`;
  return new HelmGitopsError('forge.rate-limited', forgeErrors['forge.rate-limited'].fault, message, {
    hint: `the limit is that of the token for ${place.web}; poll its repositories less often, or give them a token of their own`,
    retryAfter: until - now(),
  });
}

interface Refused {
  readonly place: ForgePlace;
  readonly operation: ForgeOperation;
  readonly words: string;
}

function refusal({ place, operation, words }: Refused, { status, headers }: HttpResponse): HelmGitopsError {
  const { label, rights } = forgeKinds[place.kind];
  const said = words === '' ? '' : `: ${words}`;
  const fail = (code: ForgeErrorCode, hint: string | undefined) =>
    forgeError(code, `${forgeName(place)} does not ${operation.what} in ${place.path} (${status})${said}`, hint);
  if (moved.includes(status)) {
    const location = URL.parse(headers['location'] ?? '', place.api)?.href;
    const hint = 'give the repository the address that it has there now';
    return fail('forge.moved', location === undefined ? hint : `${hint}; its API is ${displayUrl(location)}`);
  }
  if (status === 401)
    return fail(
      'forge.denied',
      `the token that "credentials" have for ${place.web} is not known there, or has expired`,
    );
  if (status === 403)
    return fail('forge.denied', `the token that "credentials" have for ${place.web} needs more rights: ${rights}`);
  if (status === 404 || status === 410)
    return fail(
      'forge.not-found',
      `check the URL and "forge" of the repository; ${label} says this too to a token without rights (${rights})`,
    );
  return fail('forge.refused', undefined);
}

function wrapped(thrown: unknown, access: ForgeAccess, { what }: ForgeOperation): never {
  if (!isHttpError(thrown)) throw thrown;
  const { place, now } = access;
  if (thrown.code === 'http.rate-limited') throw limited(access, now() + (thrown.retryAfter ?? leastPause));
  const message = `${forgeName(place)} could not be asked to ${what}: ${thrown.message}`;
  throw new HelmGitopsError(thrown.code, thrown.fault, message, { hint: thrown.hint, cause: thrown });
}

export function forgeError(code: ForgeErrorCode, message: string, hint?: string): HelmGitopsError {
  return new HelmGitopsError(code, forgeErrors[code].fault, message, { hint });
}

/** An answer that lacks what it has to have. */
export function unexpected(place: ForgePlace, what: string): HelmGitopsError {
  return forgeError(
    'forge.protocol',
    `${forgeName(place)} answers with something that is not ${what}`,
    'check "forge" of the repository: its kind and api',
  );
}
