/**
 * Which fields of a live object survive an apply although the chart says something else: those that the definition
 * ignores, and the replicas that an autoscaler has taken over through the scale subresource. kubectl's scale is a
 * person's and is put back.
 */
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import type { DriftIgnore } from '../definitions/release-definition.ts';

export interface KeepInput {
  readonly object: KubernetesObject;
  readonly live: KubernetesObject;
  readonly ignore: readonly DriftIgnore[];
}

/** The object with the kept fields' live values in place of its own. */
export function keepLiveFields({ object, live, ignore }: KeepInput): KubernetesObject {
  const pointers = keptPointers(object, live, ignore);
  if (pointers.length === 0) return object;
  const copy = structuredClone(object);
  for (const pointer of pointers) copyPointer(copy as unknown as JsonObject, live as unknown as JsonObject, pointer);
  return copy;
}

/** JSON pointers of the fields that are left to others. */
export function keptPointers(
  object: KubernetesObject,
  live: KubernetesObject,
  ignore: readonly DriftIgnore[],
): string[] {
  const pointers = ignore
    .filter(
      ({ kind, name }) =>
        (kind ?? object.kind) === object.kind && (name ?? object.metadata.name) === object.metadata.name,
    )
    .flatMap(({ paths }) => paths);
  if (isAutoscaled(live)) pointers.push('/spec/replicas');
  return pointers;
}

export function isAutoscaled(live: KubernetesObject): boolean {
  return (live.metadata.managedFields ?? []).some(
    ({ manager, subresource, fieldsV1 }) =>
      subresource === 'scale' &&
      manager !== undefined &&
      !manager.startsWith('kubectl') &&
      JSON.stringify(fieldsV1 ?? {}).includes('"f:replicas"'),
  );
}

function copyPointer(target: JsonObject, source: JsonObject, pointer: string): void {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = path.pop();
  if (last === undefined) return;
  let from: Json | undefined = source;
  let into: Json | undefined = target;
  for (const part of path) {
    from = step(from, part);
    into = step(into, part);
  }
  const value = step(from, last);
  if (value === undefined || into === null || typeof into !== 'object') return;
  if (Array.isArray(into)) into[Number(last)] = value;
  else into[last] = value;
}

function step(value: Json | undefined, part: string): Json | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  return Object.hasOwn(value, part) ? (value as JsonObject)[part] : undefined;
}
