import { createDecipheriv } from 'node:crypto';
import bcryptjs from 'bcryptjs';
import { describe, expect, test } from 'vitest';
import { ANSWERS, ERRORS } from './crypto.table.ts';
import { evaluate, evaluationError } from './evaluate.ts';

describe('passwords and ciphers', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });

  test.each(ERRORS)('%s ends in the error that Helm shows', (expression, expected) => {
    expect(evaluationError(expression)).toBe(expected);
  });
});

describe('bcrypt', () => {
  test('verifies, with the prefix that Go writes', () => {
    const hash = evaluate('htpasswd "user" "pässword"').replace(/^user:/, '');
    expect(hash).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(bcryptjs.compareSync('pässword', hash)).toBe(true);
    expect(bcryptjs.compareSync('other', hash)).toBe(false);
  });
});

describe('encryptAES', () => {
  test('gives what node:crypto decrypts', () => {
    const bytes = Buffer.from(evaluate('encryptAES "key" "some text"'), 'base64');
    const key = Buffer.alloc(32);
    key.write('key');
    const cipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, 16));
    expect(Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()]).toString()).toBe('some text');
  });

  test('decryptAES takes back any text', () => {
    expect(
      evaluate(
        '{{ encryptAES "a long password that exceeds 32 bytes!" "é😀" | decryptAES "a long password that exceeds 32 bytes!" }}',
      ),
    ).toBe('é😀');
  });
});
