/**
 * Takes a kubeconfig's text, returns how to reach one cluster as one user. Reads the files it names; never a program
 * and never the network: users with `exec` or `auth-provider` are handed to plugin-credentials.ts.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';
import type { Impersonation } from './cluster-client.ts';
import { clusterError } from './cluster-error.ts';

export interface Connection {
  /** `https://10.0.0.1:6443`, possibly with a path (Rancher), no slash at the end. */
  readonly server: string;
  readonly tls: TlsMaterial;
  readonly proxyUrl?: string;
  /** Value of the `Authorization` header. */
  readonly authorization?: string;
  /** Epoch milliseconds from when on the credentials have to be obtained anew. */
  readonly expires?: number;
  /** `act-as` of the kubeconfig. */
  readonly impersonate?: Impersonation;
}

export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecure?: boolean;
}

export type Section = Readonly<Record<string, unknown>>;

/** One context of a kubeconfig, its three parts looked up. */
export interface KubeContext {
  readonly file: string;
  readonly clusterName: string;
  readonly userName: string;
  readonly cluster: Section;
  readonly user: Section;
}

export async function readKubeContext(file: string, contextName?: string): Promise<KubeContext> {
  const config = section(parse(await readText(file, 'kubeconfig'), file));
  const wanted = contextName ?? text(config['current-context']);
  if (!wanted) throw kubeconfigError(file, 'it has no current-context', 'name one in the configuration: context: …');
  const context = named(config, 'contexts', 'context', { wanted, file });
  const clusterName = text(context.cluster) ?? '';
  const userName = text(context.user) ?? '';
  return {
    file,
    clusterName,
    userName,
    cluster: named(config, 'clusters', 'cluster', { wanted: clusterName, file }),
    user: userName === '' ? {} : named(config, 'users', 'user', { wanted: userName, file }),
  };
}

/** Of `exec` and `auth-provider` only the cluster's side and the client certificate are filled in. */
export async function connectionOf(context: KubeContext): Promise<Connection> {
  const { cluster, user, file } = context;
  const server = text(cluster.server);
  if (!server || !/^https?:$/.test(URL.parse(server)?.protocol ?? ''))
    throw kubeconfigError(
      file,
      server
        ? `cluster ${context.clusterName}: "${server}" is not the URL of a server`
        : `cluster ${context.clusterName} has no server`,
      'for example server: https://10.0.0.1:6443',
    );
  const [ca, cert, key, authorization] = await Promise.all([
    material(cluster, 'certificate-authority', file),
    material(user, 'client-certificate', file),
    material(user, 'client-key', file),
    authorizationOf(user, file),
  ]);
  const serverName = text(cluster['tls-server-name']);
  const proxyUrl = text(cluster['proxy-url']);
  const impersonate = impersonationOf(user);
  return {
    server: server.replace(/\/+$/, ''),
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : { serverName }),
      ...(cluster['insecure-skip-tls-verify'] === true ? { insecure: true } : {}),
    },
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(impersonate === undefined ? {} : { impersonate }),
    ...(namesFiles(context) ? { expires: Date.now() + rereadMilliseconds } : {}),
  };
}

/** What lies in files of its own may be renewed there; client-go looks as often. */
const rereadMilliseconds = 60_000;

function namesFiles({ cluster, user }: KubeContext): boolean {
  return [cluster['certificate-authority'], user['client-certificate'], user['client-key'], user.tokenFile].some(text);
}

async function authorizationOf(user: Section, file: string): Promise<string | undefined> {
  // As client-go: the file wins over the token beside it, because it may have been renewed.
  const tokenFile = text(user.tokenFile);
  if (tokenFile) return `Bearer ${(await readText(resolve(dirname(file), tokenFile), 'token file')).trim()}`;
  const token = text(user.token);
  if (token) return `Bearer ${token}`;
  const name = text(user.username);
  if (name === undefined) return undefined;
  return `Basic ${Buffer.from(`${name}:${text(user.password) ?? ''}`).toString('base64')}`;
}

async function material(part: Section, field: string, file: string): Promise<string | undefined> {
  const data = text(part[`${field}-data`]);
  if (data) return pem(Buffer.from(data, 'base64').toString('utf8'), `${field}-data`, file);
  const path = text(part[field]);
  if (!path) return undefined;
  const place = resolve(dirname(file), path);
  return pem(await readText(place, field), `${field} ${place}`, file);
}

/** What is no PEM would be passed over in silence, and then nothing be trusted. */
function pem(content: string, what: string, file: string): string {
  if (content.includes('-----BEGIN ')) return content;
  throw kubeconfigError(file, `${what} is not in PEM format`);
}

function impersonationOf(user: Section): Impersonation | undefined {
  const name = text(user.as);
  if (!name) return undefined;
  const groups = strings(user['as-groups']);
  const uid = text(user['as-uid']);
  const extra = Object.entries(section(user['as-user-extra'])).map(([key, values]) => [key, strings(values)] as const);
  return {
    user: name,
    ...(groups.length > 0 ? { groups } : {}),
    ...(uid ? { uid } : {}),
    ...(extra.length > 0 ? { extra: Object.fromEntries(extra) } : {}),
  };
}

function named(config: Section, list: string, part: string, look: { wanted: string; file: string }): Section {
  const entries = Array.isArray(config[list]) ? (config[list] as unknown[]).map(section) : [];
  const found = entries.find((entry) => text(entry.name) === look.wanted);
  if (found) return section(found[part]);
  const names = entries.map((entry) => text(entry.name) ?? '').filter((name) => name !== '');
  throw kubeconfigError(look.file, `it has no ${part} "${look.wanted}"`, `there is: ${names.join(', ') || 'none'}`);
}

function parse(source: string, file: string): unknown {
  try {
    return load(source);
  } catch (error) {
    // js-yaml's message quotes lines of the file, which may hold a token.
    const mark = (error as { mark?: { line?: number; column?: number } }).mark;
    throw clusterError('cluster.kubeconfig', `${file} is not valid YAML`, {
      place: { file, ...(mark?.line === undefined ? {} : { line: mark.line + 1, column: (mark.column ?? 0) + 1 }) },
    });
  }
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'does not exist'
        : `cannot be read: ${(error as Error).message}`;
    throw clusterError('cluster.kubeconfig', `${what} ${file} ${why}`, { place: { file }, cause: error });
  }
}

function kubeconfigError(file: string, message: string, hint?: string): Error {
  return clusterError('cluster.kubeconfig', `kubeconfig ${file}: ${message}`, { place: { file }, hint });
}

function section(value: unknown): Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Section) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
