/**
 * Takes the configured credentials and a URL, returns those of the longest matching beginning, files and variables read
 * anew. A URL whose path could mean another than it shows gets none.
 */
import { readFile } from 'node:fs/promises';
import { displayUrl } from '../git/git-url.ts';
import type { CredentialConfig } from '../git/repository-config.ts';
import type { Credential } from './credential.ts';
import { credentialsError } from './credentials-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfiguredRequest {
  readonly url: string;
  readonly credentials: readonly CredentialConfig[];
  readonly environment: Environment;
}

export async function configuredCredential(request: ConfiguredRequest): Promise<Credential | undefined> {
  const { url, credentials, environment } = request;
  const shown = comparable(url);
  if (isAmbiguous(shown)) return undefined;
  const [best] = credentials
    .map((entry) => ({ entry, prefix: comparable(entry.url) }))
    .filter(({ prefix }) => isBeginning(prefix, shown))
    .sort((left, right) => right.prefix.length - left.prefix.length);
  if (best === undefined) return undefined;
  const { tokenFile, usernameEnv, passwordEnv, sshKeyFile, knownHostsFile, caFile, plainHttp } = best.entry;
  const credential = { sshKeyFile, knownHostsFile, caFile, plainHttp };
  if (tokenFile !== undefined)
    return { ...credential, username: userOf(url) ?? 'oauth2', password: await readToken(tokenFile) };
  if (passwordEnv === undefined) return credential;
  // A password alone is a token.
  const username = usernameEnv === undefined ? (userOf(url) ?? 'oauth2') : (environment[usernameEnv] ?? '');
  return { ...credential, username, password: environment[passwordEnv] ?? '' };
}

/** Without name and password; scheme and host in lower case. */
function comparable(url: string): string {
  return displayUrl(url).replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/, (origin) => origin.toLowerCase());
}

/** `https://host/mine/../yours` begins as mine; `https://host\@other/` has a host that depends on who reads it. */
function isAmbiguous(url: string): boolean {
  return /[\\\u0000-\u0020]/.test(url) || /(^|\/)(\.|%2e){1,2}($|[/?#])/i.test(url.replace(/^[a-z0-9+.-]+:\/\//, ''));
}

/** `https://git.example.com/shop` is no beginning of `https://git.example.com/shopping`, nor a host of itself with a port. */
function isBeginning(prefix: string, url: string): boolean {
  if (!url.startsWith(prefix)) return false;
  const rest = url.slice(prefix.length);
  if (rest === '' || rest === '.git' || prefix.endsWith('/') || /^[/?]/.test(rest)) return true;
  // git@host:path
  return !prefix.includes('://') && (rest.startsWith(':') || prefix.endsWith(':'));
}

function userOf(url: string): string | undefined {
  const user = /^https?:\/\/([^/:@]+)(?::[^/@]*)?@/.exec(url)?.[1];
  if (user === undefined) return undefined;
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw credentialsError('credentials.unreadable', `the token file ${file} cannot be read`, { cause });
  }
}
