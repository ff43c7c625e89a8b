/** The ControllerRevisions of a StatefulSet or DaemonSet: one for each pod template it has had, the newest is in use. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ControllerContext } from '../store.ts';
import { templateHash } from './template-hash.ts';
import { controlledBy, controllerManager, ownerReference, type PodTemplate } from './workload.ts';

export interface ControllerRevision extends KubernetesObject {
  readonly revision: number;
  readonly data?: { spec?: { template?: PodTemplate } };
}

export interface Revised extends KubernetesObject {
  readonly spec: { readonly template: PodTemplate; readonly revisionHistoryLimit?: number };
}

const revisions = 'controllerrevisions.apps';

export interface RevisionOptions {
  /** The label that carries the revision's hash. */
  readonly hashLabel: string;
}

/** The revision of the present template; one that was in use before is numbered anew. */
export function ensureRevision(
  { store }: ControllerContext,
  owner: Revised,
  { hashLabel }: RevisionOptions,
): ControllerRevision {
  const known = revisionsOf(store, owner);
  const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' } } };
  const newest = known.at(-1);
  const found = known.findLast((one) => equalJson(one.data, data));
  if (found !== undefined) {
    if (found === newest || newest === undefined) return found;
    return store.update(
      revisions,
      { ...found, revision: newest.revision + 1 },
      controllerManager,
    ) as ControllerRevision;
  }
  const hash = templateHash(owner.spec.template);
  const object: ControllerRevision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: owner.metadata.namespace ?? '',
      labels: { ...owner.spec.template.metadata?.labels, [hashLabel]: hash },
      ownerReferences: [ownerReference(owner)],
    },
    data,
    revision: (newest?.revision ?? 0) + 1,
  };
  return store.create(revisions, object, controllerManager) as ControllerRevision;
}

function revisionsOf(store: ControllerContext['store'], owner: Revised): ControllerRevision[] {
  return controlledBy<ControllerRevision>(store, owner, revisions).sort(
    (left, right) => left.revision - right.revision,
  );
}

export function findRevision(
  { store }: ControllerContext,
  owner: Revised,
  name: string,
): ControllerRevision | undefined {
  return revisionsOf(store, owner).find((one) => one.metadata.name === name);
}

/** Deletes the oldest beyond the history limit that no pod is of. */
export function pruneRevisions({ store }: ControllerContext, owner: Revised, inUse: ReadonlySet<string>): void {
  const idle = revisionsOf(store, owner).filter((one) => !inUse.has(one.metadata.name ?? ''));
  const surplus = idle.length - (owner.spec.revisionHistoryLimit ?? 10);
  for (const one of idle.slice(0, Math.max(0, surplus))) {
    store.delete(revisions, one.metadata.namespace ?? '', one.metadata.name ?? '', controllerManager);
  }
}
