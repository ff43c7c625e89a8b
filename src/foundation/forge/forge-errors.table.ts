/** Codes of what forges refuse; the way there is told by `http.` codes. */
import type { Fault } from '../base/errors.ts';

export const forgeErrors = {
  'forge.denied': { fault: 'user', summary: 'a forge does not know the token, or it lacks a right: 401 or 403' },
  'forge.moved': { fault: 'user', summary: 'a forge has the repository under another name by now' },
  'forge.not-found': {
    fault: 'user',
    summary: 'a forge has no such repository or request, or hides it from the token',
  },
  'forge.protocol': { fault: 'transient', summary: 'a forge answers with something that its API does not have' },
  'forge.rate-limited': { fault: 'transient', summary: 'a forge wants fewer requests' },
  'forge.refused': { fault: 'user', summary: 'a forge refuses a request with another 4xx, and says why' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;

export type ForgeErrorCode = keyof typeof forgeErrors;
