/** Codes of what can be wrong with the values of a release. */
import type { Fault } from '../../foundation/base/errors.ts';

export const valuesErrors = {
  'values.invalid': { fault: 'user', summary: 'a values file cannot be read as YAML, or is no map' },
  'values.not-found': { fault: 'user', summary: 'a values file does not exist' },
  'values.set': { fault: 'user', summary: "an expression does not follow Helm's --set grammar" },
  'values.template': {
    fault: 'user',
    summary: 'a values file marked as a template is no mustache, or uses an unknown name',
  },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
