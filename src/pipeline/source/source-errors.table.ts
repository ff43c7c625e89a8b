/** Codes of reading a checkout's files; those of git itself are in foundation/git. */
import type { Fault } from '../../foundation/base/errors.ts';

export const sourceErrors = {
  'source.unreadable': {
    fault: 'user',
    summary: 'a file or folder of the repository is missing, too large, or outside',
  },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
