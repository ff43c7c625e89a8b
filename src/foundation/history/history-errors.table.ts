/** Codes of everything that can go wrong with Helm's records. */
import type { Fault } from '../base/errors.ts';

export const historyErrors = {
  'history.conflict': { fault: 'transient', summary: 'somebody else wrote that revision of the release' },
  'history.invalid-name': { fault: 'user', summary: 'the release name is not one that Helm takes' },
  'history.too-large': { fault: 'user', summary: 'the release does not fit into a Secret or ConfigMap' },
  'history.unreadable': { fault: 'transient', summary: 'a stored revision cannot be decoded' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
