/** What `pods/resize` and `pods/ephemeralcontainers` refuse beyond what holds for every pod. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { qosClass } from '../defaults/pod-defaults.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { duplicate, forbiddenField, invalidValue, notFoundField, required } from './field-error.ts';

type Check = (after: JsonObject, before: JsonObject) => FieldError[];

/** By subresource. */
export const podPartChecks: Readonly<Record<string, Check>> = {
  resize: checkResize,
  ephemeralcontainers: checkLasting,
};

const lists = ['containers', 'initContainers'] as const;
const specOf = (pod: JsonObject): JsonObject => objectAt(pod, 'spec') ?? {};
const namesIn = (spec: JsonObject, list: string): unknown[] => objectsAt(spec, list).map(({ name }) => name);

function checkResize(pod: JsonObject, existing: JsonObject): FieldError[] {
  const [after, before] = [specOf(pod), specOf(existing)];
  if (lists.some((list) => namesIn(after, list).join() !== namesIn(before, list).join()))
    return [forbiddenField('spec.containers', 'containers may not be added or removed on resize')];
  const errors = removedResources(after, before);
  const qos = qosClass(before);
  if (qosClass(after) !== qos)
    errors.push(invalidValue('spec', qos, 'Pod QOS Class may not change as a result of resizing'));
  // The nodes are simulated: no kubelet on them says that it can resize.
  if (before.nodeName) errors.push(forbiddenField('spec', 'Pod running on node without support for resize'));
  if (!equalJson(withoutResizable(after), withoutResizable(before)))
    errors.push(forbiddenField('spec', 'only cpu and memory resources are mutable'));
  return errors;
}

function removedResources(after: JsonObject, before: JsonObject): FieldError[] {
  return lists.flatMap((list) =>
    objectsAt(after, list).flatMap((container, index) => {
      const former = objectsAt(before, list)[index];
      return (['requests', 'limits'] as const).flatMap((kind) => {
        const left = amounts(container, kind);
        const removed = Object.keys(amounts(former, kind)).some((name) => left[name] === undefined);
        const field = `spec.${list}[${index}].resources.${kind}`;
        return removed ? [forbiddenField(field, `resource ${kind} cannot be removed`)] : [];
      });
    }),
  );
}

function amounts(container: JsonObject | undefined, kind: 'requests' | 'limits'): JsonObject {
  return objectAt(objectAt(container, 'resources'), kind) ?? {};
}

function withoutResizable(spec: JsonObject): unknown {
  const bare = (container: JsonObject): unknown => {
    const { resources: _resources, resizePolicy: _policy, ...rest } = container;
    const others = (['requests', 'limits'] as const).map((kind) => {
      const { cpu: _cpu, memory: _memory, ...left } = amounts(container, kind);
      return left;
    });
    return [rest, others];
  };
  return [{ ...spec, containers: [], initContainers: [] }, lists.map((list) => objectsAt(spec, list).map(bare))];
}

/** Once there, an ephemeral container neither changes nor goes. */
function checkLasting(pod: JsonObject, existing: JsonObject): FieldError[] {
  const field = 'spec.ephemeralContainers';
  const wanted = new Map(objectsAt(specOf(pod), 'ephemeralContainers').map((one) => [one.name, one]));
  return objectsAt(specOf(existing), 'ephemeralContainers').flatMap((former) => {
    const next = wanted.get(former.name);
    const which = `existing ephemeral containers ${JSON.stringify(former.name)} may not be`;
    if (next === undefined) return [forbiddenField(field, `${which} removed\n`)];
    return equalJson(next, former) ? [] : [forbiddenField(field, `${which} changed`)];
  });
}

const refused = [
  ...['ports', 'resources', 'resizePolicy', 'restartPolicy'],
  ...['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'],
];

/** Of a pod's spec with its defaults. `volumes`: their names. */
export function checkEphemeralContainers(spec: JsonObject, volumes: ReadonlySet<unknown>): FieldError[] {
  const others = new Set([...namesIn(spec, 'initContainers'), ...namesIn(spec, 'containers')]);
  const seen = new Set(others);
  return objectsAt(spec, 'ephemeralContainers').flatMap((container, index) => {
    const field = `spec.ephemeralContainers[${index}]`;
    const errors: FieldError[] = [];
    if (seen.has(container.name)) errors.push(duplicate(`${field}.name`, container.name));
    seen.add(container.name);
    if (!container.image) errors.push(required(`${field}.image`));
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(notFoundField(`${field}.targetContainerName`, target));
    for (const name of refused)
      if (isGiven(container[name]))
        errors.push(forbiddenField(`${field}.${name}`, 'cannot be set for an Ephemeral Container'));
    for (const [place, mount] of objectsAt(container, 'volumeMounts').entries())
      if (!volumes.has(mount.name)) errors.push(notFoundField(`${field}.volumeMounts[${place}].name`, mount.name));
    return errors;
  });
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== '' && !(typeof value === 'object' && Object.keys(value ?? {}).length === 0);
