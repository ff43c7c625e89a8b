/**
 * Takes calls on a repository of a registry, returns the answers: at mirrors first where there are any, with the
 * Authorization that the registry asks for. It knows nothing of what is in the answers.
 */
import type { Credential, FindCredential } from '../credentials/credential.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/http-client.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import { codeOfBody, isOciError, ociError } from './oci-error.ts';
import { formatReference, type OciReference } from './reference.ts';
import { openRegistryTokens, type TokenRequest } from './registry-tokens.ts';
import { tlsOf } from './tls-of.ts';

export interface RegistryCall {
  readonly reference: OciReference;
  readonly actions: 'pull' | 'pull,push';
  readonly method: NonNullable<HttpRequest['method']>;
  /** Below `/v2/REPOSITORY/`, or a URL of the registry's own: the next page, an upload. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses beside 2xx that are an answer. */
  readonly accept?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export interface RegistrySession {
  send(call: RegistryCall): Promise<HttpResponse>;
}

export interface RegistrySessionOptions {
  readonly http: HttpClient;
  readonly findCredential: FindCredential;
  /** By host (and port): URLs that are asked first when something is read, in this order. */
  readonly mirrors?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Place {
  readonly base: URL;
  readonly credential: Credential | undefined;
}

/** 5xx and 429 stay with the HTTP client, which tries again. */
const refusals = [400, 401, 403, 404, 405, 409, 412, 413, 415, 416, 422];
const longestErrorBody = 64 * 1024;

export function openRegistrySession(options: RegistrySessionOptions): RegistrySession {
  const { http, findCredential, now } = options;
  const tokens = openRegistryTokens(http, now);
  /** By base URL: so that only the first call is sent in vain. */
  const challenges = new Map<string, Challenge>();

  async function sendTo({ base, credential }: Place, call: RegistryCall): Promise<HttpResponse> {
    const { reference, signal } = call;
    const url = call.path instanceof URL ? call.path : new URL(`v2/${reference.repository}/${call.path}`, base);
    const scope = `repository:${reference.repository}:${call.actions}`;
    const known = challenges.get(base.href);
    let asked: TokenRequest | undefined = known && { challenge: known, base, scope, credential, signal };
    for (let tries = 1; ; tries++) {
      // An upload may be at another host: storage, which has its own signature in the URL.
      const authorization = asked && url.origin === base.origin ? await tokens.authorize(asked) : undefined;
      const answer = await http.request({
        url: url.href,
        method: call.method,
        headers: { ...call.headers, ...(authorization === undefined ? {} : { authorization }) },
        ...(call.body === undefined ? {} : { body: call.body }),
        credential: url.origin === base.origin ? tlsOf(credential) : undefined,
        accept: refusals,
        signal,
      });
      const challenge = answer.status === 401 ? parseChallenge(answer.headers['www-authenticate']) : undefined;
      if (challenge === undefined || tries > 2 || (challenge.type === 'basic' && tries > 1)) {
        if (answer.status < 400 || call.accept?.includes(answer.status)) return answer;
        throw await refusal(answer, call, { base, credential });
      }
      await answer.discard();
      if (authorization !== undefined && asked !== undefined) tokens.forget(asked);
      // Our own scope first, so that the token is found again; the server's where ours did not do.
      const plain = challenge.type === 'bearer' ? { ...challenge, scope: undefined } : challenge;
      challenges.set(base.href, plain);
      asked = { challenge: tries === 1 ? plain : challenge, base, scope, credential, signal };
    }
  }

  async function mirrorsOf({ registry, repository }: OciReference): Promise<Place[]> {
    const urls = options.mirrors?.get(registry) ?? [];
    return await Promise.all(
      urls.map(async (url) => {
        const base = new URL(url.endsWith('/') ? url : `${url}/`);
        return { base, credential: await findCredential(`oci://${base.host}/${repository}`) };
      }),
    );
  }

  async function sendAnywhere(call: RegistryCall): Promise<HttpResponse> {
    const { path } = call;
    const mirrors = call.actions === 'pull' ? await mirrorsOf(call.reference) : [];
    if (path instanceof URL) {
      const mirror = mirrors.find(({ base }) => base.origin === path.origin);
      return await sendTo(mirror ?? (await placeOf(call.reference, findCredential)), call);
    }
    for (const mirror of mirrors) {
      const answer = await sendTo(mirror, { ...call, accept: [] }).catch(() => undefined);
      if (answer !== undefined) return answer;
      call.signal?.throwIfAborted();
    }
    return await sendTo(await placeOf(call.reference, findCredential), call);
  }

  return { send: sendAnywhere };
}

async function placeOf({ registry, repository }: OciReference, findCredential: FindCredential): Promise<Place> {
  const credential = await findCredential(`oci://${registry}/${repository}`);
  // docker.io is a name, not a host; Helm asks the same one.
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  return { base: new URL(`${credential?.plainHttp === true ? 'http' : 'https'}://${host}/`), credential };
}

async function refusal(answer: HttpResponse, { reference, actions }: RegistryCall, { base, credential }: Place) {
  const code = await answer.text(longestErrorBody).then(codeOfBody, () => '');
  const { status } = answer;
  const said = code === '' ? `${status}` : `${status} ${code}`;
  const name = formatReference(reference);
  const { host } = base;
  if (status === 401 || status === 403 || code === 'DENIED')
    return ociError('oci.denied', `${host} denies access to ${name} (${said})`, {
      hint:
        credential?.password === undefined && credential?.refreshToken === undefined
          ? `give an entry for oci://${host} under "credentials", or run helm registry login; it may also not exist`
          : `check the credentials for ${host}, and that they may ${actions.split(',').at(-1)} ${reference.repository}`,
    });
  if (status === 404 && (code === 'NAME_UNKNOWN' || reference.tag === undefined) && reference.digest === undefined)
    return ociError('oci.no-repository', `${host} has no repository ${reference.repository} (${said})`, {
      hint: 'for a chart the path ends with its name; some registries say this too to who shows no credentials',
    });
  if (status === 404) return ociError('oci.no-version', `${host} has no ${name} (${said})`);
  return ociError('oci.refused', `${host} refuses the request for ${name} (${said})`);
}

/** Nothing of that name, as against a registry that fails. */
export function isMissing(error: unknown): boolean {
  return isOciError(error, 'oci.no-repository', 'oci.no-version');
}
