/**
 * Takes the text of a file of allowed signers, returns its two halves as ssh-keygen and gpg read them, and what is wrong with
 * it: lines `PRINCIPALS [OPTIONS] KEYTYPE KEY` for SSH, armored public keys for GPG, in any order.
 */

export interface AllowedSigners {
  /** Lines of ssh-keygen's allowed signers. */
  readonly ssh: string;
  /** Armored public keys, one after the other. */
  readonly pgp: string;
}

export interface SignersProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  readonly hint?: string;
}

export interface ParsedSigners {
  readonly signers: AllowedSigners;
  readonly problems: readonly SignersProblem[];
}

const keyType = /^(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+$/;
const armor = { begin: /^-----BEGIN PGP (.+)-----\s*$/, end: '-----END PGP ' };

export function parseAllowedSigners(text: string): ParsedSigners {
  const ssh: string[] = [];
  const pgp: string[] = [];
  const problems: SignersProblem[] = [];
  let block: number | undefined;
  for (const [index, line] of text.replaceAll('\r', '').split('\n').entries()) {
    const number = index + 1;
    const kind = armor.begin.exec(line)?.[1];
    if (kind !== undefined) block = number;
    if (kind !== undefined && kind !== 'PUBLIC KEY BLOCK')
      problems.push({
        line: number,
        message: `this is no public key but a PGP ${kind.toLowerCase()}`,
        hint: exporting,
      });
    if (block !== undefined) {
      pgp.push(line);
      if (line.startsWith(armor.end)) block = undefined;
    } else if (/^\s*(#|$)/.test(line)) continue;
    else {
      const problem = problemOf(line.trim());
      if (problem === undefined) ssh.push(line.trim());
      else problems.push({ line: number, ...problem });
    }
  }
  if (block !== undefined) problems.push({ line: block, message: 'this PGP key has no end' });
  if (problems.length === 0 && ssh.length + pgp.length === 0)
    problems.push({ line: 1, message: 'it names nobody, so that every commit would be refused', hint: example });
  return { signers: { ssh: lines(ssh), pgp: lines(pgp) }, problems };
}

const exporting = 'export public keys with: gpg --armor --export NAME';
const example = 'a line is such as: ann@example.com ssh-ed25519 AAAA…; or paste what gpg --armor --export prints';

function problemOf(line: string): Omit<SignersProblem, 'line'> | undefined {
  const words = line.split(/\s+/);
  const at = words.findIndex((word) => keyType.test(word));
  if (at === 0) return { message: 'a line begins with who signs, then comes the key', hint: example };
  if (at < 0) return { message: 'there is no SSH key in this line', hint: example };
  const key = words[at + 1];
  if (key === undefined || !/^[A-Za-z0-9+/]{40,}=*$/.test(key)) return { message: 'the SSH key is not whole' };
  return undefined;
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
