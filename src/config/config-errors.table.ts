/** Codes of everything that can be wrong with the configuration. */
import type { Fault } from '../foundation/base/errors.ts';

export const configErrors = {
  'config.invalid': { fault: 'user', summary: 'the configuration breaks its format or contradicts itself' },
  'config.not-found': { fault: 'user', summary: 'there is no configuration file of that name' },
  'config.not-yet': { fault: 'user', summary: 'a field of the configuration comes with a later version' },
  'config.unreadable': { fault: 'user', summary: 'the configuration file cannot be read' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
