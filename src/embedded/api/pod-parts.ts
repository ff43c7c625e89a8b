/**
 * `pods/resize` and `pods/ephemeralcontainers`: takes a pod as a client wants it and the stored one, returns the stored
 * one with that part changed which the subresource is for. What else was asked for is dropped in silence.
 */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectsAt } from '../defaults/set-default.ts';
import type { ApiRequest } from './api-context.ts';

type Part = (wanted: JsonObject, existing: JsonObject) => JsonObject;

const parts: Readonly<Record<string, Part>> = {
  resize: (wanted, existing) => ({
    ...existing,
    ...resized('initContainers', wanted, existing),
    ...resized('containers', wanted, existing),
  }),
  ephemeralcontainers: (wanted, existing) => {
    const { ephemeralContainers: _old, ...rest } = existing;
    const { ephemeralContainers } = wanted;
    return ephemeralContainers === undefined ? rest : { ...rest, ephemeralContainers };
  },
};

export function isPodPart({ type, subresource }: Pick<ApiRequest, 'type' | 'subresource'>): boolean {
  return type.name === 'pods' && Object.hasOwn(parts, subresource);
}

export function changePodPart(subresource: string, wanted: KubernetesObject, existing: KubernetesObject) {
  const before = existing.spec as JsonObject;
  const spec = parts[subresource]?.((wanted.spec ?? {}) as JsonObject, before) ?? before;
  const metadata = { ...existing.metadata };
  // Whoever asks for more than the part is told to own it all the same.
  if (wanted.metadata.managedFields !== undefined) metadata.managedFields = wanted.metadata.managedFields;
  if (!equalJson(spec, before)) metadata.generation = (existing.metadata.generation ?? 0) + 1;
  return { ...existing, metadata, spec };
}

/** Containers are told apart by their place; where those differ, the check that follows refuses it all. */
function resized(list: 'containers' | 'initContainers', wanted: JsonObject, existing: JsonObject): JsonObject {
  const [after, before] = [objectsAt(wanted, list), objectsAt(existing, list)];
  if (after.length === 0 && before.length === 0) return {};
  if (!equalJson(after.map(nameOf), before.map(nameOf))) return { [list]: after };
  const containers = before.map((container, index) => {
    const { resources: _resources, resizePolicy: _policy, ...rest } = container;
    const { resources, resizePolicy } = after[index] ?? {};
    return {
      ...rest,
      ...(resources === undefined ? {} : { resources }),
      ...(resizePolicy === undefined ? {} : { resizePolicy }),
    };
  });
  return { [list]: containers as Json };
}

const nameOf = ({ name }: JsonObject): Json => name ?? null;
