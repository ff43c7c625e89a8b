/**
 * Takes a commit or an annotated tag of a bare repository and who may sign, returns who signed it, or why it does not count.
 * git itself judges, by ssh-keygen or gpg with the allowed keys alone; no other program is started, whatever the object says.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AllowedSigners } from './allowed-signers.ts';
import { askGit, type GitAnswer, type GitOptions } from './run-git.ts';

export type SignedObject =
  | { readonly type: 'commit'; readonly id: string }
  /** `name` is what the repository calls it now; the tag says its own. */
  | { readonly type: 'tag'; readonly id: string; readonly name: string };

export interface VerifyOptions {
  readonly object: SignedObject;
  readonly signers: AllowedSigners;
  /** The bare one that holds it. */
  readonly repository: string;
  /** Files are put there while it lasts. */
  readonly directory: string;
  readonly environment: GitOptions['environment'];
}

export type Verdict =
  | { readonly signed: true; readonly signer: string }
  /** `reason` goes on after "it". */
  | { readonly signed: false; readonly reason: string; readonly signer?: string; readonly hint?: string };

export async function verifySignature(options: VerifyOptions): Promise<Verdict> {
  const { object, signers, environment } = options;
  const folder = await mkdtemp(join(options.directory, '.signers-'));
  try {
    const home = await prepareKeys(folder, signers, environment);
    const ask = (...args: string[]) =>
      askGit({
        directory: folder,
        environment,
        variables: { GIT_DIR: options.repository, GNUPGHOME: home },
        settings: {
          'gpg.program': 'gpg',
          'gpg.openpgp.program': 'gpg',
          'gpg.ssh.program': 'ssh-keygen',
          // Started for X.509, which is refused.
          'gpg.x509.program': '/nonexistent/x509',
          'gpg.ssh.allowedSignersFile': join(folder, 'ssh'),
          'gpg.minTrustLevel': 'undefined',
        },
        args,
      });
    const raw = await ask('cat-file', object.type, object.id);
    const refused = object.type === 'tag' ? refuseRenamed(raw.stdout, object.name) : undefined;
    if (refused !== undefined) return refused;
    return judge(await ask(`verify-${object.type}`, '--raw', object.id), raw.stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A home folder for gpg that holds the allowed keys and no others. */
async function prepareKeys(
  folder: string,
  { ssh, pgp }: AllowedSigners,
  environment: GitOptions['environment'],
): Promise<string> {
  const home = join(folder, 'gnupg');
  await mkdir(home, { mode: 0o700 });
  await writeFile(join(home, 'gpg.conf'), 'no-auto-key-retrieve\nno-autostart\nbatch\nno-tty\n');
  await writeFile(join(folder, 'ssh'), ssh);
  if (pgp !== '') {
    const keys = join(folder, 'keys.asc');
    await writeFile(keys, pgp);
    const env = { PATH: environment['PATH'], HOME: folder, LC_ALL: 'C' };
    // Where it fails a key is missing, and so says the verdict.
    await promisify(execFile)('gpg', ['--homedir', home, '--quiet', '--import', keys], { env }).catch(() => undefined);
  }
  return home;
}

/** A signed tag under another name would pass an old release off as a new one. */
function refuseRenamed(raw: string, name: string): Verdict | undefined {
  const own = /^tag (.*)$/m.exec(raw.split('\n\n', 1)[0] ?? '')?.[1];
  return own === name
    ? undefined
    : { signed: false, reason: `is the tag ${own ?? 'without a name'} under another name` };
}

function judge({ code, stderr }: GitAnswer, raw: string): Verdict {
  const said = (pattern: RegExp): string | undefined => pattern.exec(stderr)?.[1]?.trim();
  if (code === 0) {
    const signer = said(/^Good "git" signature for (.+) with \S+ key \S+$/m) ?? said(/^\[GNUPG:\] GOODSIG \S+ (.+)$/m);
    if (signer !== undefined) return { signed: true, signer };
  }
  const missing = said(/cannot run ((?:gpg|ssh-keygen)\b)/);
  if (missing !== undefined)
    return { signed: false, reason: `cannot be verified: the program ${missing} is not installed` };
  if (!/^(gpgsig(-sha256)? )?-----BEGIN (SSH|PGP|SIGNED) (SIGNATURE|MESSAGE)-----/m.test(raw))
    return {
      signed: false,
      reason: 'is not signed',
      hint: 'sign it: git commit -S, git tag -s; a forge signs with a key of its own',
    };
  return { signed: false, ...whyNot(said, raw) };
}

type Said = (pattern: RegExp) => string | undefined;

function whyNot(said: Said, raw: string): { reason: string; signer?: string; hint?: string } {
  const key = said(/signature (?:for .+ )?with \S+ key (SHA256:\S+)$/m) ?? said(/^\[GNUPG:\] (?:NO_PUBKEY) (\S+)$/m);
  const by = (name: string | undefined) => (name === undefined ? {} : { signer: name });
  const beyond = said(/:\d+: key (has expired|is not yet valid|is not permitted[^\n]*)/m);
  if (beyond !== undefined)
    return {
      reason: `is signed with a key that ${beyond}`,
      ...by(key),
      hint: 'see the options of its line in allowedSigners',
    };
  const known = said(/^\[GNUPG:\] (?:EXPKEYSIG) \S+ (.+)$/m);
  if (known !== undefined) return { reason: 'is signed with a key that has expired', ...by(known) };
  const revoked = said(/^\[GNUPG:\] REVKEYSIG \S+ (.+)$/m);
  if (revoked !== undefined) return { reason: 'is signed with a key that was revoked', ...by(revoked) };
  const old = said(/^\[GNUPG:\] EXPSIG \S+ (.+)$/m);
  if (old !== undefined) return { reason: 'bears a signature that has expired', ...by(old) };
  if (key !== undefined)
    return { reason: `is signed with the key ${key}, which is none of the allowed signers'`, ...by(key) };
  if (/-----BEGIN SIGNED MESSAGE-----/.test(raw)) return { reason: 'is signed by X.509, which is not understood' };
  if (said(/(BADSIG|incorrect signature)/) !== undefined)
    return { reason: 'bears a signature of something else', ...by(said(/^\[GNUPG:\] BADSIG \S+ (.+)$/m)) };
  return { reason: 'bears a signature that cannot be verified' };
}
