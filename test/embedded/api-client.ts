/** A bare HTTPS client of a cluster, by its kubeconfig: tests look at status codes and bodies as they are. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningCluster, type RunOptions, runCluster } from '../../src/embedded/server/run-cluster.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';

export interface Answer {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every kind
  readonly body: any;
  readonly warning: string | undefined;
}

export interface SendOptions {
  readonly type?: string;
  readonly accept?: string;
  /** `''`: none. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface ApiClient {
  send(method: string, path: string, body?: unknown, options?: SendOptions): Promise<Answer>;
  /** Lines of a watch until `enough` says so. */
  watch(
    path: string,
    enough: (events: WatchEvent[]) => boolean,
    during?: () => Promise<unknown>,
    /** Milliseconds, after which what came is all there is. */
    patience?: number,
  ): Promise<WatchEvent[]>;
  close(): void;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: KubernetesObject & { code?: number };
}

export const types = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export async function openClient(kubeconfig: string): Promise<ApiClient> {
  const text = await readFile(kubeconfig, 'utf8');
  const server = /server: "?(https:[^"\s,}]+)/.exec(text)?.[1] ?? '';
  const bearer = /token: ([^\s}]+)/.exec(text)?.[1] ?? '';
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const open = (
    method: string,
    path: string,
    { type = 'application/json', accept = 'application/json', token = bearer, headers = {} }: SendOptions,
  ) =>
    request(server + path, {
      method,
      agent,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        'content-type': type,
        accept,
        'user-agent': 'test/1',
        ...headers,
      },
    });
  return {
    send: (method, path, body, options = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = open(method, path, options);
        outgoing.on('error', reject);
        outgoing.on('response', (response) => {
          let received = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            received += chunk;
          });
          response.on('end', () => {
            const json = String(response.headers['content-type']).startsWith('application/json');
            const warning = response.headers['warning'];
            resolve({
              code: response.statusCode ?? 0,
              body: json ? parsed(received) : received,
              warning: warning as string | undefined,
            });
          });
        });
        const bytes =
          body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
        if (bytes !== undefined) outgoing.setHeader('content-length', bytes.length);
        outgoing.end(bytes);
      }),
    watch: (path, enough, during, patience) =>
      new Promise((resolve, reject) => {
        const outgoing = open('GET', path, {});
        const events: WatchEvent[] = [];
        outgoing.on('error', reject);
        outgoing.on('response', (response) => {
          let rest = '';
          response.setEncoding('utf8');
          const finish = (): void => {
            response.removeAllListeners();
            outgoing.on('error', () => undefined);
            outgoing.destroy();
            resolve(events);
          };
          response.on('data', (chunk: string) => {
            const lines = (rest + chunk).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) events.push(JSON.parse(line) as WatchEvent);
            if (enough(events)) finish();
          });
          response.on('end', finish);
          if (patience !== undefined) setTimeout(finish, patience).unref();
          during?.().catch(reject);
        });
        outgoing.end();
      }),
    close: () => agent.destroy(),
  };
}

/** A watch has many documents. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface TestApi extends AsyncDisposable, ApiClient {
  readonly kubeconfig: string;
  readonly cluster: RunningCluster;
}

/** In this thread, without workload controllers: what is written stays as it is. */
export async function startTestApi(data?: string, more: Partial<RunOptions> = {}): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  const errors: unknown[] = [];
  const cluster = await runCluster({
    port: 0,
    kubeconfigPath: join(folder, 'kubeconfig'),
    controllers: [],
    onError: (error) => errors.push(error),
    ...more,
    ...(data === undefined ? {} : { data }),
  });
  const client = await openClient(cluster.kubeconfig);
  return {
    ...client,
    cluster,
    kubeconfig: cluster.kubeconfig,
    async [Symbol.asyncDispose]() {
      client.close();
      await cluster[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
      if (errors.length > 0) throw errors[0];
    },
  };
}

export function configMap(name: string, data: Record<string, string> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}
