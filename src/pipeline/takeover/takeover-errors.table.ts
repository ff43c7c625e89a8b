/** Codes of what keeps a release from being taken over from another tool, or from being given back. */
import type { Fault } from '../../foundation/base/errors.ts';

export const takeoverErrors = {
  'takeover.busy': { fault: 'transient', summary: 'the other tool, or Helm, is at work on the release' },
  'takeover.changed': { fault: 'transient', summary: 'what is taken over has been changed since it was planned' },
  'takeover.differs': { fault: 'user', summary: 'what the other tool runs is not what git says' },
  'takeover.kept': { fault: 'user', summary: "another object would put back what is taken off the tool's own" },
  'takeover.none': { fault: 'user', summary: 'there is nothing that could be taken over, or given back' },
  'takeover.too-large': { fault: 'user', summary: 'a release has too many objects to remember what was taken off' },
  'takeover.undoing': { fault: 'user', summary: 'giving a release back was cut short and is to be finished first' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
