/**
 * Decrypts a SOPS file of lines NAME=VALUE, its metadata among them under names that begin with `sops_`. Takes the text and
 * the data key, returns the plaintext as sops prints it.
 */
import type { Decrypted } from './decrypted.ts';
import { secretError } from './secret-error.ts';
import { decryptValue, isEncryptedValue } from './sops-cipher.ts';
import { isSopsMetadata, type PlainTree, readSopsMetadata, type SopsMetadata } from './sops-metadata.ts';
import { startSopsWalk } from './sops-walk.ts';

const prefix = 'sops_';

type Line = { readonly comment: string } | { readonly name: string; readonly value: string };

/** Undefined where the lines hold no SOPS metadata. */
export function readDotenvMetadata(text: string): SopsMetadata | undefined {
  const root: Mutable = Object.create(null);
  for (const line of text.split('\n')) {
    if (!line.startsWith(prefix)) continue;
    const at = line.indexOf('=');
    if (at > 0) place(root, line.slice(prefix.length, at), line.slice(at + 1).replaceAll('\\n', '\n'));
  }
  const tree = toTree(root);
  return isSopsMetadata(tree) ? readSopsMetadata(tree) : undefined;
}

type Mutable = { [key: string]: Mutable | string };

/** `age__list_0__map_recipient` is `age[0].recipient`. */
function place(root: Mutable, flat: string, value: string): void {
  const steps = flat.split(/__(?:map|list)_/);
  let at = root;
  for (const step of steps.slice(0, -1)) {
    const next = at[step];
    if (typeof next === 'string') return;
    at[step] = next ?? (Object.create(null) as Mutable);
    at = at[step] as Mutable;
  }
  at[steps.at(-1) ?? ''] = value;
}

function toTree(node: Mutable | string): PlainTree {
  if (typeof node === 'string') return node;
  const keys = Object.keys(node);
  if (keys.length > 0 && keys.every((key) => /^\d{1,4}$/.test(key))) return keys.map((key) => toTree(node[key] ?? ''));
  return Object.fromEntries(keys.map((key) => [key, toTree(node[key] ?? '')]));
}

export function decryptSopsDotenv(text: string, metadata: SopsMetadata, key: Uint8Array): Omit<Decrypted, 'key'> {
  const walk = startSopsWalk(metadata, key);
  const secrets: string[] = [];
  const plain: string[] = [];
  const shown: string[] = [];
  for (const line of readLines(text)) {
    if ('comment' in line) {
      plain.push(`#${openComment(line.comment, key)}`);
      shown.push('#');
      continue;
    }
    const { name, value } = line;
    if (name.startsWith(prefix)) continue;
    const decrypted = walk.take({ type: 'string', text: value }, [name]);
    const clear = decrypted === undefined ? value : decrypted.bytes.toString('utf8');
    if (decrypted !== undefined && decrypted.type !== 'bool') secrets.push(clear);
    plain.push(`${name}=${clear.replaceAll('\n', '\\n')}`);
    shown.push(`${name}=${decrypted === undefined ? value : '***'}`);
  }
  walk.end();
  const join = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  return { plain: join(plain), shown: join(shown), secrets };
}

function readLines(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      if (line.startsWith('#')) return { comment: line.slice(1) };
      const at = line.indexOf('=');
      if (at < 0) throw secretError('secret.invalid', `line ${index + 1} is no NAME=VALUE`);
      return { name: line.slice(0, at), value: line.slice(at + 1).replaceAll('\\n', '\n') };
    });
}

/** Comments are no part of the MAC, and older versions of sops left them as they are. */
function openComment(text: string, key: Uint8Array): string {
  if (!isEncryptedValue(text)) return text;
  try {
    return decryptValue(text, key, []).bytes.toString('utf8');
  } catch {
    return text;
  }
}
