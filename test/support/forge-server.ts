/** A forge on the loopback: answers by method and path as the API descriptions have it, written by hand. */

import type { Forge } from '../../src/foundation/forge/forge.ts';
import { openForge } from '../../src/foundation/forge/open-forge.ts';
import type { ForgeKind } from '../../src/foundation/git/repository-config.ts';
import { openHttpClient } from '../../src/foundation/http/open-http-client.ts';
import { startServer, type TestServer } from './start-server.ts';

export const testToken = 'hunter2-hunter2';

/** Status, JSON, headers. What is a function is asked again each time. */
export type ForgeReply = readonly [number, unknown?, Readonly<Record<string, string>>?];
export type ForgeRoutes = Readonly<Record<string, ForgeReply | ((body: unknown) => ForgeReply)>>;

export interface ForgeScene extends AsyncDisposable {
  readonly forge: Forge;
  readonly server: TestServer;
  /** `POST /api/v1/…` with its body; reads are left out. */
  writes(): readonly (readonly [string, unknown])[];
}

/** Routes are below the API; a route that is missing is 404. */
export async function forgeScene(kind: ForgeKind, api: string, routes: ForgeRoutes): Promise<ForgeScene> {
  const server = await startServer(({ method, url, body }, response) => {
    const key = `${method} ${decodeURIComponent(url.slice(api.length))}`;
    const route = routes[key];
    const text = body.toString('utf8');
    const reply = typeof route === 'function' ? route(text === '' ? undefined : JSON.parse(text)) : route;
    const [status, json, headers] = reply ?? [404, { message: `nothing at ${key}` }];
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(json === undefined ? '' : JSON.stringify(json));
  });
  const http = openHttpClient({ environment: {}, sleep: async () => undefined });
  const opened = await openForge({
    url: `${server.url}/team/fleet.git`,
    configured: { kind, api: `${server.url}${api}` },
    http,
    findCredential: async () => ({ username: 'oauth2', password: testToken }),
  });
  if ('missing' in opened) throw new Error(opened.missing);
  return {
    forge: opened.forge,
    server,
    writes: () =>
      server.seen
        .filter(({ method }) => method !== 'GET')
        .map(({ method, url, body }) => {
          const text = body.toString('utf8');
          return [`${method} ${decodeURIComponent(url)}`, text === '' ? undefined : JSON.parse(text)] as const;
        }),
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
