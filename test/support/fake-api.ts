/** An HTTP server that answers as it is told, for failures that a real API server cannot be made to show. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeApi extends AsyncDisposable {
  readonly kubeconfig: string;
  /** `GET /api/v1/…`, as they came. */
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }[];
  writeToken(token: string): Promise<void>;
}

export type Answer = (request: IncomingMessage & { body: string }, response: ServerResponse) => void;

/** `answer` is asked for all but discovery, which knows ConfigMaps, Secrets and Namespaces. */
export async function startFakeApi(answer: Answer): Promise<FakeApi> {
  const requests: FakeApi['requests'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const url = request.url ?? '';
      const known = discovery[url];
      if (known !== undefined) return response.end(JSON.stringify(known));
      requests.push({ method: request.method ?? '', url, headers: request.headers, body });
      answer(Object.assign(request, { body }), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = await mkdtemp(join(tmpdir(), 'fake-api-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const writeToken = (token: string) => writeFile(join(folder, 'token'), token);
  await writeToken('first');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: url } }],
      users: [{ name: 'u', user: { tokenFile: 'token' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  return {
    kubeconfig,
    requests,
    writeToken,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

export function answerStatus(
  response: ServerResponse,
  code: number,
  status: object = {},
  headers: Record<string, string> = {},
): void {
  response.writeHead(code, headers);
  response.end(JSON.stringify({ kind: 'Status', ...status }));
}

const resource = (name: string, kind: string, namespaced = true) => ({
  name,
  kind,
  namespaced,
  verbs: ['get', 'list', 'watch'],
});

const discovery: Readonly<Record<string, unknown>> = {
  '/version': { gitVersion: 'v1.20.0' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', groups: [] },
  '/api/v1': {
    resources: [
      resource('configmaps', 'ConfigMap'),
      resource('secrets', 'Secret'),
      resource('namespaces', 'Namespace', false),
      { ...resource('pods', 'Pod') },
      { ...resource('pods/log', 'Pod') },
    ],
  },
};
