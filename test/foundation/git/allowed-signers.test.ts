import { describe, expect, test } from 'vitest';
import { parseAllowedSigners } from '../../../src/foundation/git/allowed-signers.ts';

const key = `ssh-ed25519 ${'A'.repeat(68)}`;
const block = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n';

describe('allowed signers', () => {
  test('lines of ssh and blocks of gpg are told apart, in any order', () => {
    const text = `# the team\r\nann@example.com ${key} ann\r\n\n${block}*@example.com namespaces="git" ${key}\n${block}`;
    expect(parseAllowedSigners(text)).toEqual({
      signers: {
        ssh: `ann@example.com ${key} ann\n*@example.com namespaces="git" ${key}\n`,
        pgp: `${block}${block}`,
      },
      problems: [],
    });
  });

  test.each([
    [`${key} ann@example.com`, 1, 'a line begins with who signs'],
    [`\nann@example.com\n`, 2, 'there is no SSH key in this line'],
    ['repositories: [{url: x}]', 1, 'there is no SSH key in this line'],
    ['ann@example.com ssh-ed25519 AAAA', 1, 'the SSH key is not whole'],
    ['ann@example.com ssh-ed25519', 1, 'the SSH key is not whole'],
    ['# nobody yet\n', 1, 'it names nobody'],
    ['', 1, 'it names nobody'],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----', 1, 'a PGP private key block'],
    [`ann@example.com ${key}\n-----BEGIN PGP PUBLIC KEY BLOCK-----\nx`, 2, 'this PGP key has no end'],
  ])('%j is line %i: %s', (text, line, message) => {
    expect(parseAllowedSigners(text).problems).toMatchObject([{ line, message: expect.stringContaining(message) }]);
  });
});
