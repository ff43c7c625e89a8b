/** Defaults of configuration, access, storage and extension kinds. Each changes its object in place. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import { ensureObject, objectAt, objectsAt, setDefault } from './set-default.ts';

/** `stringData` is folded into `data` and is not stored. */
export function secretDefaults(object: JsonObject): void {
  setDefault(object, 'type', 'Opaque');
  const plain = objectAt(object, 'stringData');
  if (plain === undefined) return;
  const data: JsonObject = { ...objectAt(object, 'data') };
  for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(String(value)).toString('base64');
  object.data = Object.fromEntries(
    Object.keys(data)
      .sort()
      .map((key) => [key, data[key] ?? '']),
  );
  delete object.stringData;
}

export function namespaceDefaults(object: JsonObject): void {
  const metadata = ensureObject(object, 'metadata');
  if (typeof metadata.name === 'string' && metadata.name !== '')
    ensureObject(metadata, 'labels')['kubernetes.io/metadata.name'] = metadata.name;
  setDefault(ensureObject(object, 'status'), 'phase', 'Active');
}

export function persistentVolumeDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  setDefault(spec, 'volumeMode', 'Filesystem');
  const hostPath = objectAt(spec, 'hostPath');
  if (hostPath !== undefined && hostPath.type === undefined) hostPath.type = '';
  setDefault(ensureObject(object, 'status'), 'phase', 'Pending');
}

export function storageClassDefaults(object: JsonObject): void {
  setDefault(object, 'reclaimPolicy', 'Delete');
  setDefault(object, 'volumeBindingMode', 'Immediate');
}

export function csiDriverDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'attachRequired', true);
  setDefault(spec, 'podInfoOnMount', false);
  setDefault(spec, 'storageCapacity', false);
  setDefault(spec, 'fsGroupPolicy', 'ReadWriteOnceWithFSType');
  setDefault(spec, 'volumeLifecycleModes', ['Persistent']);
  setDefault(spec, 'requiresRepublish', false);
  setDefault(spec, 'seLinuxMount', false);
}

export function bindingDefaults(object: JsonObject): void {
  const role = ensureObject(object, 'roleRef');
  setDefault(role, 'apiGroup', 'rbac.authorization.k8s.io');
  for (const subject of objectsAt(object, 'subjects'))
    if (subject.kind === 'User' || subject.kind === 'Group')
      setDefault(subject, 'apiGroup', 'rbac.authorization.k8s.io');
}

/** A role without rules is written with `rules: null`, as Go's encoder does. */
export function webhookDefaults(object: JsonObject): void {
  const mutating = object.kind === 'MutatingWebhookConfiguration';
  for (const webhook of objectsAt(object, 'webhooks')) {
    setDefault(webhook, 'failurePolicy', 'Fail');
    setDefault(webhook, 'matchPolicy', 'Equivalent');
    setDefault(webhook, 'namespaceSelector', {});
    setDefault(webhook, 'objectSelector', {});
    setDefault(webhook, 'timeoutSeconds', 10);
    if (mutating) setDefault(webhook, 'reinvocationPolicy', 'Never');
    for (const rule of objectsAt(webhook, 'rules')) setDefault(rule, 'scope', '*');
    const service = objectAt(objectAt(webhook, 'clientConfig'), 'service');
    if (service !== undefined) setDefault(service, 'port', 443);
  }
}

export function admissionPolicyDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'failurePolicy', 'Fail');
  matchDefaults(objectAt(spec, 'matchConstraints'));
}

export function admissionBindingDefaults(object: JsonObject): void {
  matchDefaults(objectAt(objectAt(object, 'spec'), 'matchResources'));
}

function matchDefaults(match: JsonObject | undefined): void {
  if (match === undefined) return;
  setDefault(match, 'matchPolicy', 'Equivalent');
  setDefault(match, 'namespaceSelector', {});
  setDefault(match, 'objectSelector', {});
  for (const list of ['resourceRules', 'excludeResourceRules'])
    for (const rule of objectsAt(match, list)) setDefault(rule, 'scope', '*');
}

export function apiServiceDefaults(object: JsonObject): void {
  const service = objectAt(objectAt(object, 'spec'), 'service');
  if (service !== undefined) setDefault(service, 'port', 443);
}

export function customResourceDefinitionDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'scope', 'Namespaced');
  const names = ensureObject(spec, 'names');
  if (typeof names.kind === 'string') {
    setDefault(names, 'singular', names.kind.toLowerCase());
    setDefault(names, 'listKind', `${names.kind}List`);
  }
  const conversion = ensureObject(spec, 'conversion');
  setDefault(conversion, 'strategy', 'None');
  const service = objectAt(objectAt(objectAt(conversion, 'webhook'), 'clientConfig'), 'service');
  if (service !== undefined) setDefault(service, 'port', 443);
}

export function autoscalerDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'minReplicas', 1);
  const isV1 = object.apiVersion === 'autoscaling/v1';
  if (!isV1 && objectsAt(spec, 'metrics').length === 0) {
    spec.metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ];
  }
  if (isV1) setDefault(spec, 'targetCPUUtilizationPercentage', 80);
  const behavior = objectAt(spec, 'behavior');
  if (behavior === undefined) return;
  scalingRules(ensureObject(behavior, 'scaleUp'), [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ]);
  setDefault(behavior.scaleUp as JsonObject, 'stabilizationWindowSeconds', 0);
  scalingRules(ensureObject(behavior, 'scaleDown'), [{ type: 'Percent', value: 100, periodSeconds: 15 }]);
}

function scalingRules(rules: JsonObject, policies: JsonObject[]): void {
  setDefault(rules, 'selectPolicy', 'Max');
  if (!Array.isArray(rules.policies)) rules.policies = policies;
}

/** `limits` are the defaults of a container, `default` those of its requests. */
export function limitRangeDefaults(object: JsonObject): void {
  for (const item of objectsAt(objectAt(object, 'spec'), 'limits')) {
    if (item.type !== 'Container') continue;
    const max = objectAt(item, 'max') ?? {};
    const limits = { ...max, ...objectAt(item, 'default') };
    if (Object.keys(limits).length > 0) item.default = limits;
    const requests = { ...limits, ...objectAt(item, 'min'), ...objectAt(item, 'defaultRequest') };
    if (Object.keys(requests).length > 0) item.defaultRequest = requests;
  }
}

export function certificateRequestDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'usages', ['digital signature', 'key encipherment']);
}
