/** Replaces a stored object, or its status, as PUT and every patch do in the end. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { withRules } from '../custom/check-rules.ts';
import { shownAs, storedForm } from '../resources/convert-version.ts';
import { validateUpdate } from '../validation/validate-object.ts';
import type { AdmittedWrite } from './admission-match.ts';
import { admitByPolicies } from './admit-policies.ts';
import { mutateByWebhooks, validateByWebhooks } from './admit-webhooks.ts';
import { allocateForService } from './allocate-service.ts';
import { type ApiRequest, customSchema, kindSubject, subjectOf, timestamp, type Written } from './api-context.ts';
import { checkMayCreate, checkMayGrant } from './check-rights.ts';
import { createObject, tolerantTrack } from './create-object.ts';
import { decodeInput } from './decode-input.ts';
import { isCreatedByUpdate, needsResourceVersion } from './object-rules.ts';
import { changePodPart, isPodPart } from './pod-parts.ts';
import { prepareStatusUpdate, prepareUpdate } from './prepare-object.ts';
import { badRequest, conflict, invalid, modifiedMeanwhile, notFound, StatusError } from './status-error.ts';

export function updateObject(request: ApiRequest, body: JsonObject): Written {
  const { type, namespace, name } = request;
  const { object, warnings } = decodeInput(body, request);
  if (object.metadata.name !== undefined && object.metadata.name !== name)
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`);
  if (object.metadata.name === undefined)
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (type.namespaced && object.metadata.namespace !== undefined && object.metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const stored = request.context.objects.get(type.storedAs, namespace, name);
  if (stored === undefined) {
    if (isCreatedByUpdate(type) && request.subresource === '' && !object.metadata.resourceVersion) {
      checkMayCreate(request);
      return createObject(request, body);
    }
    throw notFound(subjectOf(type), name);
  }
  if (!object.metadata.resourceVersion && needsResourceVersion(type) && (type.custom || request.subresource === ''))
    throw invalid(type.custom ? subjectOf(type) : kindSubject(type), name, [
      {
        type: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  const written = replaceObject(request, object, {
    stored,
    own: (prepared, before) => trackReplace(request, prepared, before),
  });
  return { object: written, created: false, warnings };
}

export interface Replacement {
  readonly stored: KubernetesObject;
  /** Writes managedFields into the prepared object. */
  readonly own: (prepared: KubernetesObject, before: KubernetesObject) => KubernetesObject;
}

/** `object` is decoded, in the request's version. Returns what is stored now, in its stored form. */
export function replaceObject(
  request: ApiRequest,
  object: KubernetesObject,
  { stored, own }: Replacement,
): KubernetesObject {
  const { type } = request;
  checkPreconditions(request, object, stored);
  const before = shownAs(stored, type, request.version);
  const podPart = isPodPart(request);
  const prepared = prepareReplacement(request, object, before);
  const tracked = own(prepared, before);
  const wanted = podPart ? changePodPart(request.subresource, tracked, before) : tracked;
  const owned = mutated(request, wanted, before);
  const write: AdmittedWrite = { operation: 'UPDATE', object: owned, before };
  const checked = validateUpdate(type, { object: owned, before }, request.subresource);
  const errors = withRules(request, checked, { object: owned, before });
  if (errors.length > 0) throw invalid(kindSubject(type), request.name, errors);
  checkMayGrant(request, owned, before);
  admitByPolicies(request, write);
  validateByWebhooks(request, write);
  const final =
    type.name === 'services' && request.subresource === '' ? allocateForService(request.context, owned, before) : owned;
  return storeReplacement(request, storedForm(final, type), stored);
}

/** As webhooks leave it; what the server alone writes is written anew then. */
function mutated(request: ApiRequest, wanted: KubernetesObject, before: KubernetesObject): KubernetesObject {
  const object = mutateByWebhooks(request, { operation: 'UPDATE', object: wanted, before });
  return object === undefined || object === wanted ? wanted : prepareReplacement(request, object, before);
}

function prepareReplacement(request: ApiRequest, object: KubernetesObject, before: KubernetesObject): KubernetesObject {
  const { type, subresource } = request;
  if (isPodPart(request)) return { ...prepareUpdate(request, object, before), status: object.status };
  return subresource === '' ? prepareUpdate(request, object, before) : prepareStatusUpdate(type, object, before);
}

function storeReplacement(
  { context, type, dryRun }: ApiRequest,
  next: KubernetesObject,
  stored: KubernetesObject,
): KubernetesObject {
  const finished =
    next.metadata.deletionTimestamp !== undefined &&
    (next.metadata.finalizers ?? []).length === 0 &&
    (next.metadata.deletionGracePeriodSeconds ?? 0) === 0;
  const spent =
    finished &&
    (type.name !== 'namespaces' ||
      ((next.spec as { finalizers?: unknown[] } | undefined)?.finalizers ?? []).length === 0);
  if (dryRun) return next;
  if (spent) {
    // Watchers are told the last state that was stored, finalizers included.
    context.objects.remove(type.storedAs, stored);
    return next;
  }
  if (equalJson(next, stored)) return stored;
  return context.objects.put(type.storedAs, next);
}

function checkPreconditions({ type, name }: ApiRequest, object: KubernetesObject, stored: KubernetesObject): void {
  const { uid, resourceVersion } = object.metadata;
  if (uid && uid !== stored.metadata.uid)
    throw conflict(
      subjectOf(type),
      name,
      `StorageError: invalid object, Code: 4, Key: ${storageKey(type, stored)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.metadata.uid}`,
    );
  if (resourceVersion && !/^\d+$/.test(resourceVersion))
    throw new StatusError(500, '', `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  if (resourceVersion && resourceVersion !== '0' && resourceVersion !== stored.metadata.resourceVersion)
    throw conflict(subjectOf(type), name, modifiedMeanwhile);
}

/** Where etcd would hold it. */
function storageKey(type: ApiRequest['type'], { metadata }: KubernetesObject): string {
  const folder = type.custom ? `${type.group}/${type.plural}` : type.plural;
  return ['/registry', folder, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
}

export function trackReplace(request: ApiRequest, after: KubernetesObject, before: KubernetesObject): KubernetesObject {
  return tolerantTrack({
    before,
    after,
    manager: request.manager,
    operation: 'Update',
    subresource: request.subresource === '' ? undefined : request.subresource,
    now: timestamp(request.context.clock),
    schema: request.type.custom ? customSchema(request.type, request.version) : undefined,
  });
}
