/**
 * Takes an object in one of its type's versions and returns it in another: custom resources by name alone, autoscalers
 * and events field by field. Never changes its input; what is in the wanted version already is returned as it is.
 */
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { groupVersion, type ResourceType } from './resource-type.ts';

const converted = new WeakMap<KubernetesObject, Map<string, KubernetesObject>>();

/** As this type shows it in that version; remembered, so that its JSON is made once. */
export function shownAs(object: KubernetesObject, type: ResourceType, version: string): KubernetesObject {
  const wanted = groupVersion(type.group, version);
  if (object.apiVersion === wanted) return object;
  let versions = converted.get(object);
  if (versions === undefined) {
    versions = new Map();
    converted.set(object, versions);
  }
  const known = versions.get(wanted);
  if (known !== undefined) return known;
  const made = convert(object, type, wanted);
  versions.set(wanted, made);
  return made;
}

/** As it is stored. */
export function storedForm(object: KubernetesObject, type: ResourceType): KubernetesObject {
  if (type.name === 'events.events.k8s.io') return convert(object, type, 'v1');
  return convert(object, type, groupVersion(type.group, type.storageVersion));
}

function convert(object: KubernetesObject, type: ResourceType, wanted: string): KubernetesObject {
  if (object.apiVersion === wanted) return object;
  if (type.name === 'horizontalpodautoscalers.autoscaling')
    return wanted === 'autoscaling/v1' ? toV1(object) : toV2(object);
  if (type.name === 'events.events.k8s.io')
    return wanted === 'v1' ? renamed(object, eventFields, wanted) : renamed(object, reversed(eventFields), wanted);
  return { ...object, apiVersion: wanted };
}

/** events.k8s.io/v1 → core/v1 */
const eventFields: Readonly<Record<string, string>> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
};

function reversed(names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]));
}

function renamed(
  object: KubernetesObject,
  names: Readonly<Record<string, string>>,
  apiVersion: string,
): KubernetesObject {
  const entries = Object.entries(object).map(([key, value]) => [getOwn(names, key) ?? key, value]);
  return { ...Object.fromEntries(entries), apiVersion } as KubernetesObject;
}

type Fields = Record<string, unknown>;

function fieldsAt(object: Fields, key: string): Fields {
  const value = object[key];
  return isMap(value) ? value : {};
}

function isCpu(metric: unknown): boolean {
  const resource = isMap(metric) && metric.type === 'Resource' ? fieldsAt(metric, 'resource') : {};
  return resource.name === 'cpu' && fieldsAt(resource, 'target').averageUtilization !== undefined;
}

function toV1(object: KubernetesObject): KubernetesObject {
  const { metrics, behavior: _behavior, ...spec } = fieldsAt(object, 'spec');
  const cpu = (Array.isArray(metrics) ? metrics : []).find(isCpu) as Fields | undefined;
  const target = cpu === undefined ? undefined : fieldsAt(fieldsAt(cpu, 'resource'), 'target').averageUtilization;
  const status = fieldsAt(object, 'status');
  const { currentReplicas = 0, desiredReplicas = 0, lastScaleTime, observedGeneration } = status;
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    spec: { ...spec, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    status: {
      ...(observedGeneration === undefined ? {} : { observedGeneration }),
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
      currentReplicas,
      desiredReplicas,
    },
  };
}

function toV2(object: KubernetesObject): KubernetesObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = fieldsAt(object, 'spec');
  const cpu = {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } },
  };
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    spec: { ...spec, ...(target === undefined ? {} : { metrics: [cpu] }) },
    status: { currentMetrics: null, ...fieldsAt(object, 'status') },
  };
}
