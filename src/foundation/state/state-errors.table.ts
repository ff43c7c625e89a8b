/** Codes of what can go wrong with the daemon's state in a cluster. */
import type { Fault } from '../base/errors.ts';

export const stateErrors = {
  'state.conflict': { fault: 'transient', summary: 'the state is changed by somebody else again and again' },
  'state.cluster-twice': { fault: 'user', summary: 'two of the configured clusters are one' },
  'state.lease-lost': { fault: 'transient', summary: 'another process may write in this cluster now' },
  'state.newer-format': { fault: 'user', summary: 'the state was written by a newer version of the program' },
  'state.no-target': { fault: 'user', summary: 'there is nothing of that name to ask something of' },
  'state.unreadable': { fault: 'transient', summary: 'a ConfigMap with state does not hold what it should' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
