/** Verbs of resources: reads HTTP, calls the API, writes HTTP. */
import { isMap } from '../../foundation/fields/json-value.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { type ApiRequest, subjectOf, type Written } from '../api/api-context.ts';
import { createObject } from '../api/create-object.ts';
import { deleteObject } from '../api/delete-object.ts';
import { isReview } from '../api/object-rules.ts';
import { type PatchKind, patchObject } from '../api/patch-object.ts';
import {
  badRequest,
  type FieldError,
  invalid,
  methodNotAllowed,
  noSuchPath,
  notFound,
  StatusError,
} from '../api/status-error.ts';
import { updateObject } from '../api/update-object.ts';
import { versionOf } from '../resources/resource-type.ts';
import type { DeleteOptions } from '../store.ts';
import { notSupported, tooLong } from '../validation/field-error.ts';
import { deprecationWarnings } from './deprecation.ts';
import { handleSubresource } from './handle-subresource.ts';
import { selectionOf } from './list-objects.ts';
import { representation } from './negotiate.ts';
import { managerOf } from './parse-request.ts';
import { mediaType, parseJson, parseObject, parseYaml, readText } from './read-body.ts';
import { representList, representObject, type View } from './represent.ts';
import { sendJson, warningHeader } from './respond.ts';
import { answerReview } from './reviews.ts';
import type { Exchange } from './server-context.ts';
import { watchObjects } from './watch-objects.ts';

export async function handleResource(exchange: Exchange): Promise<void> {
  const { type, target, request } = exchange;
  if (
    type.namespaced !== (target.namespace !== '') &&
    (target.name !== '' || (request.method !== 'GET' && !(type.namespaced && request.method === 'DELETE')))
  )
    throw noSuchPath();
  const deprecated = deprecationWarnings(type);
  if (deprecated.length > 0) exchange.response.setHeader('Warning', deprecated.map(warningHeader));
  if (target.subresource !== '') {
    const served = versionOf(type, target.version)?.subresources.some((one) => one.name === target.subresource);
    if (!served) throw noSuchPath();
    return await handleSubresource(exchange);
  }
  if (target.name === '') return await handleCollection(exchange);
  return await handleObject(exchange);
}

async function handleCollection(exchange: Exchange): Promise<void> {
  const { type, query } = exchange;
  switch (exchange.request.method) {
    case 'GET':
    case 'HEAD':
      if (!type.verbs.includes('list')) throw methodNotAllowed();
      return isWatch(query) ? watch(exchange) : list(exchange);
    case 'POST':
      return await create(exchange);
    case 'DELETE':
      if (!type.verbs.includes('deletecollection')) throw methodNotAllowed();
      return await deleteCollection(exchange);
    default:
      throw methodNotAllowed();
  }
}

async function handleObject(exchange: Exchange): Promise<void> {
  switch (exchange.request.method) {
    case 'GET':
    case 'HEAD':
      return isWatch(exchange.query) ? watchOne(exchange) : readObject(exchange);
    case 'PUT':
      return await replaceWith(exchange);
    case 'PATCH':
      return await patch(exchange);
    case 'DELETE':
      return await remove(exchange);
    default:
      throw methodNotAllowed();
  }
}

function isWatch(query: URLSearchParams): boolean {
  const watch = query.get('watch');
  return watch !== null && watch !== 'false' && watch !== '0';
}

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

function readObject(exchange: Exchange): void {
  sendJson(exchange.response, 200, representObject(storedObject(exchange), viewOf(exchange)));
}

function list(exchange: Exchange): void {
  const { server, type, target, query, response } = exchange;
  const page = server.list(server.api, { type, version: target.version, namespace: target.namespace }, query);
  sendJson(response, 200, representList(page, viewOf(exchange)));
}

function watch(exchange: Exchange): void {
  const { server, type, target, query, response } = exchange;
  watchObjects(
    server.api,
    { target: { type, version: target.version, namespace: target.namespace }, view: viewOf(exchange), query },
    response,
  );
}

function watchOne(exchange: Exchange): void {
  const query = new URLSearchParams(exchange.query);
  query.set('fieldSelector', `metadata.name=${exchange.target.name}`);
  watch({ ...exchange, query });
}

export function apiRequest({ type, target, query, request }: Exchange): ApiRequest {
  const validation = query.get('fieldValidation') ?? '';
  if (!['', 'Strict', 'Warn', 'Ignore'].includes(validation)) {
    throw optionError(request.method, notSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  const dryRun = query.getAll('dryRun').filter((one) => one !== '');
  if (dryRun.some((one) => one !== 'All')) throw optionError(request.method, notSupported('dryRun', dryRun, ['All']));
  const manager = query.get('fieldManager') ?? '';
  if (manager.length > 128) throw optionError(request.method, tooLong('fieldManager', 128));
  return {
    type,
    version: target.version,
    namespace: target.namespace,
    name: target.name,
    subresource: target.subresource,
    manager: managerOf(query, request.headers['user-agent']),
    dryRun: dryRun.length > 0,
    fieldValidation: validation === '' ? 'Warn' : (validation as ApiRequest['fieldValidation']),
  };
}

function optionError(method: string | undefined, error: FieldError): StatusError {
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
  sendJson(exchange.response, created ? 201 : 200, representObject(object, viewOf(exchange)), warnings);
}

async function create(exchange: Exchange): Promise<void> {
  const { server, type, user, response } = exchange;
  const body = await readObjectBody(exchange);
  if (isReview(type)) {
    const answer = answerReview({ kind: type.kind, body, user, userOf: server.authenticator.userOf });
    return sendJson(response, 201, JSON.stringify(answer));
  }
  if (!type.verbs.includes('create')) throw methodNotAllowed();
  sendWritten(exchange, createObject(server.api, apiRequest(exchange), body));
}

export async function replaceWith(exchange: Exchange): Promise<void> {
  const body = await readObjectBody(exchange);
  sendWritten(exchange, updateObject(exchange.server.api, apiRequest(exchange), body));
}

const patchKinds: Readonly<Record<string, PatchKind>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

export function patchKindOf({ request, type }: Exchange): PatchKind {
  const given = mediaType(request.headers['content-type']);
  const kind = Object.hasOwn(patchKinds, given) ? patchKinds[given] : undefined;
  if (kind === undefined) throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (kind === 'strategic' && type.custom) {
    const others = Object.keys(patchKinds).filter((one) => one !== given);
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${others.join(', ')}`,
    );
  }
  return kind;
}

export async function patch(exchange: Exchange): Promise<void> {
  const { server, request, query } = exchange;
  const kind = patchKindOf(exchange);
  const body = parsePatch(await readText(request), kind);
  const input = { kind, patch: body, force: query.get('force') === 'true', named: Boolean(query.get('fieldManager')) };
  sendWritten(exchange, patchObject(server.api, apiRequest(exchange), input));
}

export function parsePatch(text: string, kind: PatchKind) {
  try {
    return kind === 'apply' ? parseYaml(text) : parseJson(text);
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function deleteOptions({ request, query }: Exchange): Promise<DeleteOptions> {
  const text = await readText(request);
  const body = text.trim() === '' ? {} : parseObject(text, request.headers['content-type'], 'DeleteOptions');
  const policy =
    body.propagationPolicy ??
    query.get('propagationPolicy') ??
    (body.orphanDependents === true ? 'Orphan' : body.orphanDependents === false ? 'Background' : null);
  const grace =
    body.gracePeriodSeconds ?? (query.has('gracePeriodSeconds') ? Number(query.get('gracePeriodSeconds')) : null);
  const conditions = isMap(body.preconditions) ? body.preconditions : {};
  if (policy !== null && policy !== 'Background' && policy !== 'Foreground' && policy !== 'Orphan') {
    throw optionError(
      'DELETE',
      notSupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil']),
    );
  }
  return {
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(typeof grace === 'number' ? { gracePeriodSeconds: grace } : {}),
    preconditions: {
      ...(typeof conditions.uid === 'string' ? { uid: conditions.uid } : {}),
      ...(typeof conditions.resourceVersion === 'string' ? { resourceVersion: conditions.resourceVersion } : {}),
    },
    ...(Array.isArray(body.dryRun) && body.dryRun.includes('All') ? { dryRun: true } : {}),
  };
}

/** These answer with the object even when it is gone. */
const returned: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'serviceaccounts',
  'persistentvolumeclaims',
  'persistentvolumes',
  'podtemplates',
  'resourcequotas',
]);

async function remove(exchange: Exchange): Promise<void> {
  const { server, type, target, response } = exchange;
  const options = await deleteOptions(exchange);
  const request = apiRequest(exchange);
  const dryRun = request.dryRun || 'dryRun' in options;
  const { object, gone, warnings } = deleteObject(server.api, { ...request, dryRun }, options);
  if (!gone || returned.has(type.name))
    return sendJson(response, 200, representObject(object, viewOf(exchange)), warnings);
  const details = {
    name: target.name,
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.plural,
    uid: object.metadata.uid,
  };
  sendJson(
    response,
    200,
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }),
    warnings,
  );
}

async function deleteCollection(exchange: Exchange): Promise<void> {
  const { server, type, target, query, response } = exchange;
  const options = await deleteOptions(exchange);
  const request = apiRequest(exchange);
  const { filter } = selectionOf(query, type);
  const wanted = target.namespace === '' ? {} : { namespace: target.namespace };
  const objects = server.api.objects.list(type.storedAs, filter === undefined ? wanted : { ...wanted, filter });
  const deleted = objects.map(({ metadata }) => {
    const one = { ...request, name: metadata.name ?? '', namespace: metadata.namespace ?? '' };
    return deleteObject(server.api, one, options).object;
  });
  sendJson(response, 200, representList({ items: deleted, revision: server.api.objects.revision }, viewOf(exchange)));
}
