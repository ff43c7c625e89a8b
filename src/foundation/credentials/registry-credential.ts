/**
 * Takes `HOST/PATH` of a registry, returns the credential that Helm's, Docker's or Podman's files keep for it: the first
 * file that has one, in it the most specific entry. Files are read and helpers run anew each time.
 */

import { askCredentialProgram } from './ask-credential-program.ts';
import { type ConfigPath, type Machine, registryConfigPaths } from './config-paths.ts';
import type { Credential } from './credential.ts';
import { credentialsError } from './credentials-error.ts';
import { readSmallFile } from './read-small-file.ts';

type Section = ReadonlyMap<string, unknown>;

const dockerHosts = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
const dockerServer = 'https://index.docker.io/v1/';

export async function registryCredential(place: string, machine: Machine): Promise<Credential | undefined> {
  for (const config of registryConfigPaths(machine)) {
    const found = await inFile(place, config, machine);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function inFile(place: string, config: ConfigPath, { environment }: Machine): Promise<Credential | undefined> {
  const { path } = config;
  const text = await readSmallFile(path, config.named);
  if (text === undefined || text.trim() === '') return undefined;
  const root = parse(text, path);
  const [host = ''] = place.split('/');
  const server = dockerHosts.has(host) ? dockerServer : host;
  const kept = best(section(root, 'auths'), place);
  const written = kept === undefined ? undefined : ofEntry(kept, path);
  const helper = best(section(root, 'credHelpers'), place) ?? root.get('credsStore');
  if (typeof helper !== 'string' || helper === '') return written;
  try {
    return (await askCredentialProgram({ name: helper, server, file: path, environment })) ?? written;
  } catch (error) {
    if (written !== undefined) return written;
    throw error;
  }
}

/** Keys are `host`, `host/path`, or as older versions of Docker wrote them `https://host/v1/`. */
function best(entries: Section, place: string): unknown {
  const [host = '', ...path] = place.split('/');
  for (let length = path.length; length >= 0; length--) {
    const hosts = dockerHosts.has(host) ? [...dockerHosts] : [host];
    for (const one of hosts) {
      const wanted = [one, ...path.slice(0, length)].join('/');
      const exact = entries.get(wanted);
      if (exact !== undefined) return exact;
      for (const [key, entry] of entries) if (plain(key) === wanted) return entry;
    }
  }
  return undefined;
}

function plain(key: string): string {
  return key
    .replace(/^https?:\/\//i, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/+$/, '')
    .toLowerCase();
}

function ofEntry(entry: unknown, file: string): Credential | undefined {
  const fields = asSection(entry);
  const text = (name: string) => {
    const value = fields?.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [identity, registryToken, auth] = [text('identitytoken'), text('registrytoken'), text('auth')];
  if (registryToken !== undefined) return { bearerToken: registryToken };
  const pair = auth === undefined ? undefined : decodePair(auth, file);
  const username = pair?.username ?? text('username');
  const password = pair?.password ?? text('password');
  if (identity !== undefined) return { username, password, refreshToken: identity };
  return password === undefined ? undefined : { username, password };
}

function decodePair(auth: string, file: string): { username: string; password: string } {
  const bytes = /^[A-Za-z0-9+/_-]+=*\s*$/.test(auth) ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = bytes.indexOf(':');
  if (colon < 0)
    throw credentialsError('credentials.unreadable', `an "auth" in ${file} is not base64 of NAME:PASSWORD`);
  return { username: bytes.slice(0, colon), password: bytes.slice(colon + 1).replace(/\u0000+$/, '') };
}

function parse(text: string, file: string): Section {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without a cause: the parser quotes the text.
    throw credentialsError('credentials.unreadable', `${file} is not JSON`);
  }
  const root = asSection(value);
  if (root === undefined) throw credentialsError('credentials.unreadable', `${file} holds no JSON object`);
  return root;
}

function section(root: Section, name: string): Section {
  return asSection(root.get(name)) ?? new Map();
}

function asSection(value: unknown): Section | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}
