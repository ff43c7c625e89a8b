/** Gives each PersistentVolumeClaim a volume of its own, and removes the volume when its claim is gone. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Controller, ControllerContext, Store } from '../store.ts';
import { writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { controllerManager } from './workload.ts';

interface Claim extends KubernetesObject {
  readonly spec: {
    readonly accessModes?: readonly string[];
    readonly resources?: { requests?: Record<string, string | number> };
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly volumeName?: string;
  };
  readonly status?: { phase?: string; capacity?: Record<string, unknown> };
}

interface Volume extends KubernetesObject {
  readonly spec: {
    readonly claimRef?: { namespace?: string; name?: string; uid?: string };
    readonly persistentVolumeReclaimPolicy?: string;
    readonly storageClassName?: string;
    readonly capacity?: Record<string, string | number>;
    readonly accessModes?: readonly string[];
  };
  readonly status?: { phase?: string };
}

const claims = 'persistentvolumeclaims';
const volumes = 'persistentvolumes';
const classes = 'storageclasses.storage.k8s.io';
const defaultClass = 'storageclass.kubernetes.io/is-default-class';

export function startVolumeBinder(context: ControllerContext): Controller {
  const { store } = context;
  const events = createEventRecorder(context, 'persistentvolume-controller');
  return startControlLoop(context, {
    name: 'volume-binder',
    watched: [claims, volumes],
    keys(resource, object) {
      if (resource === claims) return [keyOf(object), ...volumeKeys(object as Claim)];
      const { namespace, name } = (object as Volume).spec.claimRef ?? {};
      return name === undefined ? [keyOf(object)] : [keyOf(object), `${namespace}/${name}`];
    },
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      if (namespace === '') reconcileVolume(store, store.get(volumes, '', name) as Volume | undefined);
      else reconcileClaim(store, store.get(claims, namespace, name) as Claim | undefined, events);
    },
  });
}

function volumeKeys({ spec }: Claim): string[] {
  return spec.volumeName ? [`/${spec.volumeName}`] : [];
}

function reconcileClaim(store: Store, found: Claim | undefined, events: EventRecorder): void {
  if (found === undefined || found.metadata.deletionTimestamp !== undefined || found.status?.phase === 'Bound') return;
  const claim = withClass(store, found);
  const volume = volumeFor(store, claim, events);
  if (volume === undefined) return;
  const bound = bindClaim(store, claim, volume);
  const { accessModes = [], capacity = {} } = volume.spec;
  writeStatus(store, { resource: claims, object: bound, status: { phase: 'Bound', accessModes, capacity } });
}

/** A claim that names no class gets the default one. */
function withClass(store: Store, claim: Claim): Claim {
  if (claim.spec.storageClassName !== undefined) return claim;
  const found = store.list(classes).find((one) => one.metadata.annotations?.[defaultClass] === 'true');
  if (found === undefined) return claim;
  const spec = { ...claim.spec, storageClassName: found.metadata.name ?? '' };
  return store.update(claims, { ...claim, spec }, controllerManager) as Claim;
}

function volumeFor(store: Store, claim: Claim, events: EventRecorder): Volume | undefined {
  const { storageClassName = '', volumeName = '' } = claim.spec;
  if (volumeName !== '') return freeVolume(store, claim, (volume) => volume.metadata.name === volumeName);
  const className = store.get(classes, '', storageClassName);
  const existing = freeVolume(store, claim, (volume) => fits(claim, volume));
  if (existing !== undefined || className !== undefined) return existing ?? provision(store, claim);
  const message =
    storageClassName === ''
      ? 'no persistent volumes available for this claim and no storage class is set'
      : `storageclass.storage.k8s.io "${storageClassName}" not found`;
  events.record({
    about: claim,
    type: storageClassName === '' ? 'Normal' : 'Warning',
    reason: storageClassName === '' ? 'FailedBinding' : 'ProvisioningFailed',
    message,
  });
  return undefined;
}

/** A volume made by hand that nobody has claimed, or this claim has. */
function freeVolume(store: Store, claim: Claim, fitting: (volume: Volume) => boolean): Volume | undefined {
  const isFree = ({ spec: { claimRef } }: Volume): boolean =>
    claimRef === undefined ||
    (claimRef.name === claim.metadata.name && claimRef.namespace === claim.metadata.namespace);
  return (store.list(volumes) as Volume[]).find((volume) => isFree(volume) && fitting(volume));
}

function fits(claim: Claim, volume: Volume): boolean {
  const modes = volume.spec.accessModes ?? [];
  const sameClass = (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '');
  return sameClass && (claim.spec.accessModes ?? []).every((mode) => modes.includes(mode));
}

function provision(store: Store, claim: Claim): Volume {
  const name = `pvc-${claim.metadata.uid}`;
  const existing = store.get(volumes, '', name);
  if (existing !== undefined) return existing as Volume;
  const { accessModes = [], storageClassName = '', volumeMode = 'Filesystem', resources } = claim.spec;
  const annotations = { 'pv.kubernetes.io/provisioned-by': 'helm-gitops.io/embedded' };
  const volume: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations },
    spec: {
      accessModes,
      capacity: { storage: resources?.requests?.storage ?? '1Gi' },
      claimRef: claimReference(claim),
      hostPath: { path: `/var/lib/volumes/${name}` },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName,
      volumeMode,
    },
  };
  return store.create(volumes, volume, controllerManager) as Volume;
}

function claimReference(claim: Claim): object {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion };
}

function bindClaim(store: Store, claim: Claim, volume: Volume): Claim {
  if (volume.spec.claimRef?.uid !== claim.metadata.uid) {
    store.update(volumes, { ...volume, spec: { ...volume.spec, claimRef: claimReference(claim) } }, controllerManager);
  }
  if (claim.spec.volumeName) return claim;
  const annotations = {
    ...claim.metadata.annotations,
    'pv.kubernetes.io/bind-completed': 'yes',
    'pv.kubernetes.io/bound-by-controller': 'yes',
  };
  const spec = { ...claim.spec, volumeName: volume.metadata.name ?? '' };
  return store.update(
    claims,
    { ...claim, metadata: { ...claim.metadata, annotations }, spec },
    controllerManager,
  ) as Claim;
}

/** Bound while its claim exists; afterwards deleted or kept as its policy says. */
function reconcileVolume(store: Store, volume: Volume | undefined): void {
  if (volume === undefined || volume.metadata.deletionTimestamp !== undefined) return;
  const { claimRef, persistentVolumeReclaimPolicy: policy = 'Retain' } = volume.spec;
  const claim = claimRef === undefined ? undefined : store.get(claims, claimRef.namespace ?? '', claimRef.name ?? '');
  const isClaimed = claim !== undefined && (claimRef?.uid === undefined || claim.metadata.uid === claimRef.uid);
  if (claimRef?.uid !== undefined && !isClaimed && policy === 'Delete') {
    store.delete(volumes, '', volume.metadata.name ?? '', controllerManager);
    return;
  }
  const phase = isClaimed ? 'Bound' : claimRef?.uid === undefined ? 'Available' : 'Released';
  if (volume.status?.phase !== phase)
    writeStatus(store, { resource: volumes, object: volume, status: { ...volume.status, phase } });
}
