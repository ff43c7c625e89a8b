/** Serves the page, the API, the metrics and the probes on one socket, and closes its streams at once when it ends. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { createRoutes, type RouteOptions } from './routes.ts';

export interface ServerOptions extends Omit<RouteOptions, 'signal'> {
  readonly port: number;
}

export interface Server extends AsyncDisposable {
  readonly url: string;
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const end = new AbortController();
  const app = createRoutes({ ...options, signal: end.signal });
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16_384 },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(options, error)));
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}/`,
    async [Symbol.asyncDispose]() {
      end.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listenError({ host, port }: ServerOptions, error: NodeJS.ErrnoException): HelmGitopsError {
  const taken = error.code === 'EADDRINUSE';
  return new HelmGitopsError(
    'server.listen',
    taken ? 'transient' : 'user',
    `cannot listen on ${host}:${port}: ${taken ? 'the port is taken' : error.message}`,
    {
      hint: 'set server.listen in the configuration, or --set server.listen=127.0.0.1:0 for any free port',
      cause: error,
    },
  );
}
