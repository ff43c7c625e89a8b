/** Lets go of deleted PersistentVolumeClaims and volumes when nothing uses them any more. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import type { StoredObject } from '../storage/object-store.ts';
import type { Controller, ControllerContext, ResourceName, Store } from '../store.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

export function startClaimProtection({ store, schedule }: ControllerContext): Controller {
  const check = (resource: ResourceName, object: KubernetesObject): void => {
    const { name = '', namespace = '' } = object.metadata;
    const current = store.get(resource, namespace, name);
    if (current?.metadata.deletionTimestamp === undefined) return;
    if (resource === 'persistentvolumeclaims' && !isUsed(store, namespace, name))
      release(store, { resource, object: current }, claimFinalizer);
    if (resource === 'persistentvolumes' && !isBound(store, current))
      release(store, { resource, object: current }, volumeFinalizer);
  };
  const stop = store.subscribe(({ resource, object, type }) => {
    if (resource === 'persistentvolumeclaims' || resource === 'persistentvolumes') {
      if (type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined)
        schedule(0, () => check(resource, object));
      if (type === 'DELETED' && resource === 'persistentvolumeclaims')
        schedule(0, () => {
          for (const volume of store.list('persistentvolumes')) check('persistentvolumes', volume);
        });
    } else if (resource === 'pods' && type !== 'ADDED') {
      const namespace = object.metadata.namespace ?? '';
      for (const name of claimsOf(object)) {
        const claim = store.get('persistentvolumeclaims', namespace, name);
        if (claim?.metadata.deletionTimestamp !== undefined) schedule(0, () => check('persistentvolumeclaims', claim));
      }
    }
  });
  for (const resource of ['persistentvolumeclaims', 'persistentvolumes'])
    for (const object of store.list(resource)) check(resource, object);
  return { name: 'claim-protection', stop };
}

function claimsOf(pod: KubernetesObject): string[] {
  return objectsAt((pod.spec ?? {}) as JsonObject, 'volumes').flatMap((volume) => {
    const name = objectAt(volume, 'persistentVolumeClaim')?.claimName;
    return typeof name === 'string' ? [name] : [];
  });
}

function isUsed(store: Store, namespace: string, claim: string): boolean {
  return store.list('pods', { namespace }).some((pod) => {
    const phase = (pod.status as JsonObject | undefined)?.phase;
    return phase !== 'Succeeded' && phase !== 'Failed' && claimsOf(pod).includes(claim);
  });
}

function isBound(store: Store, volume: KubernetesObject): boolean {
  const reference = objectAt((volume.spec ?? {}) as JsonObject, 'claimRef');
  if (reference === undefined) return false;
  const claim = store.get('persistentvolumeclaims', String(reference.namespace), String(reference.name));
  return claim !== undefined && claim.metadata.uid === reference.uid;
}

function release(store: Store, { resource, object }: StoredObject, finalizer: string): void {
  const left = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  if (left.length === (object.metadata.finalizers ?? []).length) return;
  const { finalizers: _finalizers, ...metadata } = object.metadata;
  store.update(resource, { ...object, metadata: left.length === 0 ? metadata : { ...metadata, finalizers: left } });
}
