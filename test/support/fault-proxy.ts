/**
 * Stands between a daemon and an API server: passes everything on, names every write, and does to a request what the
 * test decides: answers it itself, delays it, cuts the connection, or never answers, before it was passed on or after
 * it was carried out.
 */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { type Connection, connectionOf, readKubeContext } from '../../src/foundation/cluster/kubeconfig.ts';
import { makeCertificate } from './make-certificate.ts';

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  /** A dry run is a read. */
  readonly type: 'read' | 'write' | 'watch';
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** `POST secrets web/sh.helm.release.v1.shop.v1` */
  readonly label: string;
  readonly body: Buffer;
  /** `system:serviceaccount:NAMESPACE:NAME`, where it is made for somebody. */
  readonly actsFor: string | undefined;
  /** Of the answer; undefined while there is none. */
  code?: number;
}

/** `after`: the API server has carried it out. */
export type Fault =
  | { readonly fault: 'answer'; readonly code: number; readonly reason: string; readonly retryAfter?: number }
  | { readonly fault: 'delay'; readonly milliseconds: number }
  | { readonly fault: 'reset'; readonly after: boolean }
  /** No answer, ever; `reached` is told when it has come so far. */
  | { readonly fault: 'hold'; readonly after: boolean; readonly reached: () => void }
  /** Of a watch: 410 Gone, as its first event. */
  | { readonly fault: 'expired' };

export type Decide = (request: ProxiedRequest) => Fault | undefined | Promise<Fault | undefined>;

export interface FaultProxy extends AsyncDisposable {
  /** Of the proxy; it brings the credentials itself. */
  readonly kubeconfig: string;
  /** What was asked, oldest first. */
  readonly requests: ProxiedRequest[];
  decide: Decide;
  /** Events of watches that go on as if nothing had been, by their line of JSON. */
  loses: (line: string) => boolean;
  /** Ends the streams that are open; says how many. */
  dropWatches(): number;
}

export interface ProxyOptions {
  /** Of the API server. */
  readonly kubeconfig: string;
  /** Where the proxy's own kubeconfig is written. */
  readonly writeTo: string;
  readonly tls?: boolean;
}

interface Proxy {
  readonly upstream: Pool;
  readonly connection: Connection;
  readonly watches: Set<ServerResponse>;
  readonly seen: FaultProxy;
}

export async function startFaultProxy({ kubeconfig, writeTo, tls = false }: ProxyOptions): Promise<FaultProxy> {
  const connection = await connectionOf(await readKubeContext(kubeconfig));
  const { ca, cert, key } = connection.tls;
  const connect = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const upstream = new Pool(connection.server, { connect, headersTimeout: 0, bodyTimeout: 0 });
  const watches = new Set<ServerResponse>();
  const own = tls ? makeCertificate() : undefined;
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    pass({ upstream, connection, watches, seen }, incoming, response).catch(() => response.destroy());
  };
  const server = own ? createTlsServer({ cert: own.cert, key: own.key }, listener) : createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const authority = own ? { 'certificate-authority-data': Buffer.from(own.ca).toString('base64') } : {};
  writeFileSync(
    writeTo,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'proxy', cluster: { server: `${own ? 'https' : 'http'}://127.0.0.1:${port}`, ...authority } }],
      users: [{ name: 'proxy', user: {} }],
      contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
      'current-context': 'proxy',
    }),
  );
  const seen: FaultProxy = {
    kubeconfig: writeTo,
    requests: [],
    decide: () => undefined,
    loses: () => false,
    dropWatches() {
      const open = [...watches];
      for (const response of open) response.destroy();
      return open.length;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await upstream.destroy();
    },
  };
  return seen;
}

async function pass(proxy: Proxy, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  const request: ProxiedRequest = describe(incoming, Buffer.concat(pieces));
  proxy.seen.requests.push(request);
  const fault = await proxy.seen.decide(request);
  if (fault?.fault === 'delay') await delay(fault.milliseconds);
  if (fault?.fault === 'answer') return refuse(response, fault);
  if (fault?.fault === 'expired') return expire(response);
  if (fault?.fault === 'reset' && !fault.after) return void response.destroy();
  if (fault?.fault === 'hold' && !fault.after) return fault.reached();
  const answer = await forward(proxy, incoming.headers, request);
  request.code = answer.statusCode;
  if (request.type === 'watch') return await stream(proxy, answer, response);
  const body = Buffer.from(await answer.body.arrayBuffer());
  if (fault?.fault === 'reset') return void response.destroy();
  if (fault?.fault === 'hold') return fault.reached();
  response.writeHead(answer.statusCode, withoutLength(answer.headers)).end(body);
}

async function forward(
  { upstream, connection }: Proxy,
  headers: IncomingHttpHeaders,
  { method, path, body }: ProxiedRequest,
): Promise<Dispatcher.ResponseData> {
  const { host: _host, connection: _connection, 'content-length': _length, ...passed } = headers;
  const authorization = connection.authorization;
  return await upstream.request({
    method: method as Dispatcher.HttpMethod,
    path,
    headers: { ...passed, ...(authorization && { authorization }) } as Record<string, string>,
    body: body.length > 0 ? body : null,
  });
}

async function stream(
  { watches, seen }: Proxy,
  answer: Dispatcher.ResponseData,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(answer.statusCode, withoutLength(answer.headers));
  response.flushHeaders();
  watches.add(response);
  response.once('close', () => {
    watches.delete(response);
    answer.body.destroy();
  });
  answer.body.on('error', () => response.destroy());
  const decoder = new TextDecoder();
  let rest = '';
  answer.body.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (!seen.loses(line)) response.write(`${line}\n`);
  });
  answer.body.on('end', () => response.end());
}

function withoutLength(headers: Dispatcher.ResponseData['headers']): Record<string, string | string[]> {
  const hop = ['content-length', 'transfer-encoding', 'connection', 'keep-alive'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hop.includes(name))) as Record<string, string>;
}

const status = (code: number, reason: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason,
  code,
  message: `injected: ${reason}`,
});

function refuse(response: ServerResponse, { code, reason, retryAfter }: Extract<Fault, { fault: 'answer' }>): void {
  const again = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  response.writeHead(code, { 'content-type': 'application/json', ...again });
  response.end(JSON.stringify(status(code, reason)));
}

function expire(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify({ type: 'ERROR', object: status(410, 'Expired') })}\n`);
}

function describe({ method = '', url = '', headers }: IncomingMessage, body: Buffer): ProxiedRequest {
  const { pathname, searchParams } = new URL(url, 'http://proxy');
  const parts = pathname.split('/').slice(1).map(decodeURIComponent);
  const below = parts.slice(parts[0] === 'api' ? 2 : 3);
  const namespaced = below[0] === 'namespaces' && below.length > 2;
  const [resource = pathname, inPath = ''] = namespaced ? below.slice(2) : below;
  const namespace = namespaced ? (below[1] ?? '') : '';
  const name = inPath || (method === 'POST' ? nameIn(body) : '');
  const isWrite = method !== 'GET' && !searchParams.has('dryRun');
  const type = searchParams.has('watch') ? 'watch' : isWrite ? 'write' : 'read';
  const label = `${method} ${resource} ${namespace ? `${namespace}/` : ''}${name}`;
  const user = headers['impersonate-user'];
  const actsFor = typeof user === 'string' ? user : undefined;
  return { method, path: url, type, resource, namespace, name, label, body, actsFor };
}

function nameIn(body: Buffer): string {
  const { metadata } = JSON.parse(body.toString() || '{}') as { metadata?: { name?: string; generateName?: string } };
  return metadata?.name ?? `${metadata?.generateName ?? ''}*`;
}
