/**
 * Which fields of a live object survive an apply although the chart says something else: those that the definition
 * ignores, the replicas that an autoscaler has taken over through the scale subresource (kubectl's scale is a person's
 * and is put back), and certificates that a controller injects over the chart's placeholder.
 */
import { shapeOfKind } from '../../foundation/fields/crd-shape.ts';
import { isController } from '../../foundation/fields/field-managers.ts';
import { getOwn, isMap, setOwn } from '../../foundation/fields/json-value.ts';
import { ownersOf } from '../../foundation/fields/owners.ts';
import { itemElement } from '../../foundation/fields/path-element.ts';
import { listIndex, pointerSteps, valueAt } from '../../foundation/fields/pointer.ts';
import { fieldShape, itemShape, type Shape } from '../../foundation/fields/shape.ts';
import { groupVersionKind, type KubernetesObject } from '../../foundation/manifest/object.ts';
import type { DriftIgnore } from '../definitions/release-definition.ts';
import { foldStringData } from './fold-string-data.ts';
import { ignoredPointers } from './ignored-pointers.ts';

export interface KeepInput {
  readonly object: KubernetesObject;
  readonly live: KubernetesObject;
  readonly ignore: readonly DriftIgnore[];
}

/**
 * The object with the kept fields' live values in place of its own; what live does not have goes. List indexes count
 * in the live object, as drift is reported; the object's own element is found by its merge keys.
 */
export function keepLiveFields({ object, live, ignore }: KeepInput): KubernetesObject {
  const pointers = keptPointers(object, live, ignore);
  if (pointers.length === 0) return object;
  const copy = structuredClone(foldStringData(object));
  for (const pointer of pointers) keepField({ target: copy, source: live, pointer });
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
    .flatMap((rule) => ignoredPointers(rule, live));
  // Where the chart leaves replicas out, the autoscaler owns the field alone and needs nothing from us.
  if (isAutoscaled(live) && valueAt(object, '/spec/replicas') !== undefined) pointers.push('/spec/replicas');
  return [...pointers, ...injectedPointers(object, live)];
}

/** Where the API keeps the authority of a webhook or of an API's own server. */
const bundlePlaces: Readonly<Record<string, string>> = {
  APIService: '/spec/caBundle',
  CustomResourceDefinition: '/spec/conversion/webhook/clientConfig/caBundle',
};

function injectedPointers(object: KubernetesObject, live: KubernetesObject): string[] {
  const webhooks = /WebhookConfiguration$/.test(object.kind) ? live['webhooks'] : undefined;
  const place = Object.hasOwn(bundlePlaces, object.kind) ? bundlePlaces[object.kind] : undefined;
  const candidates = Array.isArray(webhooks)
    ? webhooks.map((_, index) => `/webhooks/${index}/clientConfig/caBundle`)
    : place === undefined
      ? []
      : [place];
  return candidates.filter((pointer) => {
    const owners = ownersOf(live, pointer);
    return owners.length > 0 && owners.every(({ manager = '' }) => isController(manager));
  });
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

interface Keeping {
  readonly target: KubernetesObject;
  readonly source: KubernetesObject;
  readonly pointer: string;
}

function keepField({ target, source, pointer }: Keeping): void {
  const path = pointerSteps(pointer);
  const last = path.pop();
  if (last === undefined) return;
  let place: Place = { into: target, from: source, shape: shapeOfKind(groupVersionKind(target)) };
  for (const part of path) {
    const below = descend(place, part);
    if (!below) return;
    place = below;
  }
  const { into, from } = place;
  if (Array.isArray(into)) {
    const index = targetIndex(place, last);
    const value = Array.isArray(from) ? from[Number(last)] : undefined;
    if (index !== undefined && value !== undefined) into[index] = structuredClone(value);
  } else if (isMap(into)) {
    const value = isMap(from) ? getOwn(from, last) : undefined;
    if (value !== undefined) setOwn(into, last, structuredClone(value));
    else if (isMap(from)) delete into[last];
  }
}

interface Place {
  readonly into: unknown;
  readonly from: unknown;
  readonly shape: Shape;
}

function descend(place: Place, part: string): Place | undefined {
  const { into, from, shape } = place;
  if (Array.isArray(into) && Array.isArray(from)) {
    const index = targetIndex(place, part);
    if (index === undefined) return undefined;
    return { into: into[index], from: from[Number(part)], shape: itemShape(shape) };
  }
  if (!isMap(into) || !isMap(from)) return undefined;
  return { into: getOwn(into, part), from: getOwn(from, part), shape: fieldShape(shape, part) };
}

/** Where the object's own list holds the element that live holds at `part`; undefined when it does not. */
function targetIndex({ into, from, shape }: Place, part: string): number | undefined {
  const index = listIndex(part);
  if (index === undefined || !Array.isArray(into) || !Array.isArray(from) || index >= from.length) return undefined;
  if (shape.atomic || shape.list === undefined) return index < into.length ? index : undefined;
  const wanted = elementOf(shape, from[index]);
  const found = into.findIndex((item) => wanted !== undefined && elementOf(shape, item) === wanted);
  return found < 0 ? undefined : found;
}

/** Undefined for an element that lacks its keys. */
function elementOf(shape: Shape, item: unknown): string | undefined {
  try {
    return itemElement(shape, item);
  } catch {
    return undefined;
  }
}
