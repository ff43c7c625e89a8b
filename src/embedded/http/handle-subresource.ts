/** What lies below an object's own path: status, scale, logs, eviction, tokens, and the few others that clients use. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { conflict, StatusError } from '../api/status-error.ts';
import { withWebhooks } from '../api/webhook-calls.ts';
import { objectAt } from '../defaults/set-default.ts';
import { shownAs } from '../resources/convert-version.ts';
import { changeScale, type ScaleChange } from './change-scale.ts';
import { evict } from './evict.ts';
import { apiRequest, readObjectBody, sendWritten, storedObject, viewOf } from './exchange-parts.ts';
import { parsePatch, patch, patchInput, patchKindOf, replaceWith } from './handle-write.ts';
import { podLog } from './pod-log.ts';
import { readText } from './read-body.ts';
import { representObject } from './represent.ts';
import { addWarnings, sendJson } from './respond.ts';
import { answerTokenRequest } from './reviews.ts';
import { noScale, scaleOf } from './scale.ts';
import type { Exchange } from './server-context.ts';

type Handler = (exchange: Exchange) => Promise<void> | void;

const handlers: Readonly<Record<string, Handler>> = {
  status: statusOfObject,
  resize: ofObject,
  ephemeralcontainers: ofObject,
  approval: statusOfObject,
  scale,
  log,
  eviction: evict,
  token: issueToken,
  binding: bind,
  finalize,
};

export async function handleSubresource(exchange: Exchange): Promise<void> {
  const { subresource } = exchange.target;
  const handler = Object.hasOwn(handlers, subresource) ? handlers[subresource] : undefined;
  if (handler === undefined)
    throw new StatusError(
      501,
      'NotImplemented',
      `the embedded cluster runs no containers: ${subresource} is not possible`,
    );
  await handler(exchange);
}

/** What the subresource may change of the object is known where objects are updated. */
async function ofObject(exchange: Exchange): Promise<void> {
  const { method } = exchange.request;
  if (method === 'PUT') return await replaceWith(exchange);
  if (method === 'PATCH') return await patch(exchange);
  sendJson(exchange.response, 200, representObject(storedObject(exchange), viewOf(exchange)));
}

async function statusOfObject(exchange: Exchange): Promise<void> {
  await ofObject({ ...exchange, target: { ...exchange.target, subresource: 'status' } });
}

async function scale(exchange: Exchange): Promise<void> {
  const { type, target, request, response } = exchange;
  const show = (object: KubernetesObject): string => {
    const shown = shownAs(object, type, target.version);
    const none = noScale(shown, type, target.version);
    if (none !== undefined) throw none;
    return writeExactJson(scaleOf(shown, type, target.version));
  };
  if (request.method === 'GET' || request.method === 'HEAD')
    return sendJson(response, 200, show(storedObject(exchange)));
  const change =
    request.method === 'PUT' ? { body: await readObjectBody(exchange, 'Scale') } : await readPatch(exchange);
  const { object, warnings } = await withWebhooks(apiRequest(exchange), (one) =>
    changeScale(one, storedObject(exchange), change),
  );
  addWarnings(response, warnings);
  sendJson(response, 200, show(object));
}

async function readPatch(exchange: Exchange): Promise<ScaleChange> {
  const kind = patchKindOf(exchange);
  return { patch: patchInput(exchange, kind, parsePatch(await readText(exchange.request), kind)) };
}

function log(exchange: Exchange): void {
  const { server, query, response } = exchange;
  const text = podLog(storedObject(exchange), query, server.api.clock.now());
  // Nobody can be asked for the log of a pod that lies nowhere.
  if (!(storedObject(exchange).spec as JsonObject).nodeName) {
    response.writeHead(204, { 'Cache-Control': 'no-cache, private' }).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache, private' });
  response.write(text);
  if (query.get('follow') !== 'true') {
    response.end();
    return;
  }
  const { uid } = storedObject(exchange).metadata;
  const unsubscribe = server.api.objects.subscribe(({ type, object }) => {
    if (type === 'DELETED' && object.metadata.uid === uid) response.end();
  });
  response.on('close', unsubscribe);
}

async function issueToken(exchange: Exchange): Promise<void> {
  const account = storedObject(exchange);
  const body = await readObjectBody(exchange, 'TokenRequest');
  sendJson(exchange.response, 201, JSON.stringify(answerTokenRequest(exchange, account, body)));
}

async function bind(exchange: Exchange): Promise<void> {
  const { server, type, response } = exchange;
  const body = await readObjectBody(exchange, 'Binding');
  const pod = storedObject(exchange);
  const nodeName = objectAt(body, 'target')?.name;
  const { nodeName: bound } = pod.spec as JsonObject;
  if (bound)
    throw conflict(
      { group: '', name: 'pods/binding' },
      pod.metadata.name ?? '',
      `pod ${pod.metadata.name} is already assigned to node ${JSON.stringify(bound)}`,
    );
  server.api.objects.put(type.storedAs, { ...pod, spec: { ...(pod.spec as JsonObject), nodeName } });
  sendJson(
    response,
    201,
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }),
  );
}

async function finalize(exchange: Exchange): Promise<void> {
  const { server, type } = exchange;
  const body = await readObjectBody(exchange);
  const stored = storedObject(exchange);
  const finalizers = objectAt(body, 'spec')?.finalizers;
  const spec = Array.isArray(finalizers) && finalizers.length > 0 ? { finalizers } : {};
  const next = { ...stored, spec };
  const done = stored.metadata.deletionTimestamp !== undefined && !('finalizers' in spec);
  const object = done ? server.api.objects.remove(type.storedAs, next) : server.api.objects.put(type.storedAs, next);
  sendWritten(exchange, { object, created: false, warnings: [] });
}
