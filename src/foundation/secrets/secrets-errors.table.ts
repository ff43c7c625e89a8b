/** Codes of what can be wrong with an encrypted file, or with what opens it. */
import type { Fault } from '../base/errors.ts';

export const secretsErrors = {
  'secret.invalid': { fault: 'user', summary: 'an encrypted file is damaged, or lacks what decrypting needs' },
  'secret.key-invalid': {
    fault: 'user',
    summary: 'what should hold a key for decryption holds none, or a kind that is not supported',
  },
  'secret.key-unreadable': {
    fault: 'transient',
    summary: 'a key for decryption cannot be read where the configuration says it is',
  },
  'secret.mac-mismatch': { fault: 'user', summary: 'a SOPS file was changed after it was encrypted' },
  'secret.no-key': { fault: 'user', summary: 'none of the keys at hand opens an encrypted file' },
  'secret.unsupported': { fault: 'user', summary: 'a file is encrypted in a way that is not supported' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
