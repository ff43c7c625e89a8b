/**
 * The keys that open encrypted files. Takes where they are, returns them when they are asked for; they are read again
 * each time, so that a rotated key counts at once. It never keeps a key and never shows one.
 */
import { readFile } from 'node:fs/promises';
import type { PrivateKey } from 'openpgp';
import { HelmGitopsError } from '../base/errors.ts';
import { type AgeIdentity, readIdentities } from './read-identities.ts';
import { secretError } from './secret-error.ts';

/** Files and variables are named, not read. */
export type KeySource =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'variable'; readonly name: string }
  | ({ readonly type: 'secret' } & SecretKeyReference);

/** A key of a Kubernetes Secret. Without a cluster: the only one. */
export interface SecretKeyReference {
  readonly cluster: string | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

export interface DecryptionConfig {
  readonly age: readonly KeySource[];
  readonly pgp: readonly KeySource[];
  /** A variable that holds the passphrase of the PGP keys. */
  readonly pgpPassphraseVariable: string | undefined;
}

export interface KeyringOptions extends DecryptionConfig {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Undefined where there is no such Secret or key. */
  readonly readSecret: (reference: SecretKeyReference) => Promise<string | undefined>;
}

export interface Keyring {
  age(): Promise<readonly AgeIdentity[]>;
  pgp(): Promise<readonly PrivateKey[]>;
}

export function openKeyring(options: KeyringOptions): Keyring {
  return {
    age: async () => {
      const read = options.age.map(async (source) => readIdentities(await readKey(source, options), nameOf(source)));
      const identities = (await Promise.all(read)).flat();
      return [...new Map(identities.map((identity) => [identity.recipient, identity])).values()];
    },
    pgp: async () => {
      const read = options.pgp.map(async (source) => readPgp(await readKey(source, options), source, options));
      return (await Promise.all(read)).flat();
    },
  };
}

/** How a person knows it. */
export function nameOf(source: KeySource): string {
  if (source.type === 'file') return source.path;
  if (source.type === 'variable') return `environment variable ${source.name}`;
  const { cluster, namespace, name, key } = source;
  return `Secret ${namespace}/${name}, key ${key}${cluster === undefined ? '' : `, of cluster ${cluster}`}`;
}

async function readKey(source: KeySource, { environment, readSecret }: KeyringOptions): Promise<string> {
  const unreadable = (why: string, cause?: unknown) =>
    secretError('secret.key-unreadable', `the key for decryption in ${nameOf(source)} ${why}`, { cause });
  if (source.type === 'variable') {
    const text = environment[source.name];
    if (text === undefined) throw unreadable('is not there: the variable is not set');
    return text;
  }
  if (source.type === 'file') {
    return await readFile(source.path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw unreadable(`cannot be read (${cause.code})`, cause);
    });
  }
  const text = await readSecret(source).catch((cause: unknown) => {
    throw unreadable(`cannot be read: ${cause instanceof Error ? cause.message : cause}`, cause);
  });
  if (text === undefined) throw unreadable('does not exist');
  return text;
}

async function readPgp(text: string, source: KeySource, options: KeyringOptions): Promise<PrivateKey[]> {
  const { readPrivateKeys, decryptKey } = await import('openpgp');
  const variable = options.pgpPassphraseVariable;
  const passphrase = variable === undefined ? undefined : options.environment[variable];
  try {
    const keys = await readPrivateKeys({ armoredKeys: text });
    const opened = keys.map(async (key) => {
      if (key.isDecrypted()) return key;
      if (passphrase === undefined) {
        const hint = 'name the variable with the passphrase in decryption.pgp.passphraseEnv';
        throw secretError('secret.key-invalid', `${nameOf(source)}: the PGP key has a passphrase`, { hint });
      }
      return await decryptKey({ privateKey: key, passphrase });
    });
    return await Promise.all(opened);
  } catch (cause) {
    if (cause instanceof HelmGitopsError) throw cause;
    throw secretError('secret.key-invalid', `${nameOf(source)}: no PGP private key that can be used`, {
      hint: 'gpg --export-secret-keys --armor FINGERPRINT writes one',
    });
  }
}
