/**
 * Takes a registry's challenge and a credential, returns the Authorization header to answer with: basic, or a token that
 * the registry's token server gives for a scope and that is kept until it expires. Credentials go to the realm that the
 * registry names, never from a registry with TLS to a realm without.
 */
import { createHash } from 'node:crypto';
import type { Credential } from '../credentials/credential.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { Challenge } from './challenge.ts';
import { readJsonObject } from './json-object.ts';
import { ociError } from './oci-error.ts';
import { tlsOf } from './tls-of.ts';

export interface TokenRequest {
  readonly challenge: Challenge;
  /** The registry's own URL. */
  readonly base: URL;
  /** `repository:team/chart:pull` */
  readonly scope: string;
  readonly credential: Credential | undefined;
}

export interface RegistryTokens {
  /** Undefined: nobody gave a credential, and the registry wants one. */
  authorize(request: TokenRequest): Promise<string | undefined>;
  /** After a token was refused. */
  forget(request: TokenRequest): void;
}

interface Token {
  readonly header: string;
  readonly expires: number;
}

const defaultLifetime = 60_000;
/** Tokens are renewed this much before they expire. */
const margin = 10_000;
const longestAnswer = 1 << 20;
const mostTokens = 1000;

export function openRegistryTokens(http: HttpClient, now: () => number): RegistryTokens {
  const tokens = new Map<string, Promise<Token>>();

  async function authorize(request: TokenRequest): Promise<string | undefined> {
    const { challenge, credential } = request;
    if (credential?.bearerToken !== undefined) return `Bearer ${credential.bearerToken}`;
    if (challenge.type === 'basic') return basic(credential);
    const key = keyOf(request);
    // Between this look and the set below nothing may wait, or two callers would both ask.
    const running = tokens.get(key);
    if (running !== undefined) {
      const known = await running;
      if (known.expires > now()) return known.header;
      if (tokens.get(key) === running) tokens.delete(key);
      return await authorize(request);
    }
    const asked = fetchToken(request, { http, now });
    tokens.set(key, asked);
    if (tokens.size > mostTokens) tokens.delete(tokens.keys().next().value ?? '');
    asked.catch(() => tokens.get(key) === asked && tokens.delete(key));
    return (await asked).header;
  }

  return {
    authorize,
    forget: (request) => void tokens.delete(keyOf(request)),
  };
}

/** A changed password must not be answered with the token that the old one got. */
function keyOf({ challenge, base, scope, credential }: TokenRequest): string {
  const { username, password, refreshToken } = credential ?? {};
  const parts = [challenge, base.href, scope, username, password, refreshToken];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function basic(credential: Credential | undefined): string | undefined {
  if (credential?.password === undefined) return undefined;
  return `Basic ${Buffer.from(`${credential.username ?? ''}:${credential.password}`).toString('base64')}`;
}

async function fetchToken(
  { challenge, base, scope, credential }: TokenRequest,
  { http, now }: { http: HttpClient; now: () => number },
): Promise<Token> {
  if (challenge.type !== 'bearer') throw new TypeError('a token of basic authentication');
  const realm = readRealm(challenge.realm, base);
  const wanted = challenge.scope ?? scope;
  const query = new URLSearchParams();
  if (challenge.service !== undefined) query.append('service', challenge.service);
  query.append('scope', wanted);
  const refresh = credential?.refreshToken;
  if (refresh === undefined) for (const [name, value] of query) realm.searchParams.append(name, value);
  else query.append('grant_type', 'refresh_token');
  const form = new URLSearchParams(query);
  if (refresh !== undefined) {
    form.append('refresh_token', refresh);
    form.append('client_id', 'helm-gitops');
  }
  const authorization = refresh === undefined ? basic(credential) : undefined;
  const began = now();
  const answer = await http.request({
    url: realm.href,
    method: refresh === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
      ...(refresh === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(refresh === undefined ? {} : { body: form.toString() }),
    // No signal: others may wait for the same token.
    credential: tlsOf(credential),
    accept: [400, 401, 403],
  });
  if (answer.status >= 400) {
    await answer.discard();
    throw ociError('oci.denied', `the token server ${realm.host} of ${base.host} denies access (${answer.status})`, {
      hint:
        credential === undefined
          ? `give an entry for oci://${base.host} under "credentials", or run helm registry login`
          : `check the credentials for ${base.host}`,
    });
  }
  return readToken(await answer.text(longestAnswer), realm, began);
}

function readRealm(text: string, base: URL): URL {
  const realm = URL.parse(text);
  const fits =
    realm !== null && (realm.protocol === 'https:' || (realm.protocol === 'http:' && base.protocol === 'http:'));
  if (!fits) throw ociError('oci.protocol', `${base.host} names a token server that is none, or has no TLS`);
  realm.username = '';
  realm.password = '';
  realm.hash = '';
  return realm;
}

function readToken(text: string, realm: URL, began: number): Token {
  const object = readJsonObject(text);
  const token = object?.get('token') || object?.get('access_token');
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,65536}$/.test(token))
    throw ociError('oci.protocol', `the token server ${realm.host} answers without a token`);
  const seconds = object?.get('expires_in');
  const lifetime = typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 86_400) * 1000 : defaultLifetime;
  return { header: `Bearer ${token}`, expires: began + Math.max(lifetime - margin, lifetime / 2) };
}
