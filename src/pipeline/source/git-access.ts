/** Takes the configured credentials and a URL, returns those of the longest matching beginning, files read anew. */
import { readFile } from 'node:fs/promises';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { displayUrl } from '../../foundation/git/git-url.ts';
import type { CredentialConfig } from '../../foundation/git/repository-config.ts';
import type { GitAccess } from '../../foundation/git/run-git.ts';

export interface AccessRequest {
  readonly url: string;
  readonly credentials: readonly CredentialConfig[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export async function gitAccess({ url, credentials, environment }: AccessRequest): Promise<GitAccess | undefined> {
  const shown = displayUrl(url);
  const [best] = credentials
    .filter((entry) => isBeginning(displayUrl(entry.url), shown))
    .sort((left, right) => right.url.length - left.url.length);
  if (best === undefined) return undefined;
  const { sshKeyFile, knownHostsFile, caFile } = best;
  const access = { url, sshKeyFile, knownHostsFile, caFile };
  if (best.tokenFile !== undefined) {
    return { ...access, username: userOf(url) ?? 'oauth2', password: await readToken(best.tokenFile) };
  }
  if (best.usernameEnv === undefined || best.passwordEnv === undefined) return access;
  return { ...access, username: environment[best.usernameEnv] ?? '', password: environment[best.passwordEnv] ?? '' };
}

/** `https://git.example.com/shop` is no beginning of `https://git.example.com/shopping`, nor a host of itself with a port. */
function isBeginning(prefix: string, url: string): boolean {
  if (!url.startsWith(prefix)) return false;
  const rest = url.slice(prefix.length);
  if (rest === '' || rest === '.git' || prefix.endsWith('/') || rest.startsWith('/')) return true;
  // git@host:path
  return !prefix.includes('://') && (rest.startsWith(':') || prefix.endsWith(':'));
}

function userOf(url: string): string | undefined {
  const user = /^https?:\/\/([^/:@]+)(?::[^/@]*)?@/.exec(url)?.[1];
  return user === undefined ? undefined : decodeURIComponent(user);
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new HelmGitopsError('git.authentication', 'user', `the token file ${file} cannot be read`, { cause });
  }
}
