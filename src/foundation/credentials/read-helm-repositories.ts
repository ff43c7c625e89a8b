/** Takes the machine, returns what `helm repo add` wrote: names, URLs and credentials of chart repositories. */
import { GoError, type GoMap, type GoValue } from '../template/value.ts';
import { readYamlMap } from '../yaml/read-yaml.ts';
import { helmRepositoriesPath, type Machine } from './config-paths.ts';
import type { Credential } from './credential.ts';
import { credentialsError } from './credentials-error.ts';
import { readSmallFile } from './read-small-file.ts';

export interface HelmRepository {
  readonly name: string;
  readonly url: string;
  /** For its own scheme and host, unless `passCredentialsAll`. */
  readonly credential: Credential | undefined;
  /** Charts at other hosts get the credential too. */
  readonly passCredentialsAll: boolean;
}

/** In the file's order; empty where there is no such file. */
export async function readHelmRepositories(machine: Machine): Promise<HelmRepository[]> {
  const { path, named } = helmRepositoriesPath(machine);
  const text = await readSmallFile(path, named);
  const entries = text === undefined ? undefined : parse(text, path).get('repositories');
  if (!Array.isArray(entries)) return [];
  return entries.filter((entry) => entry instanceof Map).flatMap(readEntry);
}

function readEntry(entry: GoMap): HelmRepository[] {
  const text = (key: string) => {
    const value = entry.get(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [name, url] = [text('name'), text('url')];
  if (name === undefined || url === undefined) return [];
  const credential: Credential = {
    username: text('username'),
    password: text('password'),
    caFile: text('caFile'),
    certFile: text('certFile'),
    keyFile: text('keyFile'),
    insecureSkipTlsVerify: entry.get('insecure_skip_tls_verify') === true || undefined,
  };
  const given = Object.values(credential).some((value) => value !== undefined);
  const passCredentialsAll = entry.get('pass_credentials_all') === true;
  return [{ name, url, credential: given ? credential : undefined, passCredentialsAll }];
}

function parse(text: string, path: string): ReadonlyMap<unknown, GoValue> {
  try {
    return readYamlMap(text);
  } catch (error) {
    // Without a cause: the reader quotes the text, which has passwords.
    if (error instanceof GoError) throw credentialsError('credentials.unreadable', `${path} is not YAML of a map`);
    throw error;
  }
}
