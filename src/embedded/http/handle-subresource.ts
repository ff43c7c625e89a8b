/** What lies below an object's own path: status, scale, logs, eviction, tokens, and the few others that clients use. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { applyPatch } from '../../foundation/fields/apply.ts';
import { jsonPatch, type PatchOperation } from '../../foundation/fields/json-patch.ts';
import { isMap } from '../../foundation/fields/json-value.ts';
import { jsonMergePatch } from '../../foundation/fields/merge-patch.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { timestamp } from '../api/api-context.ts';
import type { PatchKind } from '../api/patch-object.ts';
import { badRequest, conflict, StatusError } from '../api/status-error.ts';
import { replaceObject, trackReplace } from '../api/update-object.ts';
import { withWebhooks } from '../api/webhook-calls.ts';
import { objectAt } from '../defaults/set-default.ts';
import { shownAs } from '../resources/convert-version.ts';
import { evict } from './evict.ts';
import { apiRequest, readObjectBody, sendWritten, storedObject, viewOf } from './exchange-parts.ts';
import { parsePatch, patch, patchKindOf, replaceWith } from './handle-write.ts';
import { podLog } from './pod-log.ts';
import { readText } from './read-body.ts';
import { representObject } from './represent.ts';
import { sendJson } from './respond.ts';
import { answerTokenRequest } from './reviews.ts';
import { scaleOf, withScale } from './scale.ts';
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
  const { type, target, request, response, query } = exchange;
  const stored = storedObject(exchange);
  const current = shownAs(stored, type, target.version);
  const before = scaleOf(current, type, target.version);
  if (request.method === 'GET' || request.method === 'HEAD') return sendJson(response, 200, writeExactJson(before));
  const wanted =
    request.method === 'PUT' ? await readObjectBody(exchange, 'Scale') : await patchedScale(exchange, before);
  const named = objectAt(wanted as JsonObject, 'metadata')?.name;
  if (named !== undefined && named !== target.name)
    throw badRequest(`the name of the object (${String(named)}) does not match the name on the URL (${target.name})`);
  const scaled = withScale(current, wanted, { type, version: target.version });
  const asked = apiRequest(exchange);
  // Scale requests write the spec; in managedFields they are told apart by their subresource.
  const admittedAs = {
    subresource: 'scale',
    show: (object: KubernetesObject) => scaleOf(object, type, target.version),
  };
  const written = await withWebhooks({ ...asked, subresource: '', admittedAs }, (one) =>
    replaceObject(one, scaled, { stored, own: (prepared, old) => trackReplace(asked, prepared, old) }),
  );
  if (query.get('dryRun') === 'All')
    return sendJson(response, 200, JSON.stringify(scaleOf(written, type, target.version)));
  sendJson(response, 200, JSON.stringify(scaleOf(shownAs(written, type, target.version), type, target.version)));
}

async function patchedScale(exchange: Exchange, before: KubernetesObject): Promise<JsonObject> {
  const kind = patchKindOf(exchange);
  const body = parsePatch(await readText(exchange.request), kind);
  const patched = kind === 'apply' ? appliedScale(exchange, before, body) : patchScale(kind, before, body);
  if (!isMap(patched)) throw badRequest('the patched Scale is no object');
  return patched;
}

function patchScale(kind: PatchKind, before: KubernetesObject, body: Json): unknown {
  if (kind === 'json') return jsonPatch(before as unknown, body as unknown as PatchOperation[]);
  return jsonMergePatch(before, body);
}

function appliedScale({ server }: Exchange, live: KubernetesObject, body: Json): KubernetesObject {
  const applied = body as unknown as KubernetesObject;
  return applyPatch({ live, applied, manager: 'scale', force: true, now: timestamp(server.api.clock) }).object;
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
