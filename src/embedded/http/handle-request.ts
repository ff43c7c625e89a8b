/** The server's front: health, authentication, authorization, discovery, OpenAPI, and resources handed on to their verbs. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../../foundation/manifest/object.ts';
import { type Attributes, forbiddenFor } from '../access/attributes.ts';
import type { User } from '../access/user.ts';
import { methodNotAllowed, noSuchPath, notAcceptable } from '../api/status-error.ts';
import type { ResourceRegistry } from '../resources/resource-registry.ts';
import { promisedDocument, promisedGroups, staleGroup } from './aggregated-apis.ts';
import { aggregated, groupList, oneGroup, resourceList } from './discovery.ts';
import { handleResource } from './handle-resource.ts';
import { isAcceptable, parseAccept, wantsAggregated } from './negotiate.ts';
import { openApiV2, openApiV2Protobuf, openApiV3, openApiV3Index, protobufOpenApi } from './openapi.ts';
import { parseTarget } from './parse-request.ts';
import { attributesOf } from './request-attributes.ts';
import { PageNotFound, ServiceUnavailable, sendError, sendJson, sendText } from './respond.ts';
import type { Exchange, ServerContext } from './server-context.ts';
import { serverVersion } from './version.ts';

export async function handleRequest(
  server: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await route(server, request, response);
  } catch (error) {
    sendError(response, error);
  }
}

const health = /^\/(?:healthz|livez|readyz)(?:\/.*)?$/;

async function route(server: ServerContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const mark = (request.url ?? '/').indexOf('?');
  const path = mark < 0 ? (request.url ?? '/') : (request.url ?? '/').slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : (request.url ?? '').slice(mark + 1));
  const target = parseTarget(path);
  const user = admitUser(server, request, attributesOf({ method: request.method, path, query, target }));
  if (health.test(path)) return sendText(response, 200, 'ok');
  if (request.method === 'HEAD' && isMethodBound(server, path)) throw methodNotAllowed();
  if (path === '/version' || path === '/version/') return sendJson(response, 200, JSON.stringify(serverVersion));
  if (target === undefined) return sendDocument({ server, request, response }, path);
  const type = server.api.registry.byPath(target.group, target.version, target.plural);
  if (type === undefined) throw unserved(server, target);
  if (!isAcceptable(request.headers.accept)) throw notAcceptable();
  await handleResource({ server, request, response, query, user, type, target });
}

/** Documents that are registered by method answer no HEAD; the others do not look at the method. */
function isMethodBound({ api: { registry } }: ServerContext, path: string): boolean {
  const [head, group, version, ...rest] = path.split('/').filter((part) => part !== '');
  if (head === 'version' || head === 'api') return head === 'version' || version === undefined;
  return head === 'apis' && version !== undefined && rest.length === 0 && isGroupPath(registry, [head, group ?? '']);
}

function unserved({ api }: ServerContext, { group, version }: { group: string; version: string }): Error {
  if (api.registry.all().some((type) => type.group === group)) return noSuchPath();
  const promised = promisedGroups(api.objects, api.registry).find(({ name }) => name === group);
  return promised?.versions.includes(version) ? new ServiceUnavailable() : new PageNotFound();
}

/** Who may do this; throws 401 or 403. */
function admitUser(server: ServerContext, request: IncomingMessage, attributes: Attributes): User {
  const caller = server.authenticate(request.headers);
  const user = server.impersonate(caller, request.headers, attributes);
  const { allowed, reason } = server.authorizer.decide(user, attributes);
  if (!allowed) throw forbiddenFor(user, attributes, reason);
  return user;
}

function sendDocument(
  { server, request, response }: Pick<Exchange, 'server' | 'request' | 'response'>,
  path: string,
): void {
  const { registry } = server.api;
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 1 && (parts[0] === 'api' || parts[0] === 'apis') && wantsAggregated(request.headers.accept)) {
    const core = parts[0] === 'api';
    const promised = core ? [] : promisedGroups(server.api.objects, registry);
    const text = JSON.stringify(aggregated(registry, { core, more: promised.map(staleGroup) }));
    response.writeHead(200, {
      'Content-Type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      Vary: 'Accept',
      ETag: `"${[registry.generation, ...promised.map(({ name, versions }) => `${name}/${versions}`)].join(' ')}"`,
    });
    response.end(text);
    return;
  }
  if (path === '/openapi/v2' && parseAccept(request.headers.accept).some(({ type }) => type === protobufOpenApi)) {
    // What is asked for is no media type to Go.
    response.writeHead(200, { 'Content-Type': protobufOpenApi.replace('@', '.') });
    response.end(openApiV2Protobuf());
    return;
  }
  const document = findDocument(server, parts);
  if (document === undefined) {
    const [head, group = '', version = ''] = parts;
    if (head === 'apis' && parts.length === 3 && !isGroupPath(registry, parts))
      throw customGroup(registry, group) ? new PageNotFound() : unserved(server, { group, version });
    throw isGroupPath(registry, parts) ? noSuchPath() : new PageNotFound();
  }
  sendJson(response, 200, JSON.stringify(document));
}

/** Below a group that is served. */
function isGroupPath(registry: ResourceRegistry, [head, group]: readonly string[]): boolean {
  return head === 'api' || (head === 'apis' && registry.all().some((type) => type.group === group && !type.custom));
}

function customGroup(registry: ResourceRegistry, group: string): boolean {
  return registry.all().some((type) => type.group === group && type.custom);
}

function findDocument(server: ServerContext, parts: readonly string[]): JsonObject | undefined {
  const { registry } = server.api;
  const [head, second, third] = parts;
  if (head === undefined)
    return { paths: ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'] };
  if (head === 'api' && parts.length === 1) {
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: server.address() }],
    };
  }
  if (head === 'api' && second !== undefined && parts.length === 2) return resourceList(registry, '', second);
  if (head === 'apis' && parts.length <= 2) return groupDocuments(server, second);
  if (head === 'apis' && second !== undefined && third !== undefined && parts.length === 3)
    return resourceList(registry, second, third);
  if (head === 'openapi' && second === 'v2') return openApiV2(registry);
  if (head === 'openapi' && second === 'v3')
    return parts.length === 2 ? openApiV3Index(registry) : openApiV3(registry, parts.slice(2));
  return undefined;
}

/** One group, or the list of all of them. */
function groupDocuments(
  { api: { objects, registry } }: ServerContext,
  name: string | undefined,
): JsonObject | undefined {
  const promised = promisedGroups(objects, registry);
  if (name === undefined) return groupList(registry, promised.map(promisedDocument));
  const found = promised.find((one) => one.name === name);
  if (found === undefined) return oneGroup(registry, name);
  return { kind: 'APIGroup', apiVersion: 'v1', ...promisedDocument(found) };
}
