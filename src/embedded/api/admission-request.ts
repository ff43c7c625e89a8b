/** A write as admission is asked about it: the `request` of an AdmissionReview and of a policy's expressions. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { AdmittedWrite } from './admission-match.ts';
import type { ApiRequest } from './api-context.ts';

export function admissionRequest(request: ApiRequest, { operation, object, before }: AdmittedWrite): JsonObject {
  const { type, version, access, admittedAs, dryRun, namespace } = request;
  const kind = { group: type.group, version, kind: type.kind };
  const resource = { group: type.group, version, resource: type.plural };
  const subresource = admittedAs?.subresource ?? request.subresource;
  const shown = subresource === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : kind;
  const part: JsonObject = subresource === '' ? {} : { subResource: subresource };
  const whole: JsonObject = subresource === '' ? {} : { requestSubResource: subresource };
  const name = request.name || ((object ?? before)?.metadata.name ?? '');
  const place: JsonObject = { ...(name === '' ? {} : { name }), ...(namespace === '' ? {} : { namespace }) };
  return {
    uid: request.context.newUid(),
    kind: shown,
    resource,
    ...part,
    requestKind: shown,
    requestResource: resource,
    ...whole,
    ...place,
    operation,
    userInfo: userInfo(access),
    dryRun,
  };
}

function userInfo(access: ApiRequest['access']): JsonObject {
  if (access === undefined) return { username: 'system:kube-controller-manager', groups: ['system:authenticated'] };
  const { name, uid, groups, extra } = access.user;
  return {
    username: name,
    ...(uid === undefined ? {} : { uid }),
    groups: [...groups],
    ...(extra === undefined ? {} : { extra: structuredClone(extra) as unknown as JsonObject }),
  };
}

/** The options of the request, as their kind writes them. */
export function admissionOptions({ dryRun, namedManager }: ApiRequest, { operation }: AdmittedWrite): JsonObject {
  const kinds = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' };
  return {
    kind: kinds[operation],
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(namedManager === undefined ? {} : { fieldManager: namedManager }),
  };
}
