/** What may not change once it is stored, worded as each kind words it. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import { quantityNanos } from '../schema/quantity.ts';
import { forbiddenField, immutable, invalidValue } from './field-error.ts';

type Check = (after: JsonObject, before: JsonObject) => FieldError[];

const specOf = (object: JsonObject): JsonObject => objectAt(object, 'spec') ?? {};

/** These fields of the spec stay as they are. */
function fixed(...fields: string[]): Check {
  return (after, before) =>
    fields.flatMap((field) => {
      const value = specOf(after)[field];
      return equalJson(value, specOf(before)[field]) ? [] : [immutable(`spec.${field}`, value)];
    });
}

const setFields = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

const statefulSet: Check = (after, before) => {
  const rest = (object: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(specOf(object)).filter(([key]) => !setFields.includes(key)));
  if (equalJson(rest(after), rest(before))) return [];
  return [
    forbiddenField(
      'spec',
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
};

const service: Check = (after, before) => {
  const spec = specOf(after);
  const old = specOf(before);
  if (
    spec.type === 'ExternalName' ||
    old.type === 'ExternalName' ||
    !spec.clusterIP ||
    !old.clusterIP ||
    spec.clusterIP === old.clusterIP
  )
    return [];
  return [invalidValue('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set')];
};

const job: Check = (after, before) => {
  const errors = fixed(
    'completionMode',
    'selector',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  )(after, before);
  const indexed = specOf(after).completionMode === 'Indexed';
  if (!indexed) errors.push(...fixed('completions')(after, before));
  const suspended = specOf(before).suspend === true;
  const template = specOf(after).template as Json;
  if (!suspended && !equalJson(template, specOf(before).template)) errors.push(immutable('spec.template', template));
  return errors;
};

const claim: Check = (after, before) => {
  const rest = (object: JsonObject): JsonObject => {
    const { resources, volumeAttributesClassName: _class, volumeName, ...left } = specOf(object);
    const { requests: _requests, ...others } = (resources ?? {}) as JsonObject;
    return {
      ...left,
      resources: others,
      ...(specOf(before).volumeName === undefined ? {} : { volumeName: volumeName ?? null }),
    };
  };
  const errors: FieldError[] = [];
  if (!equalJson(rest(after), rest(before)))
    errors.push(
      forbiddenField(
        'spec',
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    );
  const size = (object: JsonObject): bigint =>
    quantityNanos(String(objectAt(objectAt(specOf(object), 'resources'), 'requests')?.storage ?? '0')) ?? 0n;
  const bound = objectAt(before, 'status')?.phase === 'Bound';
  if (size(after) !== size(before) && !bound)
    errors.push(
      forbiddenField(
        'spec',
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    );
  else if (size(after) < size(before))
    errors.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  return errors;
};

const podFields =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

const pod: Check = (after, before) => {
  const rest = (object: JsonObject): Json => {
    const {
      activeDeadlineSeconds: _deadline,
      tolerations: _tolerations,
      terminationGracePeriodSeconds: _grace,
      nodeName: _node,
      schedulingGates: _gates,
      ...spec
    } = specOf(object);
    const bare = (list: string): Json[] =>
      objectsAt(spec, list).map(({ image: _image, ...container }) => container as Json);
    return { ...spec, containers: bare('containers'), initContainers: bare('initContainers') };
  };
  // Only a pod that lies nowhere yet is given a node.
  const moved = Boolean(specOf(before).nodeName) && specOf(after).nodeName !== specOf(before).nodeName;
  return equalJson(rest(after), rest(before)) && !moved ? [] : [forbiddenField('spec', podFields)];
};

/** A Secret's type; and all data of what is marked immutable. */
function data(...fields: string[]): Check {
  return (after, before) => {
    const errors: FieldError[] = [];
    if (fields.includes('type') && after.type !== before.type) errors.push(immutable('type', after.type));
    if (before.immutable !== true) return errors;
    if (after.immutable !== true)
      errors.push(forbiddenField('immutable', 'field is immutable when `immutable` is set'));
    for (const field of ['data', 'binaryData']) {
      if (!equalJson(after[field] ?? {}, before[field] ?? {}))
        errors.push(forbiddenField(field, 'field is immutable when `immutable` is set'));
    }
    return errors;
  };
}

function topLevel(...fields: string[]): Check {
  return (after, before) =>
    fields.flatMap((field) => (equalJson(after[field], before[field]) ? [] : [immutable(field, after[field])]));
}

/** As Go's internal type prints in the message. */
function goRole(binding: JsonObject): JsonObject {
  const { apiGroup = '', kind = '', name = '' } = objectAt(binding, 'roleRef') ?? {};
  return { APIGroup: apiGroup, Kind: kind, Name: name };
}

const roleRef: Check = (after, before) =>
  equalJson(after.roleRef, before.roleRef) ? [] : [invalidValue('roleRef', goRole(after), 'cannot change roleRef')];

const storageClass: Check = (after, before) => [
  ...['parameters', 'provisioner', 'reclaimPolicy'].flatMap((field) =>
    equalJson(after[field] ?? null, before[field] ?? null)
      ? []
      : [
          forbiddenField(
            field,
            field === 'reclaimPolicy'
              ? 'updates to reclaimPolicy are forbidden.'
              : `updates to ${field} are forbidden.`,
          ),
        ],
  ),
  ...topLevel('volumeBindingMode')(after, before),
];

const definition: Check = (after, before) => {
  const errors = fixed('group', 'scope')(after, before);
  const names = (object: JsonObject): JsonObject => objectAt(specOf(object), 'names') ?? {};
  for (const field of ['plural', 'kind'])
    if (names(after)[field] !== names(before)[field])
      errors.push(immutable(`spec.names.${field}`, names(after)[field]));
  return errors;
};

const checks: Readonly<Record<string, Check>> = {
  'deployments.apps': fixed('selector'),
  'daemonsets.apps': fixed('selector'),
  'replicasets.apps': fixed('selector'),
  'statefulsets.apps': statefulSet,
  'jobs.batch': job,
  services: service,
  pods: pod,
  persistentvolumeclaims: claim,
  secrets: data('type'),
  configmaps: data(),
  'rolebindings.rbac.authorization.k8s.io': roleRef,
  'clusterrolebindings.rbac.authorization.k8s.io': roleRef,
  'storageclasses.storage.k8s.io': storageClass,
  'ingressclasses.networking.k8s.io': fixed('controller'),
  'customresourcedefinitions.apiextensions.k8s.io': definition,
  'priorityclasses.scheduling.k8s.io': (after, before) =>
    after.value === before.value ? [] : [forbiddenField('value', 'may not be changed in an update.')],
  'endpointslices.discovery.k8s.io': topLevel('addressType'),
};

export function checkImmutable(type: ResourceType, after: KubernetesObject, before: KubernetesObject): FieldError[] {
  return checks[type.name]?.(after as unknown as JsonObject, before as unknown as JsonObject) ?? [];
}
