/**
 * Takes a kubeconfig context whose user has `exec` or `auth-provider`, returns a connection with the credentials that
 * the plugin gives. Loads @kubernetes/client-node only here: it costs half a second and up to 80 MB.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { HelmGitopsError } from '../base/errors.ts';
import { clusterError } from './cluster-error.ts';
import type { Connection, KubeContext, Section } from './kubeconfig.ts';

export interface PluginOptions {
  /** Milliseconds that a plugin may run. */
  readonly patience?: number;
}

/** Runs the plugin every time: the caller keeps the answer until it expires or is refused. */
export async function withPluginCredentials(
  connection: Connection,
  context: KubeContext,
  { patience = 60_000 }: PluginOptions = {},
): Promise<Connection> {
  if (context.user.exec !== undefined) return await fromExec(connection, context, patience);
  try {
    return await fromAuthProvider(connection, context);
  } catch (error) {
    throw pluginError(context, 'the auth-provider', { what: lastLines((error as Error).message), cause: error });
  }
}

/** A line of what it printed helps, pages of it do not. */
function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join('; ').slice(0, 500);
}

interface Trouble {
  readonly what: string;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

function pluginError({ userName, file }: KubeContext, plugin: string, { what, hint, cause }: Trouble): Error {
  return clusterError('cluster.credentials', `${plugin} of user ${userName} failed: ${what}`, {
    place: { file },
    hint,
    cause,
  });
}

interface Exec {
  readonly apiVersion?: unknown;
  readonly command?: unknown;
  readonly args?: unknown;
  readonly env?: unknown;
  readonly installHint?: unknown;
  readonly interactiveMode?: unknown;
  readonly provideClusterInfo?: unknown;
}

const execVersions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

async function fromExec(connection: Connection, context: KubeContext, patience: number): Promise<Connection> {
  const exec = context.user.exec as Exec;
  const command = typeof exec.command === 'string' ? exec.command : '';
  const fail = (trouble: Trouble) => pluginError(context, `the plugin ${command || '(no command)'}`, trouble);
  const version = execVersions.find((known) => known === exec.apiVersion);
  if (version === undefined)
    throw fail({ what: `its apiVersion is not understood`, hint: `write ${execVersions.join(' or ')}` });
  if (exec.interactiveMode === 'Always')
    throw fail({ what: 'it wants a person at a terminal', hint: 'use a plugin or credentials that need nobody' });
  const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
  const info = {
    apiVersion: version,
    kind: 'ExecCredential',
    spec: execSpec(connection, exec.provideClusterInfo === true),
  };
  const env = [
    ...(Array.isArray(exec.env) ? exec.env : []),
    { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) },
  ];
  const plugin = new ExecAuth() as unknown as ExecAuthentication;
  let running: ChildProcess | undefined;
  plugin.execFn = (program, args, options) => {
    // Without a terminal and with an end: what asks for a password would wait for ever.
    running = spawn(program, args ?? [], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    return running;
  };
  const user = { name: context.userName, exec: { ...exec, command: commandPath(command, context.file), env } };
  const timer = setTimeout(() => {
    running?.kill('SIGKILL');
    // What the plugin started itself may hold these open for ever.
    running?.stdout?.destroy();
    running?.stderr?.destroy();
  }, patience);
  try {
    const credential = await plugin.getCredential(user);
    return withCredential(connection, credential?.status, fail);
  } catch (error) {
    throw error instanceof HelmGitopsError
      ? error
      : fail(execTrouble(error, { exec, killed: running?.killed === true }));
  } finally {
    clearTimeout(timer);
  }
}

interface ExecAuthentication {
  execFn: (program: string, args: string[] | undefined, options: object) => ChildProcess;
  getCredential(user: object): Promise<ExecCredential | null>;
}

/** As client-go: with a slash it counts from the kubeconfig, never from the folder that the program was started in. */
function commandPath(command: string, file: string): string {
  return command.includes('/') ? resolve(dirname(file), command) : command;
}

function execTrouble(error: unknown, { exec, killed }: { exec: Exec; killed: boolean }): Trouble {
  const { code, message } = error as NodeJS.ErrnoException;
  const installHint = typeof exec.installHint === 'string' ? lastLines(exec.installHint) : undefined;
  const cause = error;
  if (killed) return { what: 'it did not end in time', hint: 'run it by hand: it may wait for an answer', cause };
  if (code === 'ENOENT')
    return { what: 'there is no such program', hint: installHint ?? 'install it, or correct the path', cause };
  if (code === 'EACCES') return { what: 'it may not be run', hint: 'make it executable', cause };
  // Its output may be a token.
  if (error instanceof SyntaxError) return { what: 'what it printed is no ExecCredential' };
  return { what: lastLines(message) || 'it ended with an error and said nothing', hint: installHint, cause };
}

function withCredential(
  connection: Connection,
  status: ExecCredential['status'],
  fail: (trouble: Trouble) => Error,
): Connection {
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status ?? {};
  if (!token && !(cert && key)) throw fail({ what: 'it gave neither a token nor a certificate with its key' });
  const expires = expirationTimestamp ? Date.parse(expirationTimestamp) : Number.NaN;
  // Without a time of its own it counts until it is refused, however often files beside it are looked at.
  const { expires: _, ...rest } = connection;
  return {
    ...rest,
    tls: { ...connection.tls, ...(cert && key ? { cert, key } : {}) },
    ...(token ? { authorization: `Bearer ${token}` } : {}),
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
