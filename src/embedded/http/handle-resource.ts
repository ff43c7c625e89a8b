/** Verbs of resources: reads HTTP, calls the API, writes HTTP. */
import { isMap } from '../../foundation/fields/json-value.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { subjectOf } from '../api/api-context.ts';
import { createObject } from '../api/create-object.ts';
import { deleteObject } from '../api/delete-object.ts';
import { isReview } from '../api/object-rules.ts';
import { methodNotAllowed, noSuchPath, notFound } from '../api/status-error.ts';
import { withWebhooks } from '../api/webhook-calls.ts';
import { versionOf } from '../resources/resource-type.ts';
import type { DeleteOptions } from '../store.ts';
import { notSupported } from '../validation/field-error.ts';
import { deprecationWarnings } from './deprecation.ts';
import { apiRequest, optionError, readObjectBody, sendWritten, storedObject, viewOf } from './exchange-parts.ts';
import { handleSubresource } from './handle-subresource.ts';
import { patch, replaceWith } from './handle-write.ts';
import { selectionOf } from './list-objects.ts';
import { parseObject, readText } from './read-body.ts';
import { representList, representObject } from './represent.ts';
import { isWatch } from './request-attributes.ts';
import { addWarnings, PageNotFound, sendJson } from './respond.ts';
import { answerReview } from './reviews.ts';
import type { Exchange } from './server-context.ts';
import { watchObjects } from './watch-objects.ts';

const verbOf = new Map([
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['POST', 'create'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
]);

export async function handleResource(exchange: Exchange): Promise<void> {
  const { type, target, request } = exchange;
  if (
    type.namespaced !== (target.namespace !== '') &&
    (target.name !== '' || (request.method !== 'GET' && !(type.namespaced && request.method === 'DELETE')))
  )
    throw type.custom ? new PageNotFound() : noSuchPath();
  if (request.method !== 'POST' || type.verbs.includes('create'))
    addWarnings(exchange.response, deprecationWarnings(type));
  if (target.subresource !== '') {
    const served = versionOf(type, target.version)?.subresources.find((one) => one.name === target.subresource);
    if (!served) throw type.custom ? notFound(subjectOf(type), target.name) : noSuchPath();
    // Rights were asked for by the method's verb: no other method may do the same.
    const verb = verbOf.get(request.method ?? '');
    if (verb === undefined || !served.verbs.includes(verb)) throw methodNotAllowed();
    refuseHead(exchange);
    return await handleSubresource(exchange);
  }
  refuseHead(exchange);
  if (target.name === '') return await handleCollection(exchange);
  return await handleObject(exchange);
}

/** Only custom resources answer it: the others' paths are known by their methods. */
function refuseHead({ type, request }: Exchange): void {
  if (request.method === 'HEAD' && !type.custom) throw methodNotAllowed();
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
      return readObject(exchange);
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

async function create(exchange: Exchange): Promise<void> {
  const { type, response } = exchange;
  const body = await readObjectBody(exchange);
  if (isReview(type)) return sendJson(response, 201, JSON.stringify(answerReview(exchange, body)));
  if (!type.verbs.includes('create')) throw methodNotAllowed();
  sendWritten(exchange, await withWebhooks(apiRequest(exchange), (request) => createObject(request, body)));
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
  if (body.propagationPolicy !== undefined && body.orphanDependents !== undefined)
    throw optionError('DELETE', {
      type: 'FieldValueInvalid',
      field: 'propagationPolicy',
      message: `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`,
    });
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
  const { type, target, response } = exchange;
  const options = await deleteOptions(exchange);
  const request = apiRequest(exchange);
  const dryRun = request.dryRun || 'dryRun' in options;
  const { object, gone, warnings } = await withWebhooks({ ...request, dryRun }, (one) => deleteObject(one, options));
  addWarnings(response, warnings);
  if (!gone || returned.has(type.name)) return sendJson(response, 200, representObject(object, viewOf(exchange)));
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
  );
}

async function deleteCollection(exchange: Exchange): Promise<void> {
  const { server, type, target, query, response } = exchange;
  const options = await deleteOptions(exchange);
  const request = apiRequest(exchange);
  const { filter } = selectionOf(query, type);
  const wanted = target.namespace === '' ? {} : { namespace: target.namespace };
  const objects = server.api.objects.list(type.storedAs, filter === undefined ? wanted : { ...wanted, filter });
  const deleted: KubernetesObject[] = [];
  for (const { metadata } of objects) {
    const one = { ...request, name: metadata.name ?? '', namespace: metadata.namespace ?? '' };
    deleted.push((await withWebhooks(one, (asked) => deleteObject(asked, options))).object);
  }
  sendJson(response, 200, representList({ items: deleted, revision: server.api.objects.revision }, viewOf(exchange)));
}
