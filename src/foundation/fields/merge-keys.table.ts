/**
 * How the lists and maps of the built-in kinds merge, as Kubernetes 1.36 declares it in its OpenAPI documents
 * (`x-kubernetes-list-type`, `-list-map-keys`, `-map-type`, `-patch-merge-key`, `-patch-strategy`). Only what differs
 * from the rule is listed: maps merge by field, lists are one value.
 */
import type { GroupVersionKind } from '../manifest/object.ts';
import type { Shape, StrategicRule } from './shape.ts';
import { freeForm } from './shape.ts';

type Fields = Readonly<Record<string, Shape>>;

const atomic: Shape = { atomic: true };
const set: Shape = { list: 'set' };
const data: Shape = { values: {} };
const quantities: Shape = { values: { quantity: true } };
const always: Shape = { always: true };
const nil: Shape = { nil: true };
/** A selector: one value to server-side apply, a map to a strategic merge patch. */
const selector: Shape = atomic;

function struct(fields: Fields): Shape {
  return { fields };
}

/** A Go struct that is written even when it is empty. */
function written(fields: Fields): Shape {
  return { always: true, fields };
}

/** A list of maps with one key, the same for server-side apply and strategic merge patch. */
function keyed(key: string, items: Shape = {}, strategic: StrategicRule = {}): Shape {
  return { list: { keys: [key] }, strategic: { key, ...strategic }, items };
}

/** Keyed to server-side apply only; a strategic merge patch replaces it. */
function appliedKeyed(keys: readonly string[], items: Shape = {}): Shape {
  return { list: { keys }, items };
}

const conditions: Shape = keyed('type');
const appliedConditions: Shape = appliedKeyed(['type']);
const one = (item: Shape): Shape => ({ items: item });

const objectMeta: Fields = {
  annotations: data,
  labels: data,
  finalizers: { list: 'set', strategic: { primitive: true } },
  ownerReferences: keyed('uid', atomic),
};

const env = keyed(
  'name',
  struct({
    valueFrom: struct({
      fieldRef: atomic,
      resourceFieldRef: atomic,
      configMapKeyRef: atomic,
      secretKeyRef: atomic,
      fileKeyRef: atomic,
    }),
  }),
);
const resources: Shape = written({ limits: quantities, requests: quantities, claims: appliedKeyed(['name']) });
const container: Shape = struct({
  env,
  envFrom: one(struct({ configMapRef: {}, secretRef: {} })),
  ports: {
    list: { keys: ['containerPort', 'protocol'], defaults: { protocol: 'TCP' } },
    strategic: { key: 'containerPort' },
  },
  resources,
  volumeDevices: keyed('devicePath'),
  volumeMounts: keyed('mountPath'),
  restartPolicyRules: one(struct({ exitCodes: struct({ values: set }) })),
});

const nodeSelectorTerm: Shape = atomic;
const podAffinityTerm: Shape = struct({ labelSelector: selector, namespaceSelector: selector });
const podAffinity: Shape = struct({
  preferredDuringSchedulingIgnoredDuringExecution: one(
    struct({ podAffinityTerm: { ...podAffinityTerm, always: true } }),
  ),
  requiredDuringSchedulingIgnoredDuringExecution: one(podAffinityTerm),
});
const claimSpec: Fields = {
  dataSource: atomic,
  resources: written({ limits: quantities, requests: quantities }),
  selector,
};
const claimStatus: Fields = {
  allocatedResources: quantities,
  allocatedResourceStatuses: data,
  capacity: quantities,
  conditions,
};
const secretRef: Shape = struct({ secretRef: atomic });
const volumeSources: Fields = {
  emptyDir: struct({ sizeLimit: { quantity: true } }),
  ephemeral: struct({ volumeClaimTemplate: struct({ metadata: written(objectMeta), spec: written(claimSpec) }) }),
  csi: struct({ nodePublishSecretRef: atomic, volumeAttributes: data }),
  cephfs: secretRef,
  cinder: secretRef,
  flexVolume: secretRef,
  iscsi: secretRef,
  rbd: secretRef,
  scaleIO: secretRef,
  storageos: secretRef,
};
const volumes = keyed('name', struct(volumeSources), { retainKeys: true });

const podSpec: Fields = {
  affinity: struct({
    nodeAffinity: struct({
      requiredDuringSchedulingIgnoredDuringExecution: atomic,
      preferredDuringSchedulingIgnoredDuringExecution: one(struct({ preference: nodeSelectorTerm })),
    }),
    podAffinity,
    podAntiAffinity: podAffinity,
  }),
  containers: { ...keyed('name', container), nil: true },
  initContainers: keyed('name', container),
  ephemeralContainers: keyed('name', container),
  hostAliases: keyed('ip'),
  imagePullSecrets: keyed('name', atomic),
  nodeSelector: atomic,
  overhead: quantities,
  resourceClaims: keyed('name', {}, { retainKeys: true }),
  resources: struct({ limits: quantities, requests: quantities, claims: appliedKeyed(['name']) }),
  schedulingGates: keyed('name'),
  topologySpreadConstraints: {
    list: { keys: ['topologyKey', 'whenUnsatisfiable'] },
    strategic: { key: 'topologyKey' },
    items: struct({ labelSelector: selector }),
  },
  volumes,
};
const podTemplate: Shape = written({ metadata: written(objectMeta), spec: written(podSpec) });
const statusOf = (fields: Fields): Shape => written(fields);
const workloadStatus = statusOf({ conditions });

const jobSpec: Fields = {
  selector,
  template: podTemplate,
  podFailurePolicy: struct({ rules: one(struct({ onExitCodes: struct({ values: set }) })) }),
};
const claim: Fields = { metadata: written(objectMeta), spec: written(claimSpec), status: statusOf(claimStatus) };

const matchConditions = keyed('name');
const webhook: Shape = struct({
  clientConfig: always,
  matchConditions,
  namespaceSelector: selector,
  objectSelector: selector,
});
const policySpec: Fields = {
  matchConditions,
  matchConstraints: atomic,
  paramKind: atomic,
  variables: keyed('name', atomic),
};
const bindingSpec: Fields = { matchResources: atomic, paramRef: atomic, validationActions: set };

const metricTarget: Shape = { always: true, fields: { averageValue: { quantity: true }, value: { quantity: true } } };
const metricIdentifier: Shape = written({ selector });
const metric: Shape = struct({
  containerResource: struct({ target: metricTarget }),
  external: struct({ metric: metricIdentifier, target: metricTarget }),
  object: struct({ describedObject: always, metric: metricIdentifier, target: metricTarget }),
  pods: struct({ metric: metricIdentifier, target: metricTarget }),
  resource: struct({ target: metricTarget }),
});
const hpaSpec: Fields = { scaleTargetRef: always, metrics: one(metric) };

const serviceBackend: Shape = struct({ resource: atomic, service: struct({ port: { always: true, atomic: true } }) });

/** A JSON schema holds JSON schemas; whatever may be a schema or a scalar is one value. */
const jsonSchema: Shape = jsonSchemaShape();
function jsonSchemaShape(): Shape {
  const shape: { fields: Record<string, Shape> } = { fields: {} };
  const map: Shape = { values: shape };
  Object.assign(shape.fields, {
    properties: map,
    patternProperties: map,
    definitions: map,
    not: shape,
    default: atomic,
    example: atomic,
    enum: atomic,
    items: atomic,
    additionalItems: atomic,
    additionalProperties: atomic,
    dependencies: { values: atomic },
    'x-kubernetes-validations': keyed('rule'),
  });
  return shape;
}

const volumeSpec: Fields = {
  capacity: quantities,
  claimRef: {},
  nodeAffinity: struct({ required: atomic }),
  csi: struct({
    controllerExpandSecretRef: atomic,
    controllerPublishSecretRef: atomic,
    nodeExpandSecretRef: atomic,
    nodePublishSecretRef: atomic,
    nodeStageSecretRef: atomic,
    volumeAttributes: data,
  }),
  cephfs: secretRef,
  cinder: secretRef,
  flexVolume: secretRef,
  iscsi: secretRef,
  rbd: secretRef,
  scaleIO: secretRef,
  storageos: secretRef,
};

/** By group and kind, or group, version and kind where the versions in service differ. */
const kinds: Readonly<Record<string, Fields>> = {
  'apps/Deployment': {
    spec: written({ selector, strategy: { always: true, strategic: { retainKeys: true } }, template: podTemplate }),
    status: workloadStatus,
  },
  'apps/ReplicaSet': { spec: written({ selector, template: podTemplate }), status: workloadStatus },
  'apps/StatefulSet': {
    spec: written({
      selector,
      template: podTemplate,
      updateStrategy: always,
      volumeClaimTemplates: one(struct(claim)),
    }),
    status: workloadStatus,
  },
  'apps/DaemonSet': {
    spec: written({ selector, template: podTemplate, updateStrategy: always }),
    status: workloadStatus,
  },
  'apps/ControllerRevision': { data: freeForm },
  'batch/Job': {
    spec: written(jobSpec),
    status: statusOf({
      conditions: { strategic: { key: 'type' } },
      uncountedTerminatedPods: struct({ failed: set, succeeded: set }),
    }),
  },
  'batch/CronJob': {
    spec: written({ jobTemplate: written({ metadata: written(objectMeta), spec: written(jobSpec) }) }),
    status: statusOf({ active: one(atomic) }),
  },
  '/Pod': {
    spec: written(podSpec),
    status: statusOf({
      conditions,
      hostIPs: { strategic: { key: 'ip' } },
      podIPs: keyed('ip'),
      resourceClaimStatuses: keyed('name', {}, { retainKeys: true }),
      resources: struct({ claims: appliedKeyed(['name']), limits: quantities, requests: quantities }),
    }),
  },
  '/PodTemplate': { template: podTemplate },
  '/ReplicationController': {
    spec: written({ selector: atomic, template: { fields: podTemplate.fields ?? {} } }),
    status: workloadStatus,
  },
  '/Service': {
    spec: written({
      ports: { list: { keys: ['port', 'protocol'], defaults: { protocol: 'TCP' } }, strategic: { key: 'port' } },
      selector: atomic,
    }),
    status: statusOf({ conditions, loadBalancer: always }),
  },
  '/ConfigMap': { data, binaryData: data },
  '/Secret': { data, stringData: data },
  '/ServiceAccount': { secrets: keyed('name', atomic), imagePullSecrets: one(atomic) },
  '/Namespace': { spec: always, status: statusOf({ conditions }) },
  '/Node': {
    spec: written({ podCIDRs: { list: 'set', strategic: { primitive: true } } }),
    status: statusOf({
      addresses: keyed('type'),
      allocatable: quantities,
      capacity: quantities,
      conditions,
      daemonEndpoints: written({ kubeletEndpoint: always }),
      nodeInfo: always,
    }),
  },
  '/PersistentVolume': { spec: written(volumeSpec), status: always },
  '/PersistentVolumeClaim': { spec: written(claimSpec), status: statusOf(claimStatus) },
  '/Endpoints': {},
  '/Event': { involvedObject: { always: true, atomic: true }, related: atomic, source: always },
  '/LimitRange': { spec: written({ limits: nil }) },
  '/ResourceQuota': {
    spec: written({ hard: quantities, scopeSelector: atomic }),
    status: statusOf({ hard: quantities, used: quantities }),
  },
  'events.k8s.io/Event': { regarding: { always: true, atomic: true }, related: atomic, deprecatedSource: always },
  'discovery.k8s.io/EndpointSlice': {
    endpoints: { items: struct({ addresses: set, conditions: always, targetRef: atomic }) },
    ports: { items: atomic },
  },
  'networking.k8s.io/Ingress': {
    spec: written({
      defaultBackend: serviceBackend,
      rules: one(struct({ http: struct({ paths: one(struct({ backend: serviceBackend })) }) })),
    }),
    status: statusOf({ loadBalancer: always }),
  },
  'networking.k8s.io/IngressClass': { spec: always },
  'networking.k8s.io/NetworkPolicy': { spec: written({ podSelector: { always: true, atomic: true } }) },
  'networking.k8s.io/ServiceCIDR': { spec: always, status: statusOf({ conditions }) },
  'networking.k8s.io/IPAddress': { spec: always },
  'policy/PodDisruptionBudget': {
    spec: written({ selector: { atomic: true, strategic: { replace: true } } }),
    status: statusOf({ conditions }),
  },
  'rbac.authorization.k8s.io/RoleBinding': { roleRef: { always: true, atomic: true }, subjects: one(atomic) },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { roleRef: { always: true, atomic: true }, subjects: one(atomic) },
  'rbac.authorization.k8s.io/Role': { rules: nil },
  'rbac.authorization.k8s.io/ClusterRole': {
    rules: nil,
    aggregationRule: struct({ clusterRoleSelectors: one(selector) }),
  },
  'autoscaling/v1/HorizontalPodAutoscaler': {
    spec: written({ scaleTargetRef: { always: true, atomic: true } }),
    status: always,
  },
  'autoscaling/HorizontalPodAutoscaler': { spec: written(hpaSpec), status: statusOf({ conditions }) },
  'autoscaling/Scale': { spec: always, status: always },
  'storage.k8s.io/StorageClass': { parameters: data, allowedTopologies: one(atomic) },
  'storage.k8s.io/CSIDriver': { spec: written({ volumeLifecycleModes: set }) },
  'storage.k8s.io/CSINode': { spec: written({ drivers: { ...keyed('name'), nil: true } }) },
  'storage.k8s.io/VolumeAttachment': {
    spec: written({ source: written({ inlineVolumeSpec: struct(volumeSpec) }) }),
    status: always,
  },
  'coordination.k8s.io/Lease': { spec: always },
  'node.k8s.io/RuntimeClass': {
    overhead: struct({ podFixed: quantities }),
    scheduling: struct({ nodeSelector: atomic }),
  },
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': { webhooks: keyed('name', webhook) },
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': { webhooks: keyed('name', webhook) },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': {
    spec: written(policySpec),
    status: statusOf({ conditions: appliedConditions }),
  },
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': { spec: written({ ...policySpec, variables: one(atomic) }) },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': { spec: written(bindingSpec) },
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': { spec: written(bindingSpec) },
  'apiextensions.k8s.io/CustomResourceDefinition': {
    spec: written({
      names: always,
      versions: { nil: true, items: struct({ schema: struct({ openAPIV3Schema: jsonSchema }) }) },
    }),
    status: statusOf({ acceptedNames: always, conditions: appliedConditions }),
  },
  'apiregistration.k8s.io/APIService': { spec: always, status: statusOf({ conditions }) },
  'certificates.k8s.io/CertificateSigningRequest': {
    spec: always,
    status: statusOf({ conditions: appliedConditions }),
  },
  'scheduling.k8s.io/PriorityClass': {},
  'storage.k8s.io/CSIStorageCapacity': {
    capacity: { quantity: true },
    maximumVolumeSize: { quantity: true },
    nodeTopology: atomic,
  },
  'storage.k8s.io/VolumeAttributesClass': { parameters: data },
  'flowcontrol.apiserver.k8s.io/FlowSchema': { spec: always, status: statusOf({ conditions }) },
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': { spec: always, status: statusOf({ conditions }) },
  'resource.k8s.io/DeviceClass': { spec: always },
  'resource.k8s.io/ResourceClaim': {
    spec: always,
    status: statusOf({
      allocation: struct({ nodeSelector: atomic }),
      devices: appliedKeyed(['driver', 'device', 'pool', 'shareID'], struct({ conditions: appliedConditions })),
      reservedFor: keyed('uid'),
    }),
  },
  'resource.k8s.io/ResourceClaimTemplate': { spec: written({ metadata: written(objectMeta), spec: always }) },
  'resource.k8s.io/ResourceSlice': { spec: written({ nodeSelector: atomic, pool: always }) },
  '/Binding': { target: { always: true, atomic: true } },
  '/ComponentStatus': { conditions },
  'policy/Eviction': {},
  'authentication.k8s.io/TokenRequest': {},
  'authentication.k8s.io/TokenReview': {},
  'authentication.k8s.io/SelfSubjectReview': {},
  'authorization.k8s.io/LocalSubjectAccessReview': {},
  'authorization.k8s.io/SelfSubjectAccessReview': {},
  'authorization.k8s.io/SelfSubjectRulesReview': {},
  'authorization.k8s.io/SubjectAccessReview': {},
};

const metadata: Shape = { always: true, fields: objectMeta };
const shapes: ReadonlyMap<string, Shape> = new Map<string, Shape>(
  Object.entries(kinds).map(([kind, fields]) => [kind, { always: true, fields: { metadata, ...fields } }]),
);

/** The shape of a built-in kind, or undefined. */
export function builtInShape(gvk: GroupVersionKind): Shape | undefined {
  return shapes.get(`${gvk.group}/${gvk.version}/${gvk.kind}`) ?? shapes.get(`${gvk.group}/${gvk.kind}`);
}

/** `metadata` of every kind, custom ones too. */
export const metadataShape: Shape = metadata;
