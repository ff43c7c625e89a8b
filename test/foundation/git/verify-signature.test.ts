import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllowedSigners } from '../../../src/foundation/git/allowed-signers.ts';
import { type SignedObject, verifySignature } from '../../../src/foundation/git/verify-signature.ts';
import { git, gitEnvironment, temporaryFolder, writeFiles } from '../../support/git-repository.ts';
import { hasGpg, type PgpKeys, pgpKeys, type SigningKey, sshKey } from '../../support/signing-keys.ts';

const folder = temporaryFolder();
const work = join(folder.path, 'work');
let ann: SigningKey;
let eve: SigningKey;
/** Commits by who signed them, each above the one before. */
let signed: Readonly<Record<'eve' | 'ann' | 'none', string>>;
beforeAll(() => {
  git(folder.path, 'init', '-q', '--initial-branch=main', work);
  ann = sshKey(folder.path, 'ann');
  eve = sshKey(folder.path, 'eve');
  signed = { eve: commit(eve), ann: commit(ann), none: commit(undefined) };
});
afterAll(() => folder.remove());

const commit = (key: SigningKey | undefined, message = 'Change') => {
  git(work, ...(key?.flags ?? []), 'commit', '-q', '--allow-empty', '-m', message, ...(key ? ['-S'] : []));
  return git(work, 'rev-parse', 'HEAD');
};
const tag = (key: SigningKey, name: string): SignedObject => {
  git(work, ...key.flags, 'tag', '-f', '-s', '-m', name, name);
  return { type: 'tag', id: git(work, 'rev-parse', name), name };
};
const verify = (object: string | SignedObject, allowed: string, path = gitEnvironment['PATH']) =>
  verifySignature({
    object: typeof object === 'string' ? { type: 'commit', id: object } : object,
    signers: parseAllowedSigners(allowed).signers,
    repository: join(work, '.git'),
    directory: folder.path,
    environment: { ...gitEnvironment, PATH: path },
  });
/** The commit with another line in it: its signature is of something else. */
const tampered = (id: string, from: string, to: string): string => {
  writeFileSync(join(folder.path, 'raw'), `${git(work, 'cat-file', 'commit', id)}\n`.replace(from, to));
  return git(work, 'hash-object', '-t', 'commit', '-w', join(folder.path, 'raw'));
};

describe('by SSH', () => {
  test('an allowed signer is named', async () => {
    expect(await verify(signed.ann, `${eve.public}${ann.public}`)).toEqual({
      signed: true,
      signer: 'ann@example.com',
    });
  });

  test('an unsigned commit is refused, also above a signed one', async () => {
    expect(await verify(signed.none, ann.public)).toMatchObject({ signed: false, reason: 'is not signed' });
  });

  test('a foreign key is named', async () => {
    const verdict = await verify(signed.eve, ann.public);
    expect(verdict).toMatchObject({ signed: false, signer: expect.stringMatching(/^SHA256:/) });
    expect(verdict).toMatchObject({ reason: expect.stringContaining("none of the allowed signers'") });
  });

  test('a signature of something else does not count', async () => {
    const id = tampered(signed.ann, 'Change', 'Chance');
    expect(await verify(id, ann.public)).toMatchObject({
      signed: false,
      reason: 'bears a signature of something else',
    });
  });

  test.each([
    ['valid-before="20200101"', 'is signed with a key that has expired'],
    ['valid-after="20990101"', 'is signed with a key that is not yet valid'],
    ['namespaces="file"', 'is signed with a key that is not permitted for use in signature namespace "git"'],
  ])('a line with %s does not hold for it', async (options, reason) => {
    const verdict = await verify(signed.ann, ann.public.replace(' ', ` ${options} `));
    expect(verdict).toMatchObject({ signed: false, reason });
  });

  test('times are held against that of the commit', async () => {
    const allowed = ann.public.replace(' ', ' valid-before="20300101" ');
    expect(await verify(signed.ann, allowed)).toMatchObject({ signed: true });
  });

  test('a tag vouches by its own signature, under its own name only', async () => {
    const object = tag(ann, 'v1.0.0');
    expect(await verify(object, ann.public)).toMatchObject({ signed: true, signer: 'ann@example.com' });
    expect(await verify({ ...object, name: 'v2.0.0' } as SignedObject, ann.public)).toMatchObject({
      signed: false,
      reason: 'is the tag v1.0.0 under another name',
    });
    expect(await verify(tag(eve, 'v1.1.0'), ann.public)).toMatchObject({ signed: false });
  });

  test('a merge is looked at by itself', async () => {
    git(work, 'checkout', '-q', '-b', 'side');
    commit(eve);
    git(work, 'checkout', '-q', 'main');
    commit(ann);
    git(work, ...ann.flags, 'merge', '-q', '--no-ff', '-S', '-m', 'Merge', 'side');
    expect(await verify(git(work, 'rev-parse', 'HEAD'), ann.public)).toMatchObject({ signed: true });
    commit(ann);
    git(work, 'checkout', '-q', 'side');
    commit(ann);
    git(work, 'checkout', '-q', 'main');
    git(work, 'merge', '-q', '--no-ff', '-m', 'Merge again', 'side');
    expect(await verify(git(work, 'rev-parse', 'HEAD'), ann.public)).toMatchObject({ signed: false });
  });

  test('a replaced object, the configuration and hooks of the repository change nothing', async () => {
    const { ann: good, none: bad } = signed;
    git(work, 'replace', bad, good);
    const trap = join(folder.path, 'trap.sh');
    writeFileSync(trap, `#!/bin/sh\ntouch "${folder.path}/sprung"\nexit 0\n`);
    chmodSync(trap, 0o755);
    const all = join(folder.path, 'all');
    writeFileSync(all, eve.public);
    for (const name of ['gpg.program', 'gpg.ssh.program', 'gpg.x509.program', 'core.fsmonitor', 'core.pager'])
      git(work, 'config', name, trap);
    git(work, 'config', 'gpg.ssh.allowedSignersFile', all);
    const x509 = tampered(good, 'BEGIN SSH SIGNATURE', 'BEGIN SIGNED MESSAGE').trim();
    try {
      expect(await verify(good, ann.public)).toMatchObject({ signed: true });
      expect(await verify(good, eve.public)).toMatchObject({ signed: false });
      expect(await verify(bad, ann.public)).toMatchObject({ signed: false, reason: 'is not signed' });
      expect(await verify(x509, ann.public)).toMatchObject({ signed: false });
    } finally {
      git(work, 'replace', '-d', bad);
      for (const name of ['gpg.program', 'gpg.ssh.program', 'gpg.x509.program', 'core.fsmonitor', 'core.pager'])
        git(work, 'config', '--unset', name);
    }
    expect(existsSync(join(folder.path, 'sprung'))).toBe(false);
  });

  test('nothing is left behind', () => {
    expect(readdirSync(folder.path).filter((name) => name.startsWith('.signers'))).toEqual([]);
  });
});

// Without gpg nothing can be signed by it.
describe.skipIf(!hasGpg)('by PGP', () => {
  let keys: PgpKeys;
  let pia: SigningKey;
  let old: SigningKey;
  beforeAll(() => {
    keys = pgpKeys(folder.path);
    pia = keys.make('pia');
  });
  afterAll(() => keys?.[Symbol.dispose]());

  test('an allowed signer is named, and one beside SSH keys too', async () => {
    const id = commit(pia);
    const signer = 'pia <pia@example.com>';
    expect(await verify(id, `${ann.public}${pia.public}`)).toEqual({ signed: true, signer });
    expect(await verify(tag(pia, 'v3.0.0'), pia.public)).toEqual({ signed: true, signer });
  });

  test('a key that is not in the file is foreign, even where the keyring of the user has it', async () => {
    const verdict = await verify(commit(pia), ann.public);
    expect(verdict).toMatchObject({ signed: false, reason: expect.stringContaining("none of the allowed signers'") });
  });

  test('a signature of something else does not count', async () => {
    const id = tampered(commit(pia), 'Change', 'Chance');
    expect(await verify(id, pia.public)).toMatchObject({
      signed: false,
      reason: 'bears a signature of something else',
    });
  });

  test('an expired key vouches for nothing', async () => {
    old = keys.make('old', 30, '20240101T000000');
    const id = commit(old);
    expect(await verify(id, old.public)).toEqual({
      signed: false,
      reason: 'is signed with a key that has expired',
      signer: 'old <old@example.com>',
    });
  });

  test('without the program it says so', async () => {
    const bin = join(folder.path, 'bin');
    writeFiles(bin, { git: `#!/bin/sh\nPATH=${bin} exec "${git(work, '--exec-path')}/git" "$@"\n` });
    chmodSync(join(bin, 'git'), 0o755);
    expect(await verify(commit(pia), pia.public, bin)).toMatchObject({
      signed: false,
      reason: 'cannot be verified: the program gpg is not installed',
    });
  });
});
