/** Keys that sign commits of tests, made by ssh-keygen and gpg. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SigningKey {
  /** As a line, or a block, of allowed signers. */
  readonly public: string;
  /** What git is called with to sign by it. */
  readonly flags: readonly string[];
}

export const hasGpg = isThere('gpg', '--version');

function isThere(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function sshKey(folder: string, name: string): SigningKey {
  const file = join(folder, `${name}.key`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const [type, key] = readFileSync(`${file}.pub`, 'utf8').split(' ');
  return {
    public: `${name}@example.com ${type} ${key}\n`,
    flags: ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${file}`],
  };
}

export interface PgpKeys extends Disposable {
  /** `days` that it is valid from `since` on; 0: for ever. */
  make(name: string, days?: number, since?: string): SigningKey;
}

/** A keyring of its own, short enough for the socket of an agent. */
export function pgpKeys(folder: string): PgpKeys {
  const home = join(folder, 'gpg');
  mkdirSync(home, { mode: 0o700, recursive: true });
  const gpg = (...args: string[]) =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  return {
    make(name, days = 0, since) {
      const time = since === undefined ? [] : ['--faked-system-time', since];
      const user = `${name} <${name}@example.com>`;
      gpg(...time, '--passphrase', '', '--quick-gen-key', user, 'ed25519', 'sign', days === 0 ? 'never' : `${days}d`);
      const program = join(home, `sign-${name}`);
      execFileSync('sh', [
        '-c',
        `printf '#!/bin/sh\\nexec gpg --homedir "%s" %s "$@"\\n' "$1" "$2" > "$3" && chmod +x "$3"`,
        'sh',
        home,
        time.join(' '),
        program,
      ]);
      return {
        public: gpg('--armor', '--export', `${name}@example.com`),
        flags: ['-c', `gpg.program=${program}`, '-c', `user.signingkey=${name}@example.com`],
      };
    },
    [Symbol.dispose]() {
      execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'], { stdio: 'ignore' });
    },
  };
}
