import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDecryption } from '../../../src/foundation/secrets/open-decryption.ts';
import { type KeySource, openKeyring } from '../../../src/foundation/secrets/open-keyring.ts';
import { readSecretKey } from '../../../src/foundation/secrets/read-secret-key.ts';
import { createSecretMask } from '../../../src/foundation/secrets/secret-mask.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const folder = join(import.meta.dirname, 'recorded');
const keys = readFileSync(join(folder, 'TEST-KEYS-NOT-SECRET.txt'), 'utf8');
const text = readFileSync(join(folder, 'shop.yaml'), 'utf8');
const file = { path: 'values/shop.yaml', text };

function decryption(environment: Record<string, string>) {
  const mask = createSecretMask();
  let reads = 0;
  const source: KeySource = { type: 'secret', cluster: undefined, namespace: 'n', name: 's', key: 'k' };
  const readSecret = async () => {
    reads += 1;
    return environment['KEYS'];
  };
  const options = { age: [source], pgp: [], pgpPassphraseVariable: undefined, environment, readSecret, mask };
  return { mask, decrypt: openDecryption(options), reads: () => reads };
}

describe('decrypting what is read', () => {
  test('the mask knows what was secret, and the rest not', async () => {
    const { mask, decrypt } = decryption({ KEYS: keys });
    expect((await decrypt(file))?.plain).toContain('password: "correct horse battery staple"');
    expect(mask.text('correct horse battery staple and s3cr3t/token+1 of shop')).toBe('*** and *** of shop');
  });

  test('the same file needs its keys once, a file in the clear never', async () => {
    const { decrypt, reads } = decryption({ KEYS: keys });
    await Promise.all([decrypt(file), decrypt(file), decrypt({ path: 'a.yaml', text: 'a: 1\n' })]);
    await decrypt({ ...file });
    expect(reads()).toBe(1);
  });

  test('what failed is tried again, for the key may have come', async () => {
    const environment: Record<string, string> = {};
    const { decrypt } = decryption(environment);
    await expect(decrypt(file)).rejects.toMatchObject({
      code: 'secret.key-unreadable',
      message: expect.stringContaining('Secret n/s, key k does not exist'),
    });
    environment['KEYS'] = keys;
    expect(await decrypt(file)).toBeDefined();
  });
});

describe('keys', () => {
  const readSecret = async () => undefined;
  const open = (source: KeySource, environment = {}) =>
    openKeyring({ age: [source], pgp: [source], pgpPassphraseVariable: undefined, environment, readSecret });

  test.each<[KeySource, string]>([
    [{ type: 'file', path: '/nowhere/keys.txt' }, '/nowhere/keys.txt cannot be read (ENOENT)'],
    [{ type: 'variable', name: 'KEYS' }, 'environment variable KEYS is not there'],
    [
      { type: 'secret', cluster: 'main', namespace: 'n', name: 's', key: 'k' },
      'Secret n/s, key k, of cluster main does not exist',
    ],
  ])('%j is told by its name where it is not there', async (source, message) => {
    const expected = { code: 'secret.key-unreadable', message: expect.stringContaining(message) };
    await expect(open(source).age()).rejects.toMatchObject(expected);
  });

  test('what is no PGP key is told without quoting it', async () => {
    const keyring = open({ type: 'variable', name: 'KEYS' }, { KEYS: 'hunter22' });
    await expect(keyring.pgp()).rejects.toMatchObject({
      code: 'secret.key-invalid',
      message: 'environment variable KEYS: no PGP private key that can be used',
    });
  });

  test('a key of a Secret is read from its cluster', async () => {
    const cluster = memoryCluster();
    const data = { k: Buffer.from('AGE-…').toString('base64') };
    await cluster.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'n' }, data });
    const reference = { cluster: undefined, namespace: 'n', name: 's', key: 'k' };
    expect(await readSecretKey(cluster, reference)).toBe('AGE-…');
    expect(await readSecretKey(cluster, { ...reference, key: 'toString' })).toBeUndefined();
    expect(await readSecretKey(cluster, { ...reference, name: 'other' })).toBeUndefined();
    await expect(readSecretKey(undefined, reference)).rejects.toThrow('its cluster is out of reach');
  });
});
