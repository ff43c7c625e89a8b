/** Codes of everything that can go wrong while credentials are looked up. */
import type { Fault } from '../base/errors.ts';

export const credentialsErrors = {
  'credentials.helper': { fault: 'user', summary: 'the program that keeps credentials is missing or fails' },
  'credentials.unreadable': { fault: 'user', summary: 'a file with credentials or certificates cannot be read' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;

export type CredentialsErrorCode = keyof typeof credentialsErrors;
