/** Sprig's passwords and ciphers. Nothing here may run on the main thread: bcrypt and scrypt take 0.2 s. */
import { createCipheriv, createDecipheriv, createHmac, scryptSync } from 'node:crypto';
import bcryptjs from 'bcryptjs';
import { byteLength, fromBytes, toBytes } from '../../../foundation/base/byte-string.ts';
import { GoError, type GoFunction, type GoInt } from '../../../foundation/template/value.ts';
import type { RenderSources } from '../sources.ts';
import { decodeBase64, encodeBase64 } from './encoding.ts';
import { goFunction } from './go-function.ts';
import { PASSWORD_CHARACTERS, PASSWORD_TEMPLATES } from './password-templates.table.ts';

/** bcrypt reads no more; Go refuses what is longer. */
const MAX_BCRYPT = 72;

export function cryptoFunctions(sources: RenderSources): readonly GoFunction[] {
  const hash = (functionName: string, password: string): string => {
    sources.onRandom?.(functionName);
    return bcryptHash(password, sources.randomBytes(16));
  };
  return [
    goFunction('bcrypt', '(string) string', (password: string) => hash('bcrypt', password)),
    goFunction('htpasswd', '(string, string) string', (user: string, password: string) =>
      user.includes(':') ? `invalid username: ${user}` : `${user}:${hash('htpasswd', password)}`,
    ),
    goFunction('encryptAES', '(string, string) (string, error)', (password: string, text: string) => {
      if (text === '') return '';
      sources.onRandom?.('encryptAES');
      return encrypt(password, text, sources.randomBytes(16));
    }),
    goFunction('decryptAES', '(string, string) (string, error)', (password: string, text: string) =>
      text === '' ? '' : decrypt(password, text),
    ),
    goFunction('derivePassword', '(uint32, string, string, string, string) string', derivePassword),
  ];
}

/** Cost 10, and `2a` as Go writes it: for passwords up to 72 bytes all versions of the scheme agree. */
function bcryptHash(password: string, saltBytes: Uint8Array): string {
  if (byteLength(password) > MAX_BCRYPT) {
    return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  }
  const salt = `$2a$10$${bcryptjs.encodeBase64(saltBytes, 16)}`;
  return bcryptjs.hashSync(password, salt);
}

const BLOCK = 16;

/** The first 32 bytes of the password, filled up with zeros. */
function keyOf(password: string): Uint8Array {
  const key = Buffer.alloc(32);
  key.set(toBytes(password).subarray(0, 32));
  return key;
}

/** AES-256-CBC with PKCS#7 padding, the initialisation vector in front. */
function encrypt(password: string, text: string, iv: Uint8Array): string {
  const cipher = createCipheriv('aes-256-cbc', keyOf(password), iv);
  return encodeBase64(Buffer.concat([iv, cipher.update(toBytes(text)), cipher.final()]));
}

/** Unchecked padding, as upstream: a wrong password gives rubbish or Go's panic for a bad slice. */
function decrypt(password: string, text: string): string {
  const bytes = decodeBase64(text);
  // Go decodes into as many bytes as the text could hold at most.
  const capacity = Math.trunc(byteLength(text) / 4) * 3;
  if (bytes.length < BLOCK && capacity < BLOCK) {
    throw new GoError(`runtime error: slice bounds out of range [:${BLOCK}] with capacity ${capacity}`);
  }
  if (bytes.length < BLOCK) throw new GoError(`runtime error: slice bounds out of range [${BLOCK}:${bytes.length}]`);
  const body = bytes.subarray(BLOCK);
  if (body.length % BLOCK !== 0) throw new GoError('crypto/cipher: input not full blocks');
  const cipher = createDecipheriv('aes-256-cbc', keyOf(password), bytes.subarray(0, BLOCK)).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(body), cipher.final()]);
  const padding = plain.at(-1);
  if (padding === undefined) throw new GoError('runtime error: index out of range [-1]');
  if (padding > plain.length) {
    throw new GoError(`runtime error: slice bounds out of range [:${plain.length - padding}]`);
  }
  return fromBytes(plain.subarray(0, plain.length - padding));
}

const SEED = Buffer.from('com.lyndir.masterpassword');

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The Master Password algorithm: the same inputs give the same password everywhere. */
function derivePassword(counter: GoInt, kind: string, password: string, user: string, site: string): string {
  const templates = PASSWORD_TEMPLATES.get(kind);
  if (templates === undefined) return `cannot find password template ${kind}`;
  const userBytes = toBytes(user);
  const siteBytes = toBytes(site);
  const salt = Buffer.concat([SEED, uint32(userBytes.length), userBytes]);
  const key = scryptSync(toBytes(password), salt, 64, { N: 32768, r: 8, p: 2, maxmem: 64 * 1024 * 1024 });
  const seed = createHmac('sha256', key)
    .update(Buffer.concat([SEED, uint32(siteBytes.length), siteBytes, uint32(Number(counter.value))]))
    .digest();
  const template = templates[seed[0]! % templates.length]!;
  return [...template]
    .map((kindOfChar, i) => {
      const characters = PASSWORD_CHARACTERS.get(kindOfChar)!;
      return characters[seed[i + 1]! % characters.length];
    })
    .join('');
}
