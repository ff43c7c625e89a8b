/** Codes of what can be wrong with a chart's provenance, with the fault that decides what follows. */
import type { Fault } from '../base/errors.ts';

export const provenanceErrors = {
  'provenance.digest-mismatch': { fault: 'user', summary: 'the archive is not the one that was signed' },
  'provenance.invalid': { fault: 'user', summary: 'the provenance is not a signed text about the archive' },
  'provenance.keyring': { fault: 'user', summary: 'the keyring cannot be read' },
  'provenance.signature': { fault: 'user', summary: 'the signature is wrong, or no longer good' },
  'provenance.unknown-signer': { fault: 'user', summary: 'the signature is of a key that is not in the keyring' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
