/** What a deploy would do, object by object, before any of it is done: the output of `planRelease`. */

import type { RecordedHook } from '../../foundation/history/release-record.ts';
import type { KubernetesObject, ObjectKey } from '../../foundation/manifest/object.ts';
import type { CrdFile } from '../render/rendered-release.ts';

/**
 * - `create`: not there yet (or gone: a repair)
 * - `update`: there, and something changes
 * - `replacementRefused`: the server refuses the change of a field that cannot change; nothing is applied
 * - `delete`: no longer rendered
 * - `keep`: no longer rendered, but it stays (CRD, Namespace, PVC, resource policy, `prune: false`)
 * - `unchanged`: costs no write
 * - `adopt`: there and not of this release, but marked as its own: updated and from now on part of it
 * - `refused`: there and somebody else's
 */
export type Operation =
  | 'create'
  | 'update'
  | 'replacementRefused'
  | 'delete'
  | 'keep'
  | 'unchanged'
  | 'adopt'
  | 'refused';

export interface FieldChange {
  /** JSON pointer. */
  readonly pointer: string;
  /** Undefined: not there. Secrets are masked already. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface Change {
  readonly key: ObjectKey;
  readonly operation: Operation;
  /** What is sent: the rendered object with Helm's ownership marks; of a delete the recorded one. */
  readonly object: KubernetesObject;
  readonly live: KubernetesObject | undefined;
  readonly fields: readonly FieldChange[];
  /** Fields in which live left what was recorded, and which this deploy sets right. */
  readonly drift: readonly FieldChange[];
  /** Of keep, refused and replacementRefused: why; of create: what the server would say against it. */
  readonly reason: string | undefined;
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly crds: readonly CrdFile[];
  readonly hooks: readonly RecordedHook[];
  readonly manifest: string;
}

export type ChangeCounts = { create: number; update: number; delete: number; unchanged: number };

export function countChanges(plan: Plan): ChangeCounts {
  const counts: ChangeCounts = { create: 0, update: 0, delete: 0, unchanged: 0 };
  for (const { operation } of plan.changes) {
    if (operation === 'create' || operation === 'delete' || operation === 'unchanged') counts[operation] += 1;
    else if (operation === 'update' || operation === 'adopt' || operation === 'replacementRefused') counts.update += 1;
  }
  return counts;
}

/** True when carrying it out would write nothing to any object. */
export function isEmptyPlan(plan: Plan): boolean {
  return plan.changes.every(({ operation }) => operation === 'unchanged' || operation === 'keep');
}

const workloads: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** True where a workload that is there gets other pods. */
export const restartsPods = ({ key, operation, fields }: Change): boolean =>
  workloads.has(key.kind) &&
  (operation === 'update' || operation === 'adopt') &&
  fields.some(({ pointer }) => pointer === '/spec/template' || pointer.startsWith('/spec/template/'));
