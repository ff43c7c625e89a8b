/**
 * Takes a kubeconfig context whose user has `exec` or `auth-provider`, returns a connection with the credentials that
 * the plugin gives. Loads @kubernetes/client-node only here: it costs half a second and up to 80 MB.
 */
import { readFile } from 'node:fs/promises';
import { clusterError } from './cluster-error.ts';
import type { Connection, KubeContext, Section } from './kubeconfig.ts';

/** Runs the plugin every time: the caller keeps the answer until it expires or is refused. */
export async function withPluginCredentials(connection: Connection, context: KubeContext): Promise<Connection> {
  try {
    return context.user.exec === undefined
      ? await fromAuthProvider(connection, context)
      : await fromExec(connection, context);
  } catch (error) {
    const plugin = context.user.exec === undefined ? 'auth-provider' : 'exec plugin';
    const message = (error as Error).message.trim().split('\n').slice(-3).join('; ');
    throw clusterError('cluster.credentials', `${plugin} of user ${context.userName} failed: ${message}`, {
      place: { file: context.file },
      cause: error,
    });
  }
}

async function fromExec(connection: Connection, context: KubeContext): Promise<Connection> {
  const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
  const exec = context.user.exec as { command?: string; args?: string[]; env?: { name: string; value: string }[] };
  const apiVersion = (context.user.exec as { apiVersion?: string }).apiVersion ?? 'client.authentication.k8s.io/v1';
  const provideClusterInfo = (context.user.exec as { provideClusterInfo?: boolean }).provideClusterInfo === true;
  const info = { apiVersion, kind: 'ExecCredential', spec: execSpec(connection, provideClusterInfo) };
  const env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
  const plugin = new ExecAuth() as unknown as { getCredential(user: object): Promise<ExecCredential | null> };
  const credential = await plugin.getCredential({ name: context.userName, exec: { ...exec, env } });
  const status = credential?.status ?? {};
  const expires = status.expirationTimestamp ? Date.parse(status.expirationTimestamp) : Number.NaN;
  return {
    ...connection,
    tls: {
      ...connection.tls,
      ...(status.clientCertificateData ? { cert: status.clientCertificateData } : {}),
      ...(status.clientKeyData ? { key: status.clientKeyData } : {}),
    },
    ...(status.token ? { authorization: `Bearer ${status.token}` } : {}),
    ...(Number.isNaN(expires) ? {} : { expires }),
  };
}

interface ExecCredential {
  status?: {
    token?: string;
    clientCertificateData?: string;
    clientKeyData?: string;
    expirationTimestamp?: string;
  };
}

function execSpec(connection: Connection, provideClusterInfo: boolean): Section {
  if (!provideClusterInfo) return { interactive: false };
  const { ca, serverName, insecure } = connection.tls;
  return {
    interactive: false,
    cluster: {
      server: connection.server,
      ...(serverName === undefined ? {} : { 'tls-server-name': serverName }),
      ...(insecure ? { 'insecure-skip-tls-verify': true } : {}),
      ...(ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
    },
  };
}

async function fromAuthProvider(connection: Connection, context: KubeContext): Promise<Connection> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromString(await readFile(context.file, 'utf8'));
  const user = config.getUser(context.userName);
  const cluster = config.getCluster(context.clusterName);
  if (user === null || cluster === null) return connection;
  config.loadFromClusterAndUser(cluster, user);
  const options: { headers?: Record<string, string>; cert?: string; key?: string } = { headers: {} };
  await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0]);
  const authorization = options.headers?.Authorization;
  // How long the token lives is the provider's secret; it is asked again each minute and on every 401.
  return { ...connection, ...(authorization ? { authorization } : {}), expires: Date.now() + 60_000 };
}
