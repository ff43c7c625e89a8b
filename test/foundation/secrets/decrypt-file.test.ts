import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { fromBytes, toBytes } from '../../../src/foundation/base/byte-string.ts';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { decryptFile, mayBeEncrypted } from '../../../src/foundation/secrets/decrypt-file.ts';
import { type Keyring, openKeyring } from '../../../src/foundation/secrets/open-keyring.ts';
import { readIdentities } from '../../../src/foundation/secrets/read-identities.ts';
import { readValues } from '../../../src/foundation/values/read-values.ts';
import { toJson } from '../../../src/foundation/yaml/plain-json.ts';
import { encryptSops, newTestKey, type SopsTree } from '../../support/encrypt-sops.ts';

const folder = join(import.meta.dirname, 'recorded');
const recorded = (name: string) => readFileSync(join(folder, name));
const keyring = keyringOf(recorded('TEST-KEYS-NOT-SECRET.txt').toString());
const values = (text: string) => toJson(readValues(text, 'helm4'));

function keyringOf(text: string): Keyring {
  const readSecret = async () => undefined;
  const age = [{ type: 'variable', name: 'KEYS' } as const];
  return openKeyring({ age, pgp: [], pgpPassphraseVariable: undefined, environment: { KEYS: text }, readSecret });
}

async function failure(promise: Promise<unknown>): Promise<HelmGitopsError> {
  const error = await promise.then(() => undefined).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HelmGitopsError);
  return error as HelmGitopsError;
}

describe('files that sops 3.13.3 and age 1.3.2 encrypted', () => {
  const rules = ['default', 'er', 'ur', 'es', 'us', 'moe', 'ecr', 'ucr', 'groups'];
  test.each(rules)('%s.yaml has the values that sops prints', async (name) => {
    const decrypted = await decryptFile({ path: `${name}.yaml`, text: fromBytes(recorded(`${name}.yaml`)) }, keyring);
    expect(values(decrypted?.plain ?? '')).toEqual(values(recorded('default.yaml.plain').toString()));
    expect(decrypted?.secrets).toContain('hunter22 long: secret');
  });

  test.each([
    ['lines.env', 'lines.env', 'lines.env.plain'],
    ['list.json', 'list.json.sops', 'list.json.plain'],
    ['any.bin', 'any.bin', 'any.bin.plain'],
    ['values.yaml.age', 'values.yaml.age', 'values.plain'],
    ['values.yaml', 'values.bin.age', 'values.plain'],
  ])('%s is byte for byte what sops or age prints', async (path, file, plain) => {
    const decrypted = await decryptFile({ path, text: fromBytes(recorded(file)) }, keyring);
    expect(Buffer.from(toBytes(decrypted?.plain ?? '')).equals(recorded(plain))).toBe(true);
  });

  test.each(['lines.env', 'list.json.sops', 'er.yaml', 'groups.yaml', 'values.yaml.age', 'values.bin.age'])(
    '%s gives a key for digests, always the same and like no other',
    async (name) => {
      const of = async (file: string) =>
        (await decryptFile({ path: file.replace(/\.sops$/, ''), text: fromBytes(recorded(file)) }, keyring))?.key;
      const key = await of(name);
      expect(key).toMatch(/^[0-9a-f]{64}$/);
      expect(await of(name)).toBe(key);
      expect(await of('default.yaml')).not.toBe(key);
    },
  );

  test('every document of a stream is decrypted', async () => {
    const decrypted = await decryptFile(
      { path: 'documents.yaml', text: recorded('documents.yaml').toString() },
      keyring,
    );
    expect(values(decrypted?.plain ?? '')).toEqual(values(recorded('documents.yaml.plain').toString()));
  });

  test('what may be shown has the same lines and keys, and no secret', async () => {
    const bytes = recorded('er.yaml');
    const { shown = '', secrets = [] } =
      (await decryptFile({ path: 'er.yaml', text: bytes.toString() }, keyring)) ?? {};
    const lines = bytes.toString().split('\n');
    const at = lines.findIndex((line) => line.includes('deep:'));
    expect(shown.split('\n')[at]).toBe('        - deep: "***"');
    expect(secrets).toEqual(['hunter22 long: secret', 'secret-deep']);
    for (const secret of secrets) expect(shown).not.toContain(secret);
    expect(shown).toContain('user: postgres');
  });
});

describe('what is not encrypted', () => {
  test.each([
    'replicas: 3\n',
    'sops:\n  enabled: true\n',
    'sops: {mac: x}\n',
    '# ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]\na: 1\n',
    '',
    '[1, 2]',
    ': : :',
  ])('%j is left alone', async (text) => {
    const file = { path: 'values.yaml', text };
    expect(await decryptFile(file, keyring)).toBeUndefined();
  });

  test('a plain file is known without parsing it', () => {
    expect(mayBeEncrypted({ path: 'a.yaml', text: 'image: {tag: v1}\n' })).toBe(false);
    expect(mayBeEncrypted({ path: 'a.yaml', text: recorded('er.yaml').toString() })).toBe(true);
    expect(mayBeEncrypted({ path: 'a.yaml', text: fromBytes(recorded('values.bin.age')) })).toBe(true);
  });
});

describe('what cannot be decrypted', () => {
  const text = recorded('default.yaml').toString();
  const open = (changed: string, path = 'secret.yaml', keys = keyring) =>
    failure(decryptFile({ path, text: changed }, keys));
  const line = (key: string) => text.split('\n').find((one) => one.trim().startsWith(`${key}:`)) ?? '';

  test.each([
    [
      'a value that was changed',
      text.replace(/(password: ENC\[AES256_GCM,data:)./, '$1#'),
      'secret.invalid',
      'db.password',
    ],
    [
      'a value that was moved',
      text.replace(line('user'), line('password').replace('password', 'user')),
      'secret.invalid',
      'db.user',
    ],
    [
      'a value that was cut off',
      text.replace(/(password: ENC\[AES256_GCM,data:.{10}).*/, '$1'),
      'secret.invalid',
      'db.password is cut off',
    ],
    ['a value in the clear', text.replace(/port: ENC.*/, 'port: 5432'), 'secret.invalid', 'db.port is not encrypted'],
    ['a string in the clear', text.replace(/user: ENC.*/, 'user: me'), 'secret.invalid', 'db.user is not encrypted'],
    ['a wrong type', text.replace(/(port: ENC.*type:)int/, '$1bogus'), 'secret.invalid', 'unknown type "bogus"'],
    ['a type that does not fit', text.replace(/(user: ENC.*type:)str/, '$1int'), 'secret.invalid', 'db.user is no int'],
    ['a line taken out', text.replace(/.*port: ENC.*\n/, ''), 'secret.mac-mismatch', 'the MAC does not fit'],
    ['a clear value changed', text.replace('visible', 'changed'), 'secret.mac-mismatch', 'the MAC does not fit'],
    [
      'another time of change',
      text.replace(/lastmodified: .*/, 'lastmodified: "2026-01-01T00:00:00Z"'),
      'secret.mac-mismatch',
      'MAC',
    ],
    ['metadata taken out', text.slice(0, text.indexOf('\nsops:') + 1), 'secret.invalid', 'no SOPS metadata'],
    ['metadata cut off', text.slice(0, text.indexOf('    lastmodified')), 'secret.invalid', 'no SOPS metadata'],
    [
      'a key that occurs twice',
      text.replace('emptymap: {}', 'emptymap: {}\nemptymap: {}'),
      'secret.invalid',
      'occurs twice',
    ],
    [
      'two rules',
      text.replace('    unencrypted_suffix', '    encrypted_regex: x\n    unencrypted_suffix'),
      'secret.invalid',
      'only one of them',
    ],
    [
      'a rule that is no expression',
      text.replace('unencrypted_suffix: _unencrypted', 'encrypted_regex: "("'),
      'secret.invalid',
      'encrypted_regex',
    ],
    ['a data key that was changed', text.replace('YWdlLWVu', 'YWdlLWVv'), 'secret.invalid', 'the age file is damaged'],
    [
      'no key at all',
      text.replace(/ {4}age:[\s\S]*? {4}lastmodified/, '    lastmodified'),
      'secret.invalid',
      'names no key',
    ],
    [
      'a key service',
      text.replace(
        / {4}age:[\s\S]*? {4}lastmodified/,
        '    kms:\n        - arn: a\n          enc: b\n    lastmodified',
      ),
      'secret.unsupported',
      'AWS KMS only',
    ],
  ])('%s', async (_what, changed, code, message) => {
    expect(changed).not.toBe(text);
    const error = await open(changed);
    expect([error.code, error.place?.file]).toEqual([code, 'secret.yaml']);
    expect(error.message).toContain(`secret.yaml: `);
    expect(error.message).toContain(message);
    expect(`${error.message} ${error.hint}`).not.toMatch(/hunter22|secret-deep|AGE-SECRET/);
  });

  test('other keys: the recipients and the public keys at hand are named, no private one', async () => {
    const other = await newTestKey();
    const error = await open(text, 'secret.yaml', keyringOf(other.identity));
    const [recipient] = /age1[a-z0-9]+/.exec(text) ?? [];
    expect(error.message).toBe(
      `secret.yaml: no key opens it: it is encrypted for ${recipient}; the keys at hand are ${other.recipient}`,
    );
  });

  test('too few of the key groups', async () => {
    const [, , second = ''] = recorded('TEST-KEYS-NOT-SECRET.txt').toString().split('\n');
    const groups = recorded('groups.yaml').toString();
    // The third group is for both keys.
    expect(await decryptFile({ path: 'a.yaml', text: groups }, keyringOf(second))).toBeDefined();
    const needed = groups.replace('shamir_threshold: 2', 'shamir_threshold: 3');
    expect((await open(needed, 'a.yaml', keyringOf(second))).message).toContain('2 of 3 key groups needed');
  });

  test.each([
    [
      'an age file that was cut',
      recorded('values.bin.age').subarray(0, 230),
      'secret.invalid',
      'cut off or was changed',
    ],
    ['armor that was cut', recorded('values.yaml.age').subarray(0, 300), 'secret.invalid', 'its armor is broken'],
    ['a header alone', Buffer.from('age-encryption.org/v1\n'), 'secret.invalid', 'damaged'],
  ])('%s', async (_what, bytes, code, message) => {
    const error = await failure(decryptFile({ path: 'a.yaml', text: fromBytes(bytes) }, keyring));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
  });

  test('an age file for somebody else', async () => {
    const other = await newTestKey();
    const error = await failure(
      decryptFile({ path: 'a.yaml', text: fromBytes(recorded('values.bin.age')) }, keyringOf(other.identity)),
    );
    expect([error.code, error.message]).toEqual(['secret.no-key', expect.stringContaining(other.recipient)]);
  });

  test('INI files are refused by name', async () => {
    const error = await open('[a]\nb = ENC[AES256_GCM,data:x]\n[sops]\nmac = x\n', 'a.ini');
    expect([error.code, error.message]).toEqual(['secret.unsupported', expect.stringContaining('INI')]);
  });
});

describe('identities', () => {
  test.each([
    ['', 'there is no age identity'],
    ['# nothing\n', 'there is no age identity'],
    ['AGE-SECRET-KEY-1BROKEN\n', 'line 1 is no age identity'],
    ['\nAGE-PLUGIN-YUBIKEY-1\n', 'line 2: age plugins are not supported'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\n', 'SSH keys are not supported'],
    ['-----BEGIN AGE ENCRYPTED FILE-----\n', 'encrypted with a passphrase'],
  ])('%j is refused without quoting it', async (text, message) => {
    const error = await failure(readIdentities(text, 'keys.txt'));
    expect([error.code, error.message]).toEqual(['secret.key-invalid', expect.stringContaining(`keys.txt: `)]);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('BROKEN');
  });
});

describe('a break of YAML 1.1 that was encrypted', () => {
  // JSON holds U+0085 as it is, for sops too, and is read as YAML.
  const breaks = ['\u2028', 'a\u2028b', 'a\u2029', '\u2029\n'];
  test.each([...breaks.map((text) => ['json', text]), ...[...breaks, '\x85', 'a\x85'].map((text) => ['yaml', text])])(
    'comes back from %s as %j',
    async (language, text) => {
      const { identity, recipient } = await newTestKey();
      const encrypted = await encryptSops({ a: text }, { recipient });
      const written = language === 'json' ? JSON.stringify(encrypted) : stringify(encrypted, { version: '1.1' });
      const decrypted = await decryptFile({ path: `a.${language}`, text: written }, keyringOf(identity));
      expect(values(decrypted?.plain ?? '')).toEqual({ a: text });
    },
  );
});

describe('any tree', () => {
  const key = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_.:/ -]{0,12}$/).filter((name) => name !== 'sops' && name !== 'ab');
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme' }).map(printable),
    fc.string({ unit: 'binary' }).map((text) => printable(text.toWellFormed())),
    fc.constantFrom(
      'yes',
      'null',
      '~',
      '0x10',
      '1_000',
      '2020-01-01',
      '.inf',
      '<<',
      '- a',
      'a: b',
      '#x',
      ' lead',
      'x\n\ny\n',
      '***',
    ),
    fc.integer(),
    fc
      .double({ min: -1e9, max: 1e9, noNaN: true })
      .filter((value) => !Object.is(value, -0) && !String(value).includes('e')),
    fc.boolean(),
    fc.constant(null),
  );
  const { tree } = fc.letrec<{ tree: { [key: string]: SopsTree }; node: SopsTree }>((tie) => ({
    tree: fc.dictionary(key, tie('node'), { maxKeys: 5, noNullPrototype: true }),
    node: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('node'), { maxLength: 4 }), tie('tree')),
  }));

  test.each(['yaml', 'json'])('comes back from %s as it was encrypted', async (language) => {
    const { identity, recipient } = await newTestKey();
    const keys = keyringOf(identity);
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom('default', 'regex'), async (plain, kind) => {
        const rule = {
          fields: { encrypted_regex: '^[a-m]' },
          encrypts: (path: readonly string[]) => path.some((one) => /^[a-m]/.test(one)),
        };
        const encrypted = await encryptSops(plain, { recipient, ...(kind === 'regex' ? { rule } : {}) });
        const text =
          language === 'json'
            ? JSON.stringify(encrypted, null, '\t')
            : stringify(encrypted, { lineWidth: 0, version: '1.1' });
        const decrypted = await decryptFile({ path: `a.${language}`, text }, keys);
        const back: unknown =
          language === 'json' ? JSON.parse(decrypted?.plain ?? '') : parse(decrypted?.plain ?? '', { version: '1.1' });
        expect(back ?? {}).toEqual(plain);
        expect(values(decrypted?.plain ?? '')).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });
});

/**
 * JSON may hold these characters as they are; no YAML does, and values are read as YAML. The last three are breaks in
 * YAML 1.1, as Helm reads it, and the writer of these files quotes none of them.
 */
const printable = (text: string): string =>
  text.replace(/[\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\x85\u2028\u2029]/g, 'x');
