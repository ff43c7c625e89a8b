/**
 * Takes calls on a repository of a registry, returns the answers: at mirrors first where there are any, with the
 * Authorization that the registry asks for. It knows nothing of what is in the answers.
 */
import { asHelmGitopsError, type HelmGitopsError } from '../base/errors.ts';
import type { Credential, FindCredential } from '../credentials/credential.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/http-client.ts';
import { mentionMirror } from '../http/mention-mirror.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import { codeOfBody, isOciError, ociError } from './oci-error.ts';
import { formatReference, type OciReference, parseReference } from './reference.ts';
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
  /** Somebody else may be asked: it is not waited for as long. */
  readonly impatient?: boolean;
}

export interface RegistrySession {
  send(call: RegistryCall): Promise<HttpResponse>;
}

export interface RegistrySessionOptions {
  readonly http: HttpClient;
  readonly findCredential: FindCredential;
  /** By host (and port): `oci://HOST/PATH` or the base of `/v2/` as a URL, asked first when something is read, in this order. */
  readonly mirrors?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Place {
  readonly base: URL;
  readonly credential: Credential | undefined;
}

interface Mirror {
  readonly place: () => Promise<Place>;
  /** What the repository is there. */
  readonly reference: OciReference;
}

/** Milliseconds and tries. */
const impatience = { timeout: 10_000, attempts: 2 } as const;

/** 5xx and 429 stay with the HTTP client, which tries again. */
const refusals = [400, 401, 403, 404, 405, 409, 412, 413, 415, 416, 422];
const longestErrorBody = 64 * 1024;
/** Unauthorized, with our scope, with the scope that the registry wants. */
const mostTries = 3;

export function openRegistrySession(options: RegistrySessionOptions): RegistrySession {
  const { http, now } = options;
  const find = rememberBriefly(options.findCredential, now);
  const tokens = openRegistryTokens(http, now);
  /** By base URL: so that only the first call is sent in vain. */
  const challenges = new Map<string, Challenge>();
  const mirrors = parseMirrors(options.mirrors);

  async function sendTo({ base, credential }: Place, call: RegistryCall): Promise<HttpResponse> {
    const { reference } = call;
    const url = call.path instanceof URL ? call.path : new URL(`v2/${reference.repository}/${call.path}`, base);
    // An upload may be at another host: storage, which has its own signature in the URL.
    const own = url.origin === base.origin;
    const scope = `repository:${reference.repository}:${call.actions}`;
    const known = own ? challenges.get(base.href) : undefined;
    let asked: TokenRequest | undefined = known && { challenge: known, base, scope, credential };
    let authorization = asked && (await tokens.authorize(asked));
    for (let tries = 1; ; tries++) {
      const answer = await http.request({
        url: url.href,
        method: call.method,
        headers: { ...call.headers, ...(authorization === undefined ? {} : { authorization }) },
        ...(call.body === undefined ? {} : { body: call.body }),
        credential: own ? tlsOf(credential) : undefined,
        accept: refusals,
        signal: call.signal,
        ...(call.impatient === true ? impatience : {}),
      });
      if (answer.status < 400 || call.accept?.includes(answer.status)) return answer;
      const code = await answer.text(longestErrorBody).then(codeOfBody, () => '');
      const challenge = answer.status === 401 && own ? parseChallenge(answer.headers['www-authenticate']) : undefined;
      const error = refusal({ status: answer.status, code }, call, { base, credential });
      if (challenge === undefined || tries === mostTries) throw error;
      if (asked !== undefined) tokens.forget(asked);
      // Our own scope first, so that the token is found again; the server's where ours did not do.
      const plain = challenge.type === 'bearer' ? { ...challenge, scope: undefined } : challenge;
      challenges.set(base.href, plain);
      asked = { challenge: authorization === undefined ? plain : challenge, base, scope, credential };
      const next = await tokens.authorize(asked);
      if (next === undefined || next === authorization) throw error;
      authorization = next;
    }
  }

  /** With the credential as it is now, where the one of a moment ago is refused. */
  async function sendFreshly(place: () => Promise<Place>, call: RegistryCall): Promise<HttpResponse> {
    const first = await place();
    try {
      return await sendTo(first, call);
    } catch (error) {
      if (!isOciError(error, 'oci.denied')) throw error;
      find.forget();
      const second = await place();
      if (JSON.stringify(second) === JSON.stringify(first)) throw error;
      return await sendTo(second, call);
    }
  }

  async function ownPlace({ registry, repository }: OciReference): Promise<Place> {
    const credential = await find(`oci://${registry}/${repository}`);
    // docker.io is a name, not a host; Helm asks the same one.
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    return { base: new URL(`${credential?.plainHttp === true ? 'http' : 'https'}://${host}/`), credential };
  }

  async function send(call: RegistryCall): Promise<HttpResponse> {
    const { path, reference, actions } = call;
    const own: Mirror = { reference, place: () => ownPlace(reference) };
    const places = (actions === 'pull' ? (mirrors.get(reference.registry) ?? []) : []).map((at) =>
      mirrorOf(at, reference),
    );
    if (path instanceof URL) {
      const { place, reference: named } = (await placeAt(places, path.origin)) ?? own;
      return await sendFreshly(place, { ...call, reference: named });
    }
    let failure: HelmGitopsError | undefined;
    for (const { place, reference: named } of places) {
      try {
        return await sendFreshly(place, { ...call, reference: named, accept: [], impatient: true });
      } catch (error) {
        call.signal?.throwIfAborted();
        if (!isMissing(error)) failure ??= asHelmGitopsError(error);
      }
    }
    return await sendFreshly(own.place, call).catch((error: unknown) => {
      throw mentionMirror(error, failure);
    });
  }

  function mirrorOf(at: URL | OciReference, { registry: _, repository, ...named }: OciReference): Mirror {
    if (!(at instanceof URL)) {
      const below = at.repository === '' ? repository : `${at.repository}/${repository}`;
      const reference = { ...named, registry: at.registry, repository: below };
      return { reference, place: () => ownPlace(reference) };
    }
    const reference = { ...named, registry: at.host, repository };
    return { reference, place: async () => ({ base: at, credential: await find(`oci://${at.host}/${repository}`) }) };
  }

  return { send };
}

/** The next page comes from where the first one came from. */
async function placeAt(mirrors: readonly Mirror[], origin: string): Promise<Mirror | undefined> {
  for (const mirror of mirrors) {
    const place = await mirror.place().catch(() => undefined);
    if (place?.base.origin === origin) return mirror;
  }
  return undefined;
}

/** Milliseconds: a pull is three calls, and a credential helper takes up to a second each time. */
const memory = 10_000;
const mostRemembered = 1000;

function rememberBriefly(findCredential: FindCredential, now: () => number): FindCredential & { forget(): void } {
  const known = new Map<string, { readonly found: ReturnType<FindCredential>; readonly until: number }>();
  const find: FindCredential = (url) => {
    const before = known.get(url);
    if (before !== undefined && before.until > now()) return before.found;
    const found = findCredential(url);
    if (known.size >= mostRemembered) known.clear();
    known.set(url, { found, until: now() + memory });
    found.catch(() => known.delete(url));
    return found;
  };
  return Object.assign(find, { forget: () => known.clear() });
}

/** Of `oci://HOST/PATH` the repository is PATH, or ''. */
function parseMirrors(
  mirrors: RegistrySessionOptions['mirrors'],
): ReadonlyMap<string, readonly (URL | OciReference)[]> {
  const parse = (text: string) => {
    if (text.startsWith('oci://')) {
      const { registry, repository } = parseReference(`${text.replace(/\/$/, '')}/x`);
      return { registry, repository: repository.slice(0, -'/x'.length) };
    }
    const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
      throw ociError('oci.reference', 'the address of a mirror is not a URL of https or http without a name');
    return url;
  };
  return new Map([...(mirrors ?? [])].map(([host, urls]) => [host, urls.map(parse)]));
}

function refusal(
  { status, code }: { status: number; code: string },
  { reference, actions }: RegistryCall,
  { base, credential }: Place,
): HelmGitopsError {
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
