/** What the handlers of all verbs share: the object meant, the form wanted, the request as the API takes it. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { type ApiRequest, subjectOf, type Written } from '../api/api-context.ts';
import { type FieldError, invalid, notFound, type StatusError } from '../api/status-error.ts';
import { notSupported, tooLong } from '../validation/field-error.ts';
import { representation } from './negotiate.ts';
import { managerOf } from './parse-request.ts';
import { parseObject, readText } from './read-body.ts';
import { representObject, type View } from './represent.ts';
import { addWarnings, sendJson } from './respond.ts';
import type { Exchange } from './server-context.ts';

export function viewOf({ server, request, query, type, target }: Exchange): View {
  return {
    type,
    version: target.version,
    representation: representation(request.headers.accept),
    includeObject: query.get('includeObject') ?? 'Metadata',
    now: server.api.clock.now(),
  };
}

export function storedObject({ server, type, target }: Exchange): KubernetesObject {
  const object = server.api.objects.get(type.storedAs, target.namespace, target.name);
  if (object === undefined) throw notFound(subjectOf(type), target.name);
  return object;
}

export function apiRequest({ server, type, target, query, request, response, user }: Exchange): ApiRequest {
  const validation = query.get('fieldValidation') ?? '';
  if (!['', 'Strict', 'Warn', 'Ignore'].includes(validation)) {
    throw optionError(request.method, notSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  const dryRun = query.getAll('dryRun').filter((one) => one !== '');
  if (dryRun.some((one) => one !== 'All')) throw optionError(request.method, notSupported('dryRun', dryRun, ['All']));
  const manager = query.get('fieldManager') ?? '';
  if (manager.length > 128) throw optionError(request.method, tooLong('fieldManager', 128));
  return {
    context: server.api,
    type,
    version: target.version,
    namespace: target.namespace,
    name: target.name,
    subresource: target.subresource,
    manager: managerOf(query, request.headers['user-agent']),
    ...(manager === '' ? {} : { namedManager: manager }),
    dryRun: dryRun.length > 0,
    fieldValidation: validation === '' ? 'Warn' : (validation as ApiRequest['fieldValidation']),
    access: { user, authorizer: server.authorizer },
    warn: (text) => addWarnings(response, [text]),
  };
}

export function optionError(method: string | undefined, error: FieldError): StatusError {
  const kinds: Readonly<Record<string, string>> = {
    POST: 'CreateOptions',
    PUT: 'UpdateOptions',
    PATCH: 'PatchOptions',
    DELETE: 'DeleteOptions',
  };
  return invalid({ group: 'meta.k8s.io', name: kinds[method ?? ''] ?? 'CreateOptions' }, '', [error]);
}

export async function readObjectBody(exchange: Exchange, kind = exchange.type.kind): Promise<JsonObject> {
  const { request } = exchange;
  return parseObject(await readText(request), request.headers['content-type'], kind);
}

export function sendWritten(exchange: Exchange, { object, created, warnings }: Written): void {
  addWarnings(exchange.response, warnings);
  sendJson(exchange.response, created ? 201 : 200, representObject(object, viewOf(exchange)));
}
