/**
 * The rules by which SOPS decides what of a file is encrypted, and the MAC over its values in their order. Takes each
 * value with its path, returns it decrypted; at the end it compares the MAC. It never changes a value.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { compileRegexp, matchRegexp } from '../base/regexp.ts';
import { secretError } from './secret-error.ts';
import { decryptMac, decryptValue, isEncryptedValue, macBytes, type SopsValue } from './sops-cipher.ts';
import type { SopsMetadata } from './sops-metadata.ts';

/** A value as the file has it. Null is never encrypted and no part of the MAC. */
export type FileValue =
  | { readonly type: 'null' }
  /** `mac`: what a value that is no string brings to the MAC. */
  | { readonly type: 'other'; readonly mac: string }
  | { readonly type: 'string'; readonly text: string };

export interface SopsWalk {
  /** The decrypted value; undefined where the file has it in the clear. */
  take(value: FileValue, path: readonly string[]): SopsValue | undefined;
  /** Every value was taken: compares the MAC. */
  end(): void;
}

/** sha256 of "sops": so that the two kinds of MAC never are the same. */
const onlyEncryptedStart = createHash('sha256').update('sops').digest();

export function startSopsWalk(metadata: SopsMetadata, key: Uint8Array): SopsWalk {
  const { rule, mac, lastModified, macOnlyEncrypted } = metadata;
  const hash = createHash('sha512');
  if (macOnlyEncrypted) hash.update(onlyEncryptedStart);
  const isMatch = matcher(rule);
  const shouldDecrypt = (value: FileValue, path: readonly string[]) =>
    isMatch === undefined ? value.type === 'string' && isEncryptedValue(value.text) : isMatch(path);
  return {
    take(value, path) {
      if (value.type === 'null') return undefined;
      if (!shouldDecrypt(value, path)) {
        if (!macOnlyEncrypted) hash.update(value.type === 'string' ? value.text : value.mac, 'utf8');
        return undefined;
      }
      if (value.type !== 'string') {
        throw secretError(
          'secret.invalid',
          `the value at ${path.join('.')} is not encrypted although the rules of the file say so`,
          {
            hint: 'edit the file with sops, which encrypts new values',
          },
        );
      }
      const decrypted = decryptValue(value.text, key, path);
      if (decrypted.type !== 'comment') hash.update(macBytes(decrypted));
      return decrypted;
    },
    end() {
      const expected = decryptMac(mac, key, lastModified) ?? '';
      const found = hash.digest('hex').toUpperCase();
      if (expected.length === found.length && timingSafeEqual(Buffer.from(expected), Buffer.from(found))) return;
      throw secretError(
        'secret.mac-mismatch',
        'the MAC does not fit the values: the file was changed by something else than sops',
        {
          hint: 'look at what changed in git; after an edit by hand that is meant: sops edit --ignore-mac FILE, and save',
        },
      );
    },
  };
}

/** Undefined: each value tells by its own form. */
function matcher(rule: SopsMetadata['rule']): ((path: readonly string[]) => boolean) | undefined {
  if (rule.type === 'comment') return undefined;
  const { text, encrypts } = rule;
  if (rule.type === 'suffix') return (path) => path.some((key) => key.endsWith(text)) === encrypts;
  const regexp = compileRegexp(text);
  const known = new Map<string, boolean>();
  const matches = (key: string) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = matchRegexp(regexp, key);
    known.set(key, found);
    return found;
  };
  return (path) => path.some(matches) === encrypts;
}
