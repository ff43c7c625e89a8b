/**
 * Where the keys for encrypted files lie: what the configuration names, and what SOPS itself goes by. Takes the section as
 * written, returns files, variables and Secrets; it reads no key.
 */
import type { Path } from '../foundation/document/read-documents.ts';
import type { DecryptionConfig, KeySource } from '../foundation/secrets/open-keyring.ts';
import type { ClusterConfig } from './config.ts';
import type { Resolver } from './resolve-config.ts';
import type { ConfigFile, DecryptionEntry } from './schema.ts';

export async function resolveDecryption(
  { decryption = {}, state }: ConfigFile,
  clusters: readonly ClusterConfig[],
  resolver: Resolver,
): Promise<DecryptionConfig> {
  const { environment } = resolver;
  const namespace = state?.namespace ?? 'helm-gitops';
  const sources = async (kind: 'age' | 'pgp') => {
    const at: Path = ['decryption', kind];
    return decryption[kind] === undefined
      ? []
      : await keySources(decryption[kind], at, { namespace, clusters, resolver });
  };
  const age = await sources('age');
  // As sops itself does, beside what the configuration says.
  if (environment['SOPS_AGE_KEY']) age.push({ type: 'variable', name: 'SOPS_AGE_KEY' });
  const keyFile = environment['SOPS_AGE_KEY_FILE'];
  if (keyFile) age.push({ type: 'file', path: resolver.absolute(keyFile) });
  return { age, pgp: await sources('pgp'), pgpPassphraseVariable: decryption.pgp?.passphraseEnv };
}

interface Surroundings {
  readonly namespace: string;
  readonly clusters: readonly ClusterConfig[];
  readonly resolver: Resolver;
}

async function keySources(
  { keyFile, keyEnv, secret }: NonNullable<DecryptionEntry['age']>,
  at: Path,
  { namespace, clusters, resolver }: Surroundings,
): Promise<KeySource[]> {
  const found: KeySource[] = [];
  if (keyFile !== undefined) found.push({ type: 'file', path: await resolver.readable(keyFile, [...at, 'keyFile']) });
  if (keyEnv !== undefined) {
    found.push({ type: 'variable', name: keyEnv });
    if (resolver.environment[keyEnv] === undefined)
      resolver.fail([...at, 'keyEnv'], `keyEnv: the environment variable ${keyEnv} is not set`);
  }
  if (secret !== undefined) {
    const { cluster } = secret;
    const known = clusters.map(({ name }) => name);
    if (cluster === undefined ? known.length > 1 : !known.includes(cluster)) {
      const what = cluster === undefined ? 'there are several clusters' : `no cluster named "${cluster}" is configured`;
      resolver.fail([...at, 'secret'], `secret: ${what}`, `say which one it lies in: cluster: ${known.join(' | ')}`);
    }
    found.push({
      type: 'secret',
      cluster,
      namespace: secret.namespace ?? namespace,
      name: secret.name,
      key: secret.key,
    });
  }
  if (found.length === 0) resolver.fail(at, `${String(at.at(-1))}: no key is named`, 'give keyFile, keyEnv or secret');
  return found;
}
