/**
 * Reads age identities as age-keygen writes them: one per line, `#` begins a comment; in an environment variable several
 * may share a line. Takes text, returns each with its public key; what it complains about it names by line, never by text.
 */
import { secretError } from './secret-error.ts';

export interface AgeIdentity {
  readonly secret: string;
  /** Its public key. */
  readonly recipient: string;
}

export async function readIdentities(text: string, source: string): Promise<AgeIdentity[]> {
  const { identityToRecipient } = await import('age-encryption');
  const found: AgeIdentity[] = [];
  if (/-----BEGIN AGE ENCRYPTED FILE-----|^age-encryption\.org/.test(text))
    throw invalid(source, 'the key file is itself encrypted with a passphrase');
  if (text.includes('PRIVATE KEY-----')) throw invalid(source, 'SSH keys are not supported as age identities');
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.startsWith('#') ? [] : line.split(/\s+/).filter((word) => word !== '');
    for (const word of words) {
      if (/^AGE-PLUGIN-/i.test(word)) throw invalid(source, `line ${index + 1}: age plugins are not supported`);
      try {
        found.push({ secret: word, recipient: await identityToRecipient(word) });
      } catch {
        throw invalid(source, `line ${index + 1} is no age identity`);
      }
    }
  }
  if (found.length === 0) throw invalid(source, 'there is no age identity in it');
  return found;
}

function invalid(source: string, what: string) {
  return secretError('secret.key-invalid', `${source}: ${what}`, {
    hint: 'an identity is a line AGE-SECRET-KEY-1…, as age-keygen writes it',
  });
}
