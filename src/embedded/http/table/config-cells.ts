/** Rows of configuration, access, storage, events and nodes. */
import type { JsonObject } from '../../../foundation/manifest/object.ts';
import { age } from './age.ts';
import { at, type Cell, count, createdAt, items, nameOf, type RowCells, size, text } from './cell.ts';

const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function accessModes(value: unknown): string {
  return Array.isArray(value) ? value.map((one) => modes[String(one)] ?? String(one)).join(',') : '';
}

const claim: RowCells = (object, now) => {
  const deleted = at(object, 'metadata.deletionTimestamp') !== undefined;
  const bound = text(object, 'spec.volumeName', '') !== '';
  return [
    nameOf(object),
    deleted ? 'Terminating' : text(object, 'status.phase', ''),
    text(object, 'spec.volumeName', ''),
    bound ? text(object, 'status.capacity.storage', '0') : '',
    bound ? accessModes(at(object, 'status.accessModes')) : '',
    text(object, 'spec.storageClassName', ''),
    text(object, 'spec.volumeAttributesClassName', '<unset>'),
    age(createdAt(object), now),
    text(object, 'spec.volumeMode', '<unset>'),
  ];
};

const volume: RowCells = (object, now) => {
  const claimed = text(object, 'spec.claimRef.name', '');
  return [
    nameOf(object),
    text(object, 'spec.capacity.storage', ''),
    accessModes(at(object, 'spec.accessModes')),
    text(object, 'spec.persistentVolumeReclaimPolicy', ''),
    at(object, 'metadata.deletionTimestamp') === undefined ? text(object, 'status.phase', '') : 'Terminating',
    claimed === '' ? '' : `${text(object, 'spec.claimRef.namespace', '')}/${claimed}`,
    text(object, 'spec.storageClassName', ''),
    text(object, 'spec.volumeAttributesClassName', '<unset>'),
    text(object, 'status.reason', ''),
    age(createdAt(object), now),
    text(object, 'spec.volumeMode', '<unset>'),
  ];
};

const event: RowCells = (object, now) => {
  const involved = at(object, 'involvedObject') ?? at(object, 'regarding');
  const source =
    text(object, 'source.component', '') ||
    text(object, 'deprecatedSource.component', '') ||
    text(object, 'reportingComponent', '');
  const host = text(object, 'source.host', '');
  const first =
    text(object, 'firstTimestamp', '') || text(object, 'deprecatedFirstTimestamp', '') || text(object, 'eventTime', '');
  const last =
    text(object, 'series.lastObservedTime', '') ||
    text(object, 'lastTimestamp', '') ||
    text(object, 'deprecatedLastTimestamp', '') ||
    first;
  const reported = count(object, 'series.count') || count(object, 'count') || count(object, 'deprecatedCount') || 1;
  return [
    age(last, now),
    text(object, 'type', ''),
    text(object, 'reason', ''),
    `${text(involved, 'kind', '').toLowerCase()}/${text(involved, 'name', '')}`,
    text(involved, 'fieldPath', ''),
    host === '' ? source : `${source}, ${host}`,
    (text(object, 'message', '') || text(object, 'note', '')).trim(),
    age(first, now),
    reported,
    nameOf(object),
  ];
};

const node: RowCells = (object, now) => {
  const ready = items(object, 'status.conditions').find((one) => one.type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys((at(object, 'metadata.labels') ?? {}) as object)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
  const address = (type: string): string =>
    text(
      items(object, 'status.addresses').find((one) => one.type === type),
      'address',
    );
  return [
    nameOf(object),
    at(object, 'spec.unschedulable') === true ? `${state},SchedulingDisabled` : state,
    roles.join(',') || '<none>',
    age(createdAt(object), now),
    text(object, 'status.nodeInfo.kubeletVersion', ''),
    address('InternalIP'),
    address('ExternalIP'),
    text(object, 'status.nodeInfo.osImage', '<unknown>'),
    text(object, 'status.nodeInfo.kernelVersion', '<unknown>'),
    text(object, 'status.nodeInfo.containerRuntimeVersion', '<unknown>'),
  ];
};

function subjects(object: JsonObject, kind: string): string {
  return items(object, 'subjects')
    .filter((one) => one.kind === kind)
    .map((one) =>
      kind === 'ServiceAccount' ? `${text(one, 'namespace', '')}/${text(one, 'name', '')}` : text(one, 'name', ''),
    )
    .join(', ');
}

const binding: RowCells = (object, now): Cell[] => [
  nameOf(object),
  `${text(object, 'roleRef.kind', '')}/${text(object, 'roleRef.name', '')}`,
  age(createdAt(object), now),
  subjects(object, 'User'),
  subjects(object, 'Group'),
  subjects(object, 'ServiceAccount'),
];

const created: RowCells = (object) => [nameOf(object), createdAt(object) ?? ''];

const quota: RowCells = (object, now) => {
  const hard = (at(object, 'status.hard') ?? {}) as Record<string, unknown>;
  const used = (at(object, 'status.used') ?? {}) as Record<string, unknown>;
  const shown = (limits: boolean): string =>
    Object.keys(hard)
      .sort()
      .filter((key) => key.startsWith('limits') === limits)
      .map((key) => `${key}: ${String(used[key] ?? 0)}/${String(hard[key])}`)
      .join(', ');
  return [nameOf(object), shown(false), shown(true), age(createdAt(object), now)];
};

export const configCells: Readonly<Record<string, RowCells>> = {
  configmaps: (object, now) => [
    nameOf(object),
    size(object, 'data') + size(object, 'binaryData'),
    age(createdAt(object), now),
  ],
  secrets: (object, now) => [
    nameOf(object),
    text(object, 'type', ''),
    size(object, 'data'),
    age(createdAt(object), now),
  ],
  serviceaccounts: (object, now) => [nameOf(object), age(createdAt(object), now)],
  namespaces: (object, now) => [nameOf(object), text(object, 'status.phase', ''), age(createdAt(object), now)],
  nodes: node,
  events: event,
  'events.events.k8s.io': event,
  limitranges: created,
  resourcequotas: quota,
  persistentvolumeclaims: claim,
  persistentvolumes: volume,
  'roles.rbac.authorization.k8s.io': created,
  'clusterroles.rbac.authorization.k8s.io': created,
  'rolebindings.rbac.authorization.k8s.io': binding,
  'clusterrolebindings.rbac.authorization.k8s.io': binding,
  'customresourcedefinitions.apiextensions.k8s.io': created,
  'csistoragecapacities.storage.k8s.io': created,
  'apiservices.apiregistration.k8s.io': (object, now) => {
    const service = text(object, 'spec.service.name', '');
    const available = items(object, 'status.conditions').find((one) => one.type === 'Available');
    const state =
      available?.status === 'True'
        ? 'True'
        : `${text(available, 'status', 'Unknown')}${available?.reason ? ` (${String(available.reason)})` : ''}`;
    return [
      nameOf(object),
      service === '' ? 'Local' : `${text(object, 'spec.service.namespace', '')}/${service}`,
      state,
      age(createdAt(object), now),
    ];
  },
  'storageclasses.storage.k8s.io': (object, now) => {
    const marked =
      text(object, 'metadata.annotations', '') !== '' &&
      (at(object, 'metadata.annotations') as Record<string, unknown>)['storageclass.kubernetes.io/is-default-class'] ===
        'true';
    return [
      marked ? `${nameOf(object)} (default)` : nameOf(object),
      text(object, 'provisioner', ''),
      text(object, 'reclaimPolicy', 'Delete'),
      text(object, 'volumeBindingMode', 'Immediate'),
      at(object, 'allowVolumeExpansion') === true,
      age(createdAt(object), now),
    ];
  },
  'leases.coordination.k8s.io': (object, now) => [
    nameOf(object),
    text(object, 'spec.holderIdentity', ''),
    age(createdAt(object), now),
  ],
  'priorityclasses.scheduling.k8s.io': (object, now) => [
    nameOf(object),
    count(object, 'value'),
    at(object, 'globalDefault') === true,
    age(createdAt(object), now),
    text(object, 'preemptionPolicy', ''),
  ],
  'runtimeclasses.node.k8s.io': (object, now) => [
    nameOf(object),
    text(object, 'handler', ''),
    age(createdAt(object), now),
  ],
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': (object, now) => [
    nameOf(object),
    size(object, 'webhooks'),
    age(createdAt(object), now),
  ],
  'validatingwebhookconfigurations.admissionregistration.k8s.io': (object, now) => [
    nameOf(object),
    size(object, 'webhooks'),
    age(createdAt(object), now),
  ],
  'validatingadmissionpolicies.admissionregistration.k8s.io': (object, now) => [
    nameOf(object),
    size(object, 'spec.validations'),
    paramKind(object),
    age(createdAt(object), now),
  ],
  'mutatingadmissionpolicies.admissionregistration.k8s.io': (object, now) => [
    nameOf(object),
    size(object, 'spec.mutations'),
    paramKind(object),
    age(createdAt(object), now),
  ],
  'csidrivers.storage.k8s.io': (object, now) => [
    nameOf(object),
    at(object, 'spec.attachRequired') !== false,
    at(object, 'spec.podInfoOnMount') === true,
    at(object, 'spec.storageCapacity') === true,
    '<unset>',
    at(object, 'spec.requiresRepublish') === true,
    ((at(object, 'spec.volumeLifecycleModes') as string[] | undefined) ?? []).join(',') || '<none>',
    age(createdAt(object), now),
  ],
  'certificatesigningrequests.certificates.k8s.io': (object, now) => [
    nameOf(object),
    age(createdAt(object), now),
    text(object, 'spec.signerName'),
    text(object, 'spec.username', ''),
    text(object, 'spec.expirationSeconds'),
    items(object, 'status.conditions')
      .map((one) => text(one, 'type', ''))
      .join(',') || 'Pending',
  ],
};

function paramKind(object: JsonObject): string {
  const kind = text(object, 'spec.paramKind.kind', '');
  return kind === '' ? '<unset>' : `${text(object, 'spec.paramKind.apiVersion', '')}/${kind}`;
}
