/** One object that has left what its release recorded. */
import type { KubernetesObject, ObjectKey } from '../../foundation/manifest/object.ts';

export interface Drift {
  readonly key: ObjectKey;
  readonly kind: 'changed' | 'missing';
  /** With Helm's ownership marks: what a correction applies. */
  readonly recorded: KubernetesObject;
  readonly live: KubernetesObject | undefined;
  /** Worst first. Values of Secrets are masked. */
  readonly fields: readonly DriftedField[];
  /** Who changed the worst field, as far as managedFields tell. */
  readonly manager: string;
  readonly severity: Severity;
}

export interface DriftedField {
  readonly pointer: string;
  readonly recorded: unknown;
  readonly live: unknown;
}

export type Severity = 'security' | 'workload' | 'metadata';

const securityKinds = /^(Cluster)?Role(Binding)?$|^NetworkPolicy$|^(Validating|Mutating)WebhookConfiguration$/;
const securityFields = /securityContext|\/image$|serviceAccount|hostNetwork|hostPID|hostIPC/;

export function severityOf(kind: string, fields: readonly DriftedField[]): Severity {
  if (securityKinds.test(kind) || fields.some(({ pointer }) => securityFields.test(pointer))) return 'security';
  if (fields.length > 0 && fields.every(({ pointer }) => pointer.startsWith('/metadata/'))) return 'metadata';
  return 'workload';
}

const severities: readonly Severity[] = ['security', 'workload', 'metadata'];

/** The same fields, worst first. */
export function worstFirst<Field extends DriftedField>(kind: string, fields: readonly Field[]): Field[] {
  const rank = (field: Field) => severities.indexOf(severityOf(kind, [field]));
  return [...fields].sort((a, b) => rank(a) - rank(b));
}
