/** URLs of a chart repository as Helm joins them, and what may be shown to whom. */
import type { Credential, FindCredential } from '../../../foundation/credentials/credential.ts';
import { displayUrl } from '../../../foundation/http/display-url.ts';
import { chartError } from '../chart-error.ts';

/** Helm's ResolveReferenceURL: below the repository's path, with the repository's query; an absolute one as it is. */
export function resolveInRepository(repository: string, reference: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference)) return reference;
  const base = URL.parse(repository);
  if (base === null || !/^https?:$/.test(base.protocol)) throw noUrl(repository);
  base.pathname = `${base.pathname.replace(/\/$/, '')}/`;
  base.hash = '';
  const resolved = URL.parse(reference, base.href);
  if (resolved === null) throw noUrl(reference);
  resolved.search = base.search;
  resolved.hash = '';
  return resolved.href;
}

function noUrl(text: string): Error {
  return chartError('chart.repository-invalid', `${displayUrl(text)} is no URL of a chart repository`, {
    hint: 'for example https://charts.example.com',
  });
}

export interface CredentialQuestion {
  readonly url: string;
  readonly repository: string;
  readonly findCredential: FindCredential;
}

/** What belongs to a repository goes to its own origin alone, wherever its index points. */
export async function credentialFor({
  url,
  repository,
  findCredential,
}: CredentialQuestion): Promise<Credential | undefined> {
  const [target, own] = [new URL(url), new URL(repository)];
  if (target.origin !== own.origin) return undefined;
  const found = (await findCredential(withoutUser(target))) ?? (await findCredential(withoutUser(own)));
  if (found !== undefined || own.username === '') return found;
  return { username: decodeURIComponent(own.username), password: decodeURIComponent(own.password) };
}

function withoutUser(url: URL): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

export interface UrlMirror {
  /** The beginning of URLs. */
  readonly of: string;
  /** What stands in its place. */
  readonly at: string;
}

export interface MirrorQuestion {
  readonly url: string;
  readonly repository: string;
  readonly mirrors: readonly UrlMirror[];
}

/** Where else a URL may be asked for, before itself. The repository's own query stays at home: it may hold a token. */
export function mirrorsOf({ url, repository, mirrors }: MirrorQuestion): string[] {
  const query = URL.parse(repository)?.search ?? '';
  const path = query !== '' && url.endsWith(query) ? url.slice(0, -query.length) : url;
  return mirrors.filter(({ of }) => isBelow(path, of)).map(({ of, at }) => at + path.slice(of.length));
}

function isBelow(url: string, prefix: string): boolean {
  return url.startsWith(prefix) && (prefix.endsWith('/') || /^([/?]|$)/.test(url.slice(prefix.length)));
}
