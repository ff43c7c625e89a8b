/** Codes of what can go wrong with files kept by their digest, with the fault that decides what follows. */
import type { Fault } from '../base/errors.ts';

export const contentErrors = {
  'cache.digest-mismatch': { fault: 'transient', summary: 'what came is not what was asked for, by its digest' },
  'cache.too-large': { fault: 'user', summary: 'a download is larger than its kind may be' },
  'cache.unwritable': { fault: 'transient', summary: 'the cache cannot be written' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
