/**
 * Which of the fields that a change writes cannot change once they are set: what Kubernetes says of its own kinds, for where no
 * server is asked. Of any other kind nothing is known.
 */
import { groupVersionKind } from '../../foundation/manifest/object.ts';
import type { Change } from './plan.ts';

type IsFixed = (pointer: string, change: Change) => boolean;

const within =
  (...roots: string[]): IsFixed =>
  (pointer) =>
    roots.some((root) => pointer === root || pointer.startsWith(`${root}/`));
const allBut =
  (root: string, ...free: string[]): IsFixed =>
  (pointer, change) =>
    within(root)(pointer, change) && !within(...free)(pointer, change);

const ofSet = [
  ...['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'minReadySeconds'],
  'persistentVolumeClaimRetentionPolicy',
].map((field) => `/spec/${field}`);
const ofJob = ['selector', 'template', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'successPolicy'];

const job: IsFixed = (pointer, change) => {
  const spec = (change.live?.['spec'] ?? {}) as { suspend?: boolean; completionMode?: string };
  if (within('/spec/template')(pointer, change)) return spec.suspend !== true;
  if (pointer === '/spec/completions') return spec.completionMode !== 'Indexed';
  return within(...ofJob.map((field) => `/spec/${field}`))(pointer, change);
};
const sealed: IsFixed = (pointer, change) =>
  change.live?.['immutable'] === true && within('/data', '/binaryData', '/stringData', '/immutable')(pointer, change);

const fixed: Readonly<Record<string, IsFixed>> = {
  'apps/Deployment': within('/spec/selector'),
  'apps/DaemonSet': within('/spec/selector'),
  'apps/ReplicaSet': within('/spec/selector'),
  'apps/StatefulSet': allBut('/spec', ...ofSet),
  'batch/Job': job,
  '/ConfigMap': sealed,
  '/Secret': (pointer, change) => pointer === '/type' || sealed(pointer, change),
  '/PersistentVolumeClaim': allBut('/spec', '/spec/resources/requests', '/spec/volumeAttributesClassName'),
  'rbac.authorization.k8s.io/RoleBinding': within('/roleRef'),
  'rbac.authorization.k8s.io/ClusterRoleBinding': within('/roleRef'),
  'scheduling.k8s.io/PriorityClass': within('/value'),
  'storage.k8s.io/StorageClass': within('/provisioner', '/parameters', '/reclaimPolicy', '/volumeBindingMode'),
};

/** JSON pointers; empty where all may change. */
export function fixedFields(change: Change): string[] {
  const { group, kind } = groupVersionKind(change.object);
  const isFixed = Object.hasOwn(fixed, `${group}/${kind}`) ? fixed[`${group}/${kind}`] : undefined;
  if (isFixed === undefined || change.operation !== 'update') return [];
  return change.fields.map(({ pointer }) => pointer).filter((pointer) => isFixed(pointer, change));
}
