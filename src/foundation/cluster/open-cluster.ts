/**
 * Takes where a cluster is and as whom to speak to it, returns its client. Own HTTP calls instead of client-node's: that
 * one opens a connection per request, drops fields it does not know from what is written, and writes names in lower case.
 */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type Environment, findProxy } from '../http/find-proxy.ts';
import type { Impersonation } from './cluster-client.ts';
import { clusterError } from './cluster-error.ts';
import { createClient, type OpenCluster } from './create-client.ts';
import { type InCluster, inClusterConnection } from './in-cluster.ts';
import { type Connection, connectionOf, type KubeContext, readKubeContext } from './kubeconfig.ts';
import { openTransport } from './transport.ts';
import { defaultWatchTiming, type WatchTiming } from './watch-resource.ts';

export interface ClusterOptions {
  readonly name: string;
  /** A file. Exactly one of `kubeconfig` and `inCluster` is given. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly inCluster?: InCluster;
  readonly impersonate?: Impersonation;
  /** Connections for calls; watches have their own. */
  readonly connections?: number;
  /** Milliseconds a server may be silent in a call. */
  readonly deadline?: number;
  readonly userAgent?: string;
  readonly watchTiming?: Partial<WatchTiming>;
  readonly random?: () => number;
  /** What the API server warns of (`Warning:` header), the call in front. */
  readonly onWarning?: (what: string, warning: string) => void;
  /** For HTTPS_PROXY, HTTP_PROXY and NO_PROXY; none by default. */
  readonly environment?: Environment;
  /** Folders that others write to: a kubeconfig in one of them runs no plugin. */
  readonly foreign?: readonly string[];
}

export async function openCluster(options: ClusterOptions): Promise<OpenCluster> {
  const random = options.random ?? Math.random;
  const transport = await openTransport({
    load: () => loadConnection(options),
    connections: options.connections ?? 24,
    deadline: options.deadline ?? 30_000,
    userAgent: options.userAgent ?? 'helm-gitops',
    random,
    ...(options.onWarning === undefined ? {} : { onWarning: options.onWarning }),
  });
  return createClient({
    name: options.name,
    transport,
    impersonate: options.impersonate,
    watchTiming: { ...defaultWatchTiming, random, ...options.watchTiming },
  });
}

/** Reads what `openCluster` would read, and fails where that is wrong. Runs no plugin and connects to nothing. */
export async function readClusterFiles(options: ClusterOptions): Promise<void> {
  if (options.kubeconfig === undefined) return void (await inClusterConnection(options.inCluster ?? {}));
  const context = await readKubeContext(options.kubeconfig, options.context);
  await connectionOf(context);
  if (hasPlugin(context)) await refuseForeign(context, options.foreign ?? []);
}

/** What its user shows the server: never sent from here. Undefined: a certificate, or a password. */
export async function bearerOf(options: ClusterOptions): Promise<string | undefined> {
  const { authorization = '' } = await loadDirect(options);
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

const hasPlugin = ({ user }: KubeContext): boolean => user.exec !== undefined || user['auth-provider'] !== undefined;

async function loadConnection(options: ClusterOptions): Promise<Connection> {
  return throughProxy(await loadDirect(options), options.environment ?? {});
}

async function loadDirect(options: ClusterOptions): Promise<Connection> {
  if (options.kubeconfig === undefined) return inClusterConnection(options.inCluster ?? {});
  const context = await readKubeContext(options.kubeconfig, options.context);
  const connection = await connectionOf(context);
  if (!hasPlugin(context)) return connection;
  await refuseForeign(context, options.foreign ?? []);
  const { withPluginCredentials } = await import('./plugin-credentials.ts');
  return withPluginCredentials(connection, context);
}

/** `proxy-url` of the kubeconfig wins over the environment, as in client-go. */
function throughProxy(connection: Connection, environment: Environment): Connection {
  const { server, proxyUrl } = connection;
  const found = proxyUrl === undefined ? findProxy(new URL(server), environment) : URL.parse(proxyUrl);
  if (found === undefined) return connection;
  if (found === null || !/^(https?|socks5h?):$/.test(found.protocol))
    throw clusterError('cluster.kubeconfig', 'proxy-url of the kubeconfig is not the URL of a proxy', {
      hint: 'for example http://proxy.example:3128 or socks5://proxy.example:1080',
    });
  return { ...connection, proxyUrl: found.href.replace(/^socks5h:/, 'socks5:') };
}

/** Who may commit must not thereby choose a program for this machine to run. */
async function refuseForeign({ file, userName }: KubeContext, foreign: readonly string[]): Promise<void> {
  const resolved = async (path: string) => await realpath(path).catch(() => resolve(path));
  const place = await resolved(file);
  for (const folder of foreign) {
    const path = relative(await resolved(folder), place);
    if (path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) continue;
    throw clusterError('cluster.kubeconfig', `kubeconfig ${file}: the plugin of user ${userName} is not run`, {
      place: { file },
      hint: `the file lies in the repository ${folder}, where whoever commits could name any program; keep it elsewhere`,
    });
  }
}
