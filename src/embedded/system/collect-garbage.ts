/**
 * Deletes objects whose owners are gone, and carries out what a deletion's propagation policy asks: foreground waits for
 * dependents, orphan lets them go. A dependent of a present and an absent owner keeps the present one.
 */
import type { KubernetesObject, OwnerReference } from '../../foundation/manifest/object.ts';
import type { ObjectStore, StoredObject } from '../storage/object-store.ts';
import type { Controller, ControllerContext, ResourceName } from '../store.ts';

const manager = 'kube-controller-manager';

export function startGarbageCollector(context: ControllerContext, objects: ObjectStore): Controller {
  const { store } = context;

  const collect = ({ resource, object }: StoredObject): void => {
    const { name = '', namespace = '', ownerReferences = [], uid = '' } = object.metadata;
    const current = store.get(resource, namespace, name);
    if (current?.metadata.uid !== uid || current.metadata.deletionTimestamp !== undefined) return;
    const absent = ownerReferences.filter((owner) => !objects.hasUid(owner.uid));
    if (absent.length === 0) return;
    if (absent.length < ownerReferences.length) dropOwners(resource, current, absent);
    else store.delete(resource, namespace, name, { propagationPolicy: 'Background', preconditions: { uid } });
  };

  const dropOwners = (resource: ResourceName, object: KubernetesObject, dropped: readonly OwnerReference[]): void => {
    const uids = new Set(dropped.map((owner) => owner.uid));
    const left = (object.metadata.ownerReferences ?? []).filter((owner) => !uids.has(owner.uid));
    const { ownerReferences: _owners, ...metadata } = object.metadata;
    store.update(
      resource,
      { ...object, metadata: left.length === 0 ? metadata : { ...metadata, ownerReferences: left } },
      { manager },
    );
  };

  const dropFinalizer = (resource: ResourceName, object: KubernetesObject, finalizer: string): void => {
    const { name = '', namespace = '' } = object.metadata;
    const current = store.get(resource, namespace, name);
    if (current === undefined || current.metadata.uid !== object.metadata.uid) return;
    const left = (current.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    const { finalizers: _finalizers, ...metadata } = current.metadata;
    store.update(
      resource,
      { ...current, metadata: left.length === 0 ? metadata : { ...metadata, finalizers: left } },
      { manager },
    );
  };

  const orphan = (resource: ResourceName, owner: KubernetesObject): void => {
    const uid = owner.metadata.uid ?? '';
    for (const dependent of store.dependents(uid)) {
      const references = dependent.object.metadata.ownerReferences ?? [];
      dropOwners(
        dependent.resource,
        dependent.object,
        references.filter((one) => one.uid === uid),
      );
    }
    dropFinalizer(resource, owner, 'orphan');
  };

  const foreground = (resource: ResourceName, owner: KubernetesObject): void => {
    const uid = owner.metadata.uid ?? '';
    let blocking = 0;
    for (const dependent of store.dependents(uid)) {
      const { name = '', namespace = '', deletionTimestamp, ownerReferences = [] } = dependent.object.metadata;
      if (deletionTimestamp === undefined) {
        const blocks = ownerReferences.some((one) => one.uid === uid && one.blockOwnerDeletion === true);
        store.delete(dependent.resource, namespace, name, { propagationPolicy: blocks ? 'Foreground' : 'Background' });
      }
      const left = store.get(dependent.resource, namespace, name);
      if (
        left?.metadata.uid === dependent.object.metadata.uid &&
        ownerReferences.some((one) => one.uid === uid && one.blockOwnerDeletion === true)
      )
        blocking++;
    }
    if (blocking === 0) dropFinalizer(resource, owner, 'foregroundDeletion');
  };

  const finish = (resource: ResourceName, object: KubernetesObject): void => {
    const { deletionTimestamp, finalizers = [], name = '', namespace = '' } = object.metadata;
    if (deletionTimestamp === undefined || store.get(resource, namespace, name)?.metadata.uid !== object.metadata.uid)
      return;
    if (finalizers.includes('orphan')) orphan(resource, object);
    else if (finalizers.includes('foregroundDeletion')) foreground(resource, object);
  };

  /** Owners that wait for their dependents, found through the dependent that left. */
  const wakeOwners = (object: KubernetesObject): void => {
    for (const { apiVersion, kind, name } of object.metadata.ownerReferences ?? []) {
      const resource = store.resourceOf(apiVersion, kind);
      if (resource === undefined) continue;
      const owner = store.get(resource, object.metadata.namespace ?? '', name) ?? store.get(resource, '', name);
      if (owner !== undefined) finish(resource, owner);
    }
  };

  const later = (task: () => void): void => {
    context.schedule(0, task);
  };
  const stop = store.subscribe(({ type, resource, object }) => {
    if (type === 'DELETED') {
      if (store.dependents(object.metadata.uid ?? '').length > 0)
        later(() => store.dependents(object.metadata.uid ?? '').forEach(collect));
      if (object.metadata.ownerReferences !== undefined) later(() => wakeOwners(object));
      return;
    }
    if (object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers !== undefined)
      later(() => finish(resource, object));
    const owners = object.metadata.ownerReferences;
    if (type === 'ADDED' && owners?.some((owner) => !objects.hasUid(owner.uid)))
      later(() => collect({ resource, object }));
  });
  later(() => {
    for (const stored of [...objects.entries()]) {
      if (stored.object.metadata.deletionTimestamp !== undefined) finish(stored.resource, stored.object);
      else if (stored.object.metadata.ownerReferences !== undefined) collect(stored);
    }
  });
  return { name: 'garbage-collector', stop };
}
