/** Encrypts trees as SOPS does, written anew from its format, so that what we read is not judged by what we wrote. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';

export type SopsTree = null | string | boolean | number | SopsTree[] | { [key: string]: SopsTree };

export interface TestKey {
  readonly identity: string;
  readonly recipient: string;
}

export async function newTestKey(): Promise<TestKey> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

export async function wrapDataKey(key: Uint8Array, recipient: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(key));
}

export function seal(text: string, type: string, { key, additional }: { key: Uint8Array; additional: string }): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(additional));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const [sealed, nonce, tag] = [data, iv, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'));
  return `ENC[AES256_GCM,data:${sealed},iv:${nonce},tag:${tag},type:${type}]`;
}

export interface EncryptOptions {
  readonly recipient: string;
  /** Which paths are encrypted, and the rule that says so. */
  readonly rule?: {
    readonly fields: { [key: string]: SopsTree };
    readonly encrypts: (path: readonly string[]) => boolean;
  };
  readonly metadata?: { [key: string]: SopsTree };
}

export async function encryptSops(
  tree: { [key: string]: SopsTree },
  { recipient, rule, metadata = {} }: EncryptOptions,
): Promise<{ [key: string]: SopsTree }> {
  const key = randomBytes(32);
  const lastmodified = '2026-11-20T12:00:00Z';
  const hash = createHash('sha512');
  const encrypts = rule?.encrypts ?? ((path) => !path.some((name) => name.endsWith('_unencrypted')));
  const walk = (node: SopsTree, path: readonly string[]): SopsTree => {
    if (node === null) return null;
    if (Array.isArray(node)) return node.map((item) => walk(item, path));
    if (typeof node === 'object')
      return Object.fromEntries(Object.entries(node).map(([name, item]) => [name, walk(item, [...path, name])]));
    const text = typeof node === 'boolean' ? (node ? 'True' : 'False') : String(node);
    hash.update(text, 'utf8');
    if (!encrypts(path) || text === '') return node;
    const type =
      typeof node === 'string' ? 'str' : typeof node === 'boolean' ? 'bool' : Number.isInteger(node) ? 'int' : 'float';
    return seal(text, type, { key, additional: `${path.join(':')}:` });
  };
  const encrypted = walk(tree, []) as { [key: string]: SopsTree };
  const mac = seal(hash.digest('hex').toUpperCase(), 'str', { key, additional: lastmodified });
  const fields = rule?.fields ?? { unencrypted_suffix: '_unencrypted' };
  const age = [{ recipient, enc: await wrapDataKey(key, recipient) }];
  return { ...encrypted, sops: { age, lastmodified, mac, ...fields, version: '3.13.3', ...metadata } };
}
