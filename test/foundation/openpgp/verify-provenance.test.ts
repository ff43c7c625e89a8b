/** Signed charts: by keys of the library, by GnuPG where there is one (`gpg`), by Helm where there is one (HELM_BIN). */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyProvenance } from '../../../src/foundation/openpgp/verify-provenance.ts';
import { makeChart } from '../../support/make-chart.ts';

const archive = Buffer.from('an archive');
const archiveName = 'shop-1.0.0.tgz';
const digest = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
const textOf = (name = archiveName, sum = digest) =>
  `apiVersion: v2\nname: shop\nversion: 1.0.0\n\n...\nfiles:\n  ${name}: ${sum}\n`;

type KeyPair = Awaited<ReturnType<typeof newKey>>;
const newKey = async (options: { date?: Date; keyExpirationTime?: number } = {}) =>
  await openpgp.generateKey({ userIDs: [{ name: 'Jane', email: 'jane@example.com' }], format: 'object', ...options });

let folder = '';
let jane: KeyPair;
let joe: KeyPair;
const path = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pgp-'));
  [jane, joe] = await Promise.all([newKey(), newKey()]);
  writeFileSync(path('jane.gpg'), jane.publicKey.write());
  writeFileSync(path('joe.gpg'), joe.publicKey.write());
  writeFileSync(path('both.gpg'), Buffer.concat([joe.publicKey.write(), jane.publicKey.write()]));
  writeFileSync(path('jane.asc'), jane.publicKey.armor());
  writeFileSync(path('both.asc'), `${joe.publicKey.armor()}\n${jane.publicKey.armor()}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function sign(text: string, { privateKey }: KeyPair, date?: Date): Promise<Buffer> {
  const message = await openpgp.createCleartextMessage({ text });
  return Buffer.from(await openpgp.sign({ message, signingKeys: privateKey, ...(date === undefined ? {} : { date }) }));
}

const verify = async (provenance: Uint8Array, keyring = 'jane.gpg', more = {}) =>
  await verifyProvenance({ archive, archiveName, provenance, keyring: path(keyring), ...more });
const failure = async (provenance: Uint8Array, keyring = 'jane.gpg', more = {}) =>
  await verify(provenance, keyring, more).then(
    () => 'verified',
    (error: { code: string; message: string }) => [error.code, error.message] as const,
  );

describe('a provenance', () => {
  test.each(['jane.gpg', 'jane.asc', 'both.gpg', 'both.asc'])('is verified by %s', async (keyring) => {
    const fingerprint = jane.publicKey.getFingerprint().toUpperCase();
    expect(await verify(await sign(textOf(), jane), keyring)).toEqual({
      signedBy: ['Jane <jane@example.com>'],
      fingerprint,
      fileDigest: digest,
    });
  });

  test('is refused when somebody else signed it', async () => {
    expect(await failure(await sign(textOf(), jane), 'joe.gpg')).toEqual([
      'provenance.unknown-signer',
      'openpgp: signature made by unknown entity',
    ]);
  });

  test('is refused when its text was changed', async () => {
    const signed = (await sign(textOf(archiveName, `sha256:${'0'.repeat(64)}`), jane)).toString();
    const tampered = Buffer.from(signed.replace(`sha256:${'0'.repeat(64)}`, digest));
    expect(await failure(tampered)).toEqual([
      'provenance.signature',
      expect.stringContaining('openpgp: invalid signature'),
    ]);
  });

  test('is refused when only text around the signed one names the archive', async () => {
    const signed = (await sign(textOf('other-1.0.0.tgz'), jane)).toString();
    const around = `${textOf()}\n${signed}\n${textOf()}`;
    expect(await failure(Buffer.from(around))).toEqual([
      'provenance.invalid',
      'provenance does not contain a SHA for a file named "shop-1.0.0.tgz"',
    ]);
  });

  test('is refused for another archive, or for one of another name', async () => {
    const signed = await sign(textOf(), jane);
    const other = { archive: Buffer.from('another archive') };
    expect(await failure(signed, 'jane.gpg', other)).toEqual([
      'provenance.digest-mismatch',
      expect.stringMatching(/^sha256 sum does not match for shop-1\.0\.0\.tgz: "sha256:\w{64}" != "sha256:\w{64}"$/),
    ]);
    for (const name of ['shop-1.0.1.tgz', '__proto__', 'toString']) {
      expect(await failure(signed, 'jane.gpg', { archiveName: name })).toEqual([
        'provenance.invalid',
        `provenance does not contain a SHA for a file named "${name}"`,
      ]);
    }
  });

  test('is refused when the key has expired since, as Helm does', async () => {
    const long = new Date(Date.now() - 20 * 24 * 3600_000);
    const old = await newKey({ date: long, keyExpirationTime: 10 * 24 * 3600 });
    writeFileSync(path('old.gpg'), old.publicKey.write());
    const signed = await sign(textOf(), old, new Date(long.getTime() + 1000));
    expect(await failure(signed, 'old.gpg')).toEqual(['provenance.signature', 'openpgp: key expired']);
  });

  test('is refused when the key was revoked', async () => {
    const signed = await sign(textOf(), joe);
    const { publicKey } = await openpgp.revokeKey({ key: joe.privateKey, format: 'object' });
    writeFileSync(path('revoked.gpg'), publicKey.write());
    expect(await failure(signed, 'revoked.gpg')).toEqual([
      'provenance.signature',
      'openpgp: signature made by revoked key',
    ]);
  });

  test.each([
    ['nothing', '', 'signature block not found'],
    ['no signed text', 'hello', 'signature block not found'],
    [
      'a signed text without an end',
      '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nhello',
      'signature block not found',
    ],
  ])('that is %s is refused', async (_what, text, message) => {
    expect(await failure(Buffer.from(text))).toEqual(['provenance.invalid', expect.stringContaining(message)]);
  });

  test.each([
    ['one part', 'apiVersion: v2\n', 'message block must have at least two parts'],
    ['no YAML', 'a: b\n...\n{{{', 'the signed text is not YAML'],
    ['no files', 'a: b\n...\nfiles: 5\n', 'provenance does not contain a SHA'],
    ['nothing', 'a: b\n...\n\n', 'provenance does not contain a SHA'],
  ])('whose signed text has %s is refused', async (_what, text, message) => {
    expect(await failure(await sign(text, jane))).toEqual(['provenance.invalid', expect.stringContaining(message)]);
  });
});

describe('a keyring', () => {
  test.each([
    ['that is missing', undefined, 'no such file or directory'],
    ['of GnuPG 2', Buffer.from('\0\0\0\x20\x01\x01\0\x02KBXf\0\0\0\0'), 'is a keybox, which cannot be read'],
    ['that is empty', Buffer.alloc(0), 'is neither binary nor armored'],
    ['that is a text', Buffer.from('hello'), 'is neither binary nor armored'],
    ['that is damaged', Buffer.from([0x99, 1, 0x0d, 4]), 'is not a keyring'],
  ])('%s is refused', async (_what, bytes, message) => {
    const name = `odd-${message.length}.gpg`;
    if (bytes !== undefined) writeFileSync(path(name), bytes);
    expect(await failure(await sign(textOf(), jane), name)).toEqual([
      'provenance.keyring',
      expect.stringContaining(message),
    ]);
  });
});

const gpg = spawnSync('gpg', ['--version']).status === 0;
const helm = process.env['HELM_BIN'];

describe.skipIf(!gpg)('GnuPG (gpg)', () => {
  let home = '';
  const run = (args: readonly string[], input = '') =>
    execFileSync(
      'gpg',
      ['--homedir', home, '--batch', '--yes', '--passphrase', '', '--pinentry-mode', 'loopback', ...args],
      {
        input,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'gpg-'));
  });
  afterAll(() => {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    rmSync(home, { recursive: true, force: true });
  });

  test.each(['rsa2048', 'ed25519'])('signs with %s, we verify', { timeout: 60_000 }, async (algorithm) => {
    const user = `${algorithm}@example.com`;
    run(['--quick-generate-key', user, algorithm, 'sign', 'never']);
    const keyring = run(['--export']);
    writeFileSync(path('gpg.gpg'), keyring);
    writeFileSync(path('gpg.asc'), run(['--export', '--armor']));
    const signed = run(['--clearsign', '--local-user', user], textOf());
    for (const name of ['gpg.gpg', 'gpg.asc']) {
      expect(await verify(signed, name)).toMatchObject({ signedBy: [user], fileDigest: digest });
    }
    expect(await failure(await sign(textOf(), jane), 'gpg.gpg')).toMatchObject([
      'provenance.unknown-signer',
      expect.anything(),
    ]);
    expect(await failure(signed, '../'.repeat(9) + join(home, 'pubring.kbx'))).toEqual([
      'provenance.keyring',
      expect.stringContaining('keybox'),
    ]);
  });
});

describe.skipIf(!helm)('Helm (HELM_BIN)', () => {
  test('signs with our keys, both verify', { timeout: 60_000 }, async () => {
    using made = makeChart({ 'values.yaml': 'a: 1\n' });
    const key = await openpgp.generateKey({
      type: 'rsa',
      rsaBits: 2048,
      userIDs: [{ name: 'helm signer' }],
      format: 'object',
    });
    writeFileSync(path('secring.gpg'), key.privateKey.write());
    writeFileSync(path('pubring.gpg'), key.publicKey.write());
    const out = path('out');
    mkdirSync(out);
    const run = (...args: string[]) => execFileSync(helm as string, args, { stdio: 'pipe' }).toString();
    run('package', '--sign', '--key', 'helm signer', '--keyring', path('secring.gpg'), '-d', out, made.path);
    const signed = join(out, 'shop-1.0.0.tgz');
    const said = run('verify', '--keyring', path('pubring.gpg'), signed);
    const result = await verifyProvenance({
      archive: readFileSync(signed),
      archiveName: 'shop-1.0.0.tgz',
      provenance: readFileSync(`${signed}.prov`),
      keyring: path('pubring.gpg'),
    });
    expect(said).toBe(
      `Signed by: ${result.signedBy[0]}\nUsing Key With Fingerprint: ${result.fingerprint}\nChart Hash Verified: ${result.fileDigest}\n`,
    );
  });
});
