/** Beside the real sops, age and gpg: what they encrypt is read here, and what is written here by SOPS's format they read. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { fromBytes, toBytes } from '../../src/foundation/base/byte-string.ts';
import { decryptFile } from '../../src/foundation/secrets/decrypt-file.ts';
import { type Keyring, type KeySource, openKeyring } from '../../src/foundation/secrets/open-keyring.ts';
import { readValues } from '../../src/foundation/values/read-values.ts';
import { toJson } from '../../src/foundation/yaml/plain-json.ts';
import { encryptSops, newTestKey, type SopsTree, type TestKey } from '../support/encrypt-sops.ts';
import { temporaryFolder } from '../support/git-repository.ts';

const { SOPS_BIN, AGE_BIN } = process.env;
const values = (text: string) => toJson(readValues(text, 'helm4'));

describe.skipIf(!SOPS_BIN)(`beside sops${SOPS_BIN ? '' : ' (SOPS_BIN names no program)'}`, () => {
  const folder = temporaryFolder();
  let key: TestKey;
  let keyring: Keyring;
  const path = (name: string) => join(folder.path, name);

  beforeAll(async () => {
    key = await newTestKey();
    writeFileSync(path('key.txt'), `${key.identity}\n`);
    keyring = keyringOf({ type: 'file', path: path('key.txt') });
  });
  afterAll(() => folder.remove());

  const sops = (...args: string[]) =>
    execFileSync(SOPS_BIN ?? '', args, {
      cwd: folder.path,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder.path,
        SOPS_AGE_KEY_FILE: path('key.txt'),
        GNUPGHOME: path('gnupg'),
      },
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  /** As many trees as a file may hold: a process for each would take minutes. */
  const trees = fc.sample(treeOf(), { numRuns: 60, seed: 20261121 });

  test.each(['yaml', 'json'])('sixty trees that sops encrypts to %s have here what sops prints', async (language) => {
    for (const [index, tree] of trees.entries()) {
      const plain = path(`plain-${index}.${language}`);
      writeFileSync(
        plain,
        language === 'json' ? JSON.stringify(tree) : stringify(tree, { version: '1.1', lineWidth: 0 }),
      );
      const encrypted = sops('encrypt', '--age', key.recipient, plain);
      const file = path(`encrypted-${index}.${language}`);
      writeFileSync(file, encrypted);
      const expected = sops('decrypt', file).toString();
      const decrypted = await decryptFile({ path: file, text: fromBytes(encrypted) }, keyring);
      if (language === 'json') expect(JSON.parse(decrypted?.plain ?? '')).toEqual(JSON.parse(expected));
      else expect(values(decrypted?.plain ?? '')).toEqual(values(expected));
    }
  });

  test('sixty trees that are written here are read by sops, and have the same values', async () => {
    for (const [index, tree] of trees.entries()) {
      const file = path(`ours-${index}.json`);
      const text = JSON.stringify(await encryptSops(tree, { recipient: key.recipient }));
      writeFileSync(file, text);
      const decrypted = await decryptFile({ path: file, text }, keyring);
      expect(JSON.parse(decrypted?.plain ?? '')).toEqual(JSON.parse(sops('decrypt', file).toString()));
    }
  });

  test('a file of any bytes comes back', async () => {
    const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => (index * 167) % 256));
    writeFileSync(path('any.bin'), bytes);
    const text = fromBytes(sops('encrypt', '--age', key.recipient, path('any.bin')));
    const decrypted = await decryptFile({ path: 'any.bin', text }, keyring);
    expect(Buffer.from(toBytes(decrypted?.plain ?? '')).equals(bytes)).toBe(true);
  });

  test('the key that sops rotates to counts, the old one no more', async () => {
    const next = await newTestKey();
    writeFileSync(path('rotate.yaml'), 'password: hunter22\n');
    writeFileSync(path('rotate.yaml'), sops('encrypt', '--age', key.recipient, path('rotate.yaml')));
    sops('rotate', '-i', '--add-age', next.recipient, '--rm-age', key.recipient, path('rotate.yaml'));
    const file = { path: 'rotate.yaml', text: readFileSync(path('rotate.yaml'), 'utf8') };
    await expect(decryptFile(file, keyring)).rejects.toMatchObject({ code: 'secret.no-key' });
    writeFileSync(path('next.txt'), next.identity);
    const decrypted = await decryptFile(file, keyringOf({ type: 'file', path: path('next.txt') }));
    expect(decrypted?.plain).toBe('password: hunter22\n');
  });

  test.skipIf(!hasGpg())('what sops encrypts for a PGP key is opened by the key that gpg exports', async () => {
    const home = path('gnupg');
    mkdirSync(home, { mode: 0o700 });
    const gpg = (...args: string[]) =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--passphrase', '', ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    gpg('--quick-generate-key', 'Test <test@example.com>', 'future-default', 'default', 'never');
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg('--list-keys', '--with-colons').toString())?.[1] ?? '';
    writeFileSync(path('pgp.yaml'), 'password: hunter22\n');
    const text = sops('encrypt', '--pgp', fingerprint, path('pgp.yaml')).toString();
    writeFileSync(path('private.asc'), gpg('--export-secret-keys', '--armor', fingerprint));
    const pgp = keyringOf(undefined, { type: 'file', path: path('private.asc') });
    expect((await decryptFile({ path: 'pgp.yaml', text }, pgp))?.plain).toBe('password: hunter22\n');
    await expect(decryptFile({ path: 'pgp.yaml', text }, keyring)).rejects.toMatchObject({
      code: 'secret.no-key',
      message: expect.stringContaining(`PGP ${fingerprint}`),
    });
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
  });
});

describe.skipIf(!AGE_BIN)(`beside age${AGE_BIN ? '' : ' (AGE_BIN names no program)'}`, () => {
  test.each([[[]], [['--armor']]])('a file encrypted with %j comes back', async (flags) => {
    const key = await newTestKey();
    const keyring = openKeyring({
      ...{ age: [{ type: 'variable', name: 'KEY' }], pgp: [], pgpPassphraseVariable: undefined },
      environment: { KEY: key.identity },
      readSecret: async () => undefined,
    });
    const plain = `password: hunter22\n${'x: y\n'.repeat(30_000)}`;
    const encrypted = execFileSync(AGE_BIN ?? '', [...flags, '-r', key.recipient], {
      input: plain,
      maxBuffer: 1 << 24,
    });
    const decrypted = await decryptFile({ path: 'values.yaml', text: fromBytes(encrypted) }, keyring);
    expect(decrypted?.plain).toBe(plain);
    expect(decrypted?.secrets).toContain('hunter22');
  });
});

function keyringOf(age: KeySource | undefined, pgp?: KeySource): Keyring {
  return openKeyring({
    age: age ? [age] : [],
    pgp: pgp ? [pgp] : [],
    pgpPassphraseVariable: undefined,
    environment: {},
    readSecret: async () => undefined,
  });
}

function hasGpg(): boolean {
  try {
    execFileSync('gpg', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function treeOf(): fc.Arbitrary<{ [key: string]: SopsTree }> {
  const key = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_. -]{0,10}[a-z]$/).filter((name) => name !== 'sops');
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'yes',
      'null',
      '0x10',
      '1_000',
      '2020-01-01',
      '.inf',
      '- a',
      'x\n\ny\n',
      ' lead',
      'tab\tbed',
      '\u2028',
      '\u0085',
    ),
    fc.integer(),
    fc
      .double({ min: -1e9, max: 1e9, noNaN: true })
      .filter((value) => !Object.is(value, -0) && !String(value).includes('e')),
    fc.boolean(),
    fc.constant(null),
  );
  return fc.letrec<{ tree: { [key: string]: SopsTree }; node: SopsTree }>((tie) => ({
    tree: fc.dictionary(key, tie('node'), { minKeys: 1, maxKeys: 6, noNullPrototype: true }),
    node: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('node'), { minLength: 1, maxLength: 4 }), tie('tree')),
  })).tree;
}
