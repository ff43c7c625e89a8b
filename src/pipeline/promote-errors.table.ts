/** Codes of what keeps a version from moving on to the next environment. */
import type { Fault } from '../foundation/base/errors.ts';

export const promoteErrors = {
  'promote.disagree': {
    fault: 'transient',
    summary: 'the environments that a version comes from do not have the same one',
  },
  'promote.elsewhere': { fault: 'user', summary: 'the target is defined in a repository that is not configured' },
  'promote.held': { fault: 'user', summary: 'a key cannot be changed for the target environment alone' },
  'promote.inherited': {
    fault: 'user',
    summary: 'several environments of a chain have what is promoted from one line',
  },
  'promote.lost-race': { fault: 'transient', summary: 'others push to the branch again and again' },
  'promote.no-keys': { fault: 'user', summary: 'which keys are to move is not said' },
  'promote.no-preview': { fault: 'user', summary: 'what a promotion would do cannot be told before it is in git' },
  'promote.not-healthy': { fault: 'transient', summary: 'the source environment does not run what would be promoted' },
  'promote.pin': { fault: 'transient', summary: 'the digest with which an image ran is not known' },
  'promote.unset': { fault: 'user', summary: 'the source environment does not set a key' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
