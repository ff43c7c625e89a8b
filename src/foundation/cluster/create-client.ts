/** Takes a transport, returns the ClusterClient over it: kinds become paths, options become queries, bodies JSON. */
import type { ClusterClient, Impersonation } from './cluster-client.ts';
import { type DiscoveryCache, openDiscoveryCache } from './discovery-cache.ts';
import { completer, getObject, listObjects, readLogs, streamObjects } from './read-objects.ts';
import { parseBody, type Session } from './session.ts';
import type { Transport } from './transport.ts';
import { type WatchTiming, watchResource } from './watch-resource.ts';
import { deleteObject, patchObject, write } from './write-objects.ts';

export interface ClientParts {
  readonly name: string;
  readonly transport: Transport;
  readonly impersonate: Impersonation | undefined;
  readonly watchTiming: WatchTiming;
}

export interface OpenCluster extends ClusterClient {
  /** The same connections and discovery, every request made on somebody's behalf. Disposing it does nothing. */
  impersonate(who: Impersonation): ClusterClient;
}

export function createClient(parts: ClientParts): OpenCluster {
  const { transport } = parts;
  const discovery = openDiscoveryCache(async (path, accept) =>
    parseBody(
      await transport.send({
        method: 'GET',
        path,
        what: `discover ${path}`,
        repeatable: true,
        ...(accept ? { accept } : {}),
      }),
    ),
  );
  return {
    ...speakAs(parts, discovery, parts.impersonate),
    get server() {
      return transport.server;
    },
    impersonate: (who) => ({
      ...speakAs(parts, discovery, who),
      server: transport.server,
      [Symbol.asyncDispose]: async () => undefined,
    }),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

type Calls = Omit<ClusterClient, 'server' | typeof Symbol.asyncDispose>;

function speakAs(
  { name, transport, watchTiming }: ClientParts,
  discovery: DiscoveryCache,
  who: Impersonation | undefined,
): Calls {
  const session: Session = {
    discovery,
    send: (request) => transport.send({ ...request, impersonate: who }),
    stream: (request) => transport.stream({ ...request, impersonate: who }),
  };
  return {
    name,
    discovery: (options = {}) => discovery.read(options.refresh === true),
    get: (target, options = {}) => getObject(session, target, options.signal),
    list: (query, options = {}) => listObjects(session, query, options.signal),
    create: (object, options = {}) => write(session, object, { verb: 'create', method: 'POST', options }),
    update: (object, options = {}) => write(session, object, { verb: 'update', method: 'PUT', options }),
    apply: (object, options) => write(session, object, { verb: 'apply', method: 'PATCH', options }),
    patch: (target, patch, options = {}) => patchObject(session, { target, patch, options }),
    delete: (target, options = {}) => deleteObject(session, target, options),
    watch: (query, handler) =>
      watchResource(
        {
          list: (signal) => listObjects(session, query, signal),
          stream: (resourceVersion, timeoutSeconds, signal) =>
            streamObjects(session, query, { resourceVersion, timeoutSeconds, signal }),
          complete: completer(query),
        },
        handler,
        watchTiming,
      ),
    logs: (pod, options) => readLogs(session, pod, options),
  };
}
