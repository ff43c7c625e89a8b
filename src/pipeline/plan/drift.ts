/** One object that has left what its release recorded. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import type { KubernetesObject, ObjectKey } from '../../foundation/manifest/object.ts';

export interface Drift {
  readonly key: ObjectKey;
  /** `extra`: what others added to what was recorded; it takes nothing away from it and is never put right. */
  readonly kind: 'changed' | 'missing' | 'extra';
  /** With Helm's ownership marks: what a correction applies. */
  readonly recorded: KubernetesObject;
  /** What the server would make of it now; what it says itself where the server cannot tell. */
  readonly wouldBe: KubernetesObject;
  readonly live: KubernetesObject | undefined;
  /** Worst first. Values of Secrets are masked. */
  readonly fields: readonly DriftedField[];
  /** Who changed the worst field, as far as managedFields tell. */
  readonly manager: string;
  /** How and when that manager wrote last; nothing is known of who removed a field or an object. */
  readonly operation: 'Apply' | 'Update' | undefined;
  /** RFC 3339 */
  readonly changedAt: string | undefined;
  readonly severity: Severity;
  /** The server could not say what the recorded object would be now: told by who owns which field. */
  readonly approximate: boolean;
}

export interface DriftedField {
  readonly pointer: string;
  readonly recorded: unknown;
  readonly live: unknown;
}

export type Severity = 'security' | 'workload' | 'metadata';

const securityKinds = /^(Cluster)?Role(Binding)?$|^NetworkPolicy$|^(Validating|Mutating)WebhookConfiguration$/;
const securityFields = /securityContext|\/image$|serviceAccount|hostNetwork|hostPID|hostIPC|hostPath/;
/** The same inside of a value that was added or taken away as a whole. */
const securityKeys =
  /"(securityContext|image|serviceAccount|serviceAccountName|hostNetwork|hostPID|hostIPC|hostPath)":/;

export function severityOf(kind: string, fields: readonly DriftedField[]): Severity {
  if (securityKinds.test(kind) || fields.some(touchesSecurity)) return 'security';
  if (fields.length > 0 && fields.every(({ pointer }) => pointer.startsWith('/metadata/'))) return 'metadata';
  return 'workload';
}

function touchesSecurity({ pointer, recorded, live }: DriftedField): boolean {
  return (
    securityFields.test(pointer) ||
    [recorded, live].some((value) => isObject(value) && securityKeys.test(writeExactJson(value)))
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const severities: readonly Severity[] = ['security', 'workload', 'metadata'];

/** The same fields, worst first. */
export function worstFirst<Field extends DriftedField>(kind: string, fields: readonly Field[]): Field[] {
  const rank = (field: Field) => severities.indexOf(severityOf(kind, [field]));
  return [...fields].sort((a, b) => rank(a) - rank(b));
}
