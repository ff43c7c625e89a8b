/**
 * Takes an object as decoded and the stored one, if any, and returns it with what only the server writes: uid, times,
 * generation, and the status that this request cannot set. Never changes its inputs.
 */
import { equalJson, getOwn, isMap, setOwn } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject, KubernetesObject, ObjectMeta } from '../../foundation/manifest/object.ts';
import { applyDefaults } from '../defaults/apply-defaults.ts';
import { qosClass } from '../defaults/pod-defaults.ts';
import { objectsAt } from '../defaults/set-default.ts';
import { groupVersion, hasStatus, type ResourceType } from '../resources/resource-type.ts';
import { decodeObject } from '../schema/decode-object.ts';
import { typeNameOf, typeSchema } from '../schema/type-schema.ts';
import { type ApiContext, type ApiRequest, timestamp } from './api-context.ts';
import { countsGenerations, generationFields } from './object-rules.ts';
import { StatusError } from './status-error.ts';

export function prepareCreate(request: ApiRequest, object: KubernetesObject): KubernetesObject {
  const { type } = request;
  const { metadata } = object;
  if (metadata.resourceVersion && !request.dryRun)
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  const { namespace: _namespace, ...given } = withoutServerFields(metadata);
  const name =
    metadata.name || (metadata.generateName ? generatedName(request.context, metadata.generateName) : undefined);
  const prepared: KubernetesObject = {
    ...object,
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...given,
      ...(name === undefined ? {} : { name }),
      ...(type.namespaced ? { namespace: request.namespace } : {}),
      uid: request.context.newUid(),
      ...(countsGenerations(type) ? { generation: 1 } : {}),
      creationTimestamp: timestamp(request.context.clock),
    },
  };
  if (hasStatus(type, request.version)) delete prepared.status;
  return prepared;
}

/** What the server adds to a new object beyond its client's wishes; nobody owns it. Changes the prepared object in place. */
export function completeNew({ context, type, version }: ApiRequest, object: KubernetesObject): void {
  if (hasStatus(type, version)) resetStatus(type, version, object);
  if (type.name === 'namespaces') object.spec = { finalizers: ['kubernetes'] };
  if (type.name === 'jobs.batch') labelJob(object);
  if (type.name === 'daemonsets.apps')
    object.metadata.annotations = { ...object.metadata.annotations, [templateGeneration]: '1' };
  if (type.name === 'persistentvolumes')
    object.status = { ...(object.status as JsonObject), lastPhaseTransitionTime: timestamp(context.clock) };
}

/** A Job finds its pods by its own uid, unless it says otherwise. */
function labelJob(job: KubernetesObject): void {
  const spec = { ...(job.spec as JsonObject) };
  if (spec.manualSelector === true) return;
  const { uid = '', name = '' } = job.metadata;
  const own = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const template = { ...(spec.template as JsonObject) };
  const metadata = { ...(template.metadata as JsonObject) };
  template.metadata = { ...metadata, labels: { ...(metadata.labels as JsonObject), ...own } };
  job.spec = { ...spec, selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } }, template };
  job.metadata.labels = { ...job.metadata.labels, ...own };
}

/**
 * For tracking who owns what: fields that hold their type's zero value are nobody's, because an empty object has them too.
 */
export function withoutZeroFields(object: KubernetesObject, type: ResourceType, version: string): KubernetesObject {
  const zero = zeroObject(type, version);
  return zero === undefined
    ? object
    : (withoutEqual(object as unknown as JsonObject, zero) as unknown as KubernetesObject);
}

function withoutEqual(object: JsonObject, zero: JsonObject): JsonObject {
  const left: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    const empty = getOwn(zero, key) as Json | undefined;
    if (key === 'apiVersion' || key === 'kind' || empty === undefined) setOwn(left, key, value);
    else if (isMap(value) && isMap(empty)) setOwn(left, key, withoutEqual(value, empty));
    else if (!equalJson(value, empty)) setOwn(left, key, value);
  }
  return left;
}

const zeroObjects = new Map<string, JsonObject>();

function zeroObject(type: ResourceType, version: string): JsonObject | undefined {
  const name = type.custom ? undefined : typeNameOf(type.group, version, type.kind);
  const schema = name === undefined ? undefined : typeSchema(name);
  if (name === undefined || schema === undefined) return undefined;
  const known = zeroObjects.get(name);
  if (known !== undefined) return known;
  const zero = decodeObject({ apiVersion: groupVersion(type.group, version), kind: type.kind }, schema).value;
  zeroObjects.set(name, zero);
  return zero;
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
  const zero = zeroObject(type, version);
  if (zero === undefined) return;
  object.status = structuredClone(zero.status ?? {});
  if (type.name === 'customresourcedefinitions.apiextensions.k8s.io')
    (object.status as JsonObject).storedVersions = storedVersions(object);
  if (type.name === 'pods') object.status = { phase: 'Pending', qosClass: qosClass((object.spec ?? {}) as JsonObject) };
  if (type.name === 'namespaces' || type.name === 'persistentvolumes' || type.name === 'persistentvolumeclaims')
    applyDefaults(type, object);
}

function storedVersions(definition: KubernetesObject): Json {
  return objectsAt(definition.spec as JsonObject, 'versions').flatMap((version) =>
    version.storage === true ? [version.name ?? ''] : [],
  );
}

const templateGeneration = 'deprecated.daemonset.template.generation';

/** A DaemonSet counts the versions of its template in an annotation. */
function countTemplates(after: KubernetesObject, before: KubernetesObject): void {
  const old = Number(before.metadata.annotations?.[templateGeneration] ?? 1);
  const changed = !equalJson((after.spec as JsonObject).template, (before.spec as JsonObject).template);
  after.metadata.annotations = { ...after.metadata.annotations, [templateGeneration]: String(changed ? old + 1 : old) };
}

/** The main path: everything but status. */
export function prepareUpdate(
  request: ApiRequest,
  object: KubernetesObject,
  existing: KubernetesObject,
): KubernetesObject {
  const { type } = request;
  const prepared: KubernetesObject = { ...object, metadata: serverMetadata(object.metadata, existing.metadata) };
  if (hasStatus(type, request.version)) takeField(prepared, existing, 'status');
  if (type.name === 'namespaces') takeField(prepared, existing, 'spec');
  if (type.name === 'daemonsets.apps') countTemplates(prepared, existing);
  if (countsGenerations(type) && changesGeneration(type, prepared, existing))
    prepared.metadata.generation = (existing.metadata.generation ?? 0) + 1;
  return prepared;
}

/** The status path: status alone; labels (but a Service's) and everything else stay. */
export function prepareStatusUpdate(
  type: ResourceType,
  object: KubernetesObject,
  existing: KubernetesObject,
): KubernetesObject {
  const { status } = object;
  const metadata: ObjectMeta = { ...existing.metadata };
  if (type.name === 'services' && object.metadata.labels !== undefined) metadata.labels = object.metadata.labels;
  if (object.metadata.annotations !== undefined) metadata.annotations = object.metadata.annotations;
  if (object.metadata.managedFields !== undefined) metadata.managedFields = object.metadata.managedFields;
  const { status: _old, ...rest } = existing;
  return { ...rest, metadata, ...(status === undefined ? {} : { status }) };
}

function takeField(object: KubernetesObject, existing: KubernetesObject, field: string): void {
  if (existing[field] === undefined) delete object[field];
  else object[field] = existing[field];
}

const serverFields = [
  'uid',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'namespace',
  'resourceVersion',
] as const;

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
