/** The scale subresource: an autoscaling/v1 Scale made of an object, and an object with a Scale's replicas. */
import { getOwn, isMap, setOwn } from '../../foundation/fields/json-value.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { invalid, StatusError } from '../api/status-error.ts';
import { type ResourceType, versionOf } from '../resources/resource-type.ts';
import { invalidValue } from '../validation/field-error.ts';
import { selectorText } from './table/cell.ts';

interface Paths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector: readonly string[] | undefined;
}

function pathsOf(type: ResourceType, version: string): Paths {
  const declared = versionOf(type, version)?.scale;
  const split = (path: string): string[] => path.split('.').filter((step) => step !== '');
  if (declared === undefined)
    return { spec: ['spec', 'replicas'], status: ['status', 'replicas'], selector: undefined };
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = declared;
  return {
    spec: split(specReplicasPath),
    status: split(statusReplicasPath),
    selector: labelSelectorPath === undefined ? undefined : split(labelSelectorPath),
  };
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => (isMap(value) ? getOwn(value, step) : undefined), object);
}

/** Where an object of this type has its replicas. */
export function scalePath(type: ResourceType, version: string): readonly string[] {
  return pathsOf(type, version).spec;
}

/** Undefined where a Scale can be read. */
export function noScale(object: KubernetesObject, type: ResourceType, version: string): StatusError | undefined {
  const { spec } = pathsOf(type, version);
  if (!type.custom || valueAt(object, spec) !== undefined) return undefined;
  const message = `the spec replicas field ".${spec.join('.')}" does not exist`;
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

export function scaleOf(object: KubernetesObject, type: ResourceType, version: string): KubernetesObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const paths = pathsOf(type, version);
  const replicas = valueAt(object, paths.spec);
  const current = valueAt(object, paths.status);
  const selector = paths.selector === undefined ? builtinSelector(object, type) : valueAt(object, paths.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: {
      replicas: typeof current === 'number' ? current : 0,
      ...(typeof selector === 'string' && selector !== '' ? { selector } : {}),
    },
  };
}

function builtinSelector(object: KubernetesObject, type: ResourceType): string | undefined {
  if (type.custom) return undefined;
  const selector = valueAt(object, ['spec', 'selector']);
  if (type.name === 'replicationcontrollers') return selectorText({ matchLabels: selector });
  return selectorText(selector);
}

/** A copy of the object that asks for the Scale's replicas, under the Scale's resourceVersion. */
export function withScale(
  object: KubernetesObject,
  scale: JsonObject,
  { type, version }: { type: ResourceType; version: string },
): KubernetesObject {
  const spec = isMap(scale.spec) ? scale.spec : {};
  const replicas = typeof spec.replicas === 'number' ? spec.replicas : 0;
  const name = object.metadata.name ?? '';
  if (replicas < 0 && !type.custom)
    throw invalid({ group: 'autoscaling', name: 'Scale' }, name, [
      invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  const metadata = isMap(scale.metadata) ? scale.metadata : {};
  const resourceVersion =
    typeof metadata.resourceVersion === 'string' && metadata.resourceVersion !== ''
      ? metadata.resourceVersion
      : object.metadata.resourceVersion;
  const scaled = setAt(object, pathsOf(type, version).spec, replicas) as KubernetesObject;
  return { ...scaled, metadata: { ...scaled.metadata, resourceVersion } };
}

function setAt(object: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  const copy = isMap(object) ? { ...object } : {};
  setOwn(copy, step, setAt(getOwn(copy, step), rest, value));
  return copy;
}
