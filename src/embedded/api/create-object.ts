/** Stores a new object as POST does: decoded, admitted, owned, validated, then written unless it is a dry run. */

import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import { trackUpdate } from '../../foundation/fields/track-update.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { withRules } from '../custom/check-rules.ts';
import { storedForm } from '../resources/convert-version.ts';
import { validateCreate } from '../validation/validate-object.ts';
import { admitCreate, checkNamespace } from './admit-object.ts';
import { admitByPolicies } from './admit-policies.ts';
import { mutateByWebhooks, validateByWebhooks } from './admit-webhooks.ts';
import { allocateForService } from './allocate-service.ts';
import { type ApiRequest, customSchema, kindSubject, subjectOf, timestamp, type Written } from './api-context.ts';
import { checkMayGrant } from './check-rights.ts';
import { decodeInput } from './decode-input.ts';
import { completeNew, prepareCreate, withoutZeroFields } from './prepare-object.ts';
import { alreadyExists, badRequest, invalid, StatusError } from './status-error.ts';

export function createObject(request: ApiRequest, body: JsonObject): Written {
  checkBodyNamespace(request, body);
  const { object, warnings } = decodeInput(body, request);
  const stored = insertObject(request, object, (prepared) => trackCreate(request, prepared));
  return { object: stored, created: true, warnings };
}

/** The part that POST and an apply of something new have in common. `own` writes managedFields. */
export function insertObject(
  request: ApiRequest,
  object: KubernetesObject,
  own: (prepared: KubernetesObject) => KubernetesObject,
): KubernetesObject {
  const { type, namespace } = request;
  checkNamespace(request);
  const made = own(prepareCreate(request, object));
  admitCreate(request, made);
  const owned = mutateByWebhooks(request, { operation: 'CREATE', object: made, before: undefined }) ?? made;
  completeNew(request, owned);
  const errors = withRules(request, validateCreate(type, owned), { object: owned, before: undefined });
  const { name = '' } = owned.metadata;
  if (errors.length > 0) throw invalid(kindSubject(type), name, errors);
  checkMayGrant(request, owned, undefined);
  admitByPolicies(request, { operation: 'CREATE', object: owned, before: undefined });
  validateByWebhooks(request, { operation: 'CREATE', object: owned, before: undefined });
  const final = type.name === 'services' ? allocateForService(request.context, owned, undefined) : owned;
  if (request.context.objects.get(type.storedAs, namespace, name) !== undefined) throw existing(request, object, name);
  const stored = storedForm(final, type);
  return request.dryRun ? stored : request.context.objects.put(type.storedAs, stored);
}

function existing(request: ApiRequest, object: KubernetesObject, name: string): StatusError {
  const { type, namespace } = request;
  if (!object.metadata.name && object.metadata.generateName)
    return new StatusError(
      409,
      'AlreadyExists',
      `${type.plural} ${JSON.stringify(name)} already exists, the server was not able to generate a unique name for the object`,
      { name, kind: type.plural },
    );
  const error = alreadyExists(subjectOf(type), name);
  const { deletionTimestamp } = request.context.objects.get(type.storedAs, namespace, name)?.metadata ?? {};
  if (deletionTimestamp === undefined) return error;
  return new StatusError(error.code, error.reason, `object is being deleted: ${error.message}`, error.details);
}

/** What lists with broken keys own cannot be told; that they are broken is said elsewhere. */
export function tolerantTrack(change: Parameters<typeof trackUpdate>[0]): KubernetesObject {
  try {
    return trackUpdate(change);
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    return change.after;
  }
}

export function trackCreate(request: ApiRequest, object: KubernetesObject): KubernetesObject {
  const tracked = tolerantTrack({
    before: undefined,
    after: withoutZeroFields(object, request.type, request.version),
    manager: request.manager,
    operation: 'Update',
    now: timestamp(request.context.clock),
    schema: request.type.custom ? customSchema(request.type, request.version) : undefined,
  });
  const { managedFields } = tracked.metadata;
  return managedFields === undefined ? object : { ...object, metadata: { ...object.metadata, managedFields } };
}

function checkBodyNamespace(request: ApiRequest, body: JsonObject): void {
  const metadata = getOwn(body, 'metadata');
  const namespace = isMap(metadata) ? getOwn(metadata, 'namespace') : undefined;
  if (!request.type.namespaced || namespace === undefined || namespace === null || namespace === '') return;
  if (namespace !== request.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}
