/**
 * Takes an object as decoded and the stored one, if any, and returns it with what only the server writes: uid, times,
 * generation, and the status that this request cannot set. Never changes its inputs.
 */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { JsonObject, KubernetesObject, ObjectMeta } from '../../foundation/manifest/object.ts';
import { applyDefaults } from '../defaults/apply-defaults.ts';
import { qosClass } from '../defaults/pod-defaults.ts';
import { groupVersion, hasStatus, type ResourceType } from '../resources/resource-type.ts';
import { decodeObject } from '../schema/decode-object.ts';
import { typeNameOf, typeSchema } from '../schema/type-schema.ts';
import { type ApiContext, type ApiRequest, timestamp } from './api-context.ts';
import { countsGenerations, generationFields } from './object-rules.ts';
import { badRequest } from './status-error.ts';

export function prepareCreate(context: ApiContext, request: ApiRequest, object: KubernetesObject): KubernetesObject {
  const { type } = request;
  const { metadata } = object;
  if (metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  const { namespace: _namespace, ...given } = withoutServerFields(metadata);
  const name = metadata.name || (metadata.generateName ? generatedName(context, metadata.generateName) : undefined);
  const prepared: KubernetesObject = {
    ...object,
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...given,
      ...(name === undefined ? {} : { name }),
      ...(type.namespaced ? { namespace: request.namespace } : {}),
      uid: context.newUid(),
      ...(countsGenerations(type) ? { generation: 1 } : {}),
      creationTimestamp: timestamp(context.clock),
    },
  };
  if (hasStatus(type, request.version)) resetStatus(type, request.version, prepared);
  if (type.name === 'namespaces') prepared.spec = { finalizers: ['kubernetes'] };
  return prepared;
}

function generatedName(context: ApiContext, prefix: string): string {
  return prefix.slice(0, 58) + context.randomSuffix(5);
}

function withoutServerFields(metadata: ObjectMeta): ObjectMeta {
  const { uid: _uid, generation: _generation, creationTimestamp: _created, selfLink: _link, ...rest } = metadata;
  const { deletionTimestamp: _deleted, deletionGracePeriodSeconds: _grace, resourceVersion: _revision, ...left } = rest;
  return left;
}

/** As Go's zero status of the type is written, with its defaults. */
function resetStatus(type: ResourceType, version: string, object: KubernetesObject): void {
  delete object.status;
  const schema = type.custom ? undefined : typeSchema(typeNameOf(type.group, version, type.kind) ?? '');
  if (schema === undefined) return;
  const empty = decodeObject({ apiVersion: groupVersion(type.group, version), kind: type.kind }, schema).value;
  object.status = empty.status ?? {};
  if (type.name === 'pods') object.status = { phase: 'Pending', qosClass: qosClass((object.spec ?? {}) as JsonObject) };
  if (type.name === 'namespaces' || type.name === 'persistentvolumes' || type.name === 'persistentvolumeclaims') applyDefaults(type, object);
}

/** The main path: everything but status. */
export function prepareUpdate(request: ApiRequest, object: KubernetesObject, existing: KubernetesObject): KubernetesObject {
  const { type } = request;
  const prepared: KubernetesObject = { ...object, metadata: serverMetadata(object.metadata, existing.metadata) };
  if (hasStatus(type, request.version)) takeField(prepared, existing, 'status');
  if (type.name === 'namespaces') takeField(prepared, existing, 'spec');
  if (countsGenerations(type) && changesGeneration(type, prepared, existing))
    prepared.metadata.generation = (existing.metadata.generation ?? 0) + 1;
  return prepared;
}

/** The status path: status alone; labels and everything else stay. */
export function prepareStatusUpdate(object: KubernetesObject, existing: KubernetesObject): KubernetesObject {
  const { status } = object;
  const metadata: ObjectMeta = { ...existing.metadata };
  if (object.metadata.annotations !== undefined) metadata.annotations = object.metadata.annotations;
  if (object.metadata.managedFields !== undefined) metadata.managedFields = object.metadata.managedFields;
  const { status: _old, ...rest } = existing;
  return { ...rest, metadata, ...(status === undefined ? {} : { status }) };
}

function takeField(object: KubernetesObject, existing: KubernetesObject, field: string): void {
  if (existing[field] === undefined) delete object[field];
  else object[field] = existing[field];
}

const serverFields = ['uid', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'namespace', 'resourceVersion'] as const;

function serverMetadata(given: ObjectMeta, existing: ObjectMeta): ObjectMeta {
  const metadata: ObjectMeta = { ...given };
  delete metadata.selfLink;
  for (const field of serverFields) {
    delete metadata[field];
    if (existing[field] !== undefined) Object.assign(metadata, { [field]: existing[field] });
  }
  return metadata;
}

function changesGeneration(type: ResourceType, after: KubernetesObject, before: KubernetesObject): boolean {
  if (!type.custom) return generationFields(type).some((field) => !equalJson(after[field], before[field]));
  const { metadata: _after, status: newStatus, ...newRest } = after;
  const { metadata: _before, status: oldStatus, ...oldRest } = before;
  return !equalJson(newRest, oldRest) || (!hasStatus(type) && !equalJson(newStatus, oldStatus));
}
