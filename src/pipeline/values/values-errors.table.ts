/** Codes of what can be wrong with the values of a release. */
import type { Fault } from '../../foundation/base/errors.ts';

export const valuesErrors = {
  'values.invalid': { fault: 'user', summary: 'a values file cannot be read as YAML, or is no map' },
  'values.no-cluster': {
    fault: 'transient',
    summary: 'a release has values in its cluster, and that does not answer; it is waited for',
  },
  'values.not-found': { fault: 'user', summary: 'a values file does not exist' },
  'values.object-missing': {
    fault: 'transient',
    summary: 'a Secret or ConfigMap that holds values is not there, or lacks the key; it is waited for',
  },
  'values.set': { fault: 'user', summary: "an expression does not follow Helm's --set grammar" },
  'values.template': {
    fault: 'user',
    summary: 'a values file marked as a template is no mustache, or uses an unknown name',
  },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
