/** Codes of reading a checkout's files; those of git itself are in foundation/git. */
import type { Fault } from '../../foundation/base/errors.ts';

export const sourceErrors = {
  'source.branch-taken': {
    fault: 'user',
    summary: 'a branch that a change would be proposed on holds commits of others',
  },
  'source.no-branch': {
    fault: 'user',
    summary: 'what the daemon follows is no branch, so nothing can be committed to it',
  },
  'source.no-commits': { fault: 'user', summary: 'a folder outside of git has no revisions to compare' },
  'source.offline': { fault: 'transient', summary: 'a command that asks no network names another repository' },
  'source.signers': { fault: 'user', summary: 'the file of allowed signers cannot be read or understood' },
  'source.unreadable': {
    fault: 'user',
    summary: 'a file or folder of the repository is missing, too large, or outside',
  },
  'source.unsigned': { fault: 'user', summary: 'no allowed signer vouches for the commit' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
