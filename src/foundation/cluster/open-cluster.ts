/**
 * Takes where a cluster is and as whom to speak to it, returns its client. Own HTTP calls instead of client-node's: that
 * one opens a connection per request, drops fields it does not know from what is written, and writes names in lower case.
 */
import { createClient, type OpenCluster } from './create-client.ts';
import { type InCluster, inClusterConnection } from './in-cluster.ts';
import { type Connection, connectionOf, type Impersonation, readKubeContext } from './kubeconfig.ts';
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

async function loadConnection(options: ClusterOptions): Promise<Connection> {
  if (options.kubeconfig === undefined) return inClusterConnection(options.inCluster ?? {});
  const context = await readKubeContext(options.kubeconfig, options.context);
  const connection = await connectionOf(context);
  const plugin = context.user.exec !== undefined || context.user['auth-provider'] !== undefined;
  if (!plugin) return connection;
  const { withPluginCredentials } = await import('./plugin-credentials.ts');
  return withPluginCredentials(connection, context);
}
