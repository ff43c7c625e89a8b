/**
 * Takes the configuration as written, returns it as used: defaults filled in, paths absolute, kinds told apart; and what
 * is wrong beyond the format. It looks at files only to see that they are there.
 */
import { access, constants, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Problem } from '../foundation/base/problem.ts';
import type { Path, ReadDocument } from '../foundation/document/read-documents.ts';
import type { CredentialConfig } from '../foundation/git/repository-config.ts';
import { locateDefaults } from '../pipeline/definitions/parse-definitions.ts';
import type { Config, ServerConfig } from './config.ts';
import { resolveClusters } from './resolve-clusters.ts';
import { resolveDecryption } from './resolve-decryption.ts';
import { resolveMirrors } from './resolve-mirrors.ts';
import { resolveRepositories } from './resolve-repositories.ts';
import type { ConfigFile, CredentialEntry } from './schema.ts';

export interface ResolveContext {
  /** Absolute. */
  readonly file: string;
  readonly document: ReadDocument;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly serviceAccountFolder: string;
  /** See `LoadConfigInput.definitionsOnly`. */
  readonly definitionsOnly: boolean;
}

/** What resolving a part needs: names to paths, and a place to put problems. */
export interface Resolver extends ResolveContext {
  /** The configuration file's folder. */
  readonly folder: string;
  /** Relative to the configuration file; `~` is the home folder. */
  absolute(path: string): string;
  fail(path: Path, message: string, hint?: string): undefined;
  /** The absolute path of a file that must be readable. */
  readable(written: string, path: Path): Promise<string>;
  /** The same of a file that only a running daemon reads. */
  readableToRun(written: string, path: Path): Promise<string>;
  /** Undefined, and a problem: it cannot be read. */
  textOf(written: string, path: Path): Promise<string | undefined>;
}

export async function resolveConfig(
  written: ConfigFile,
  context: ResolveContext,
): Promise<{ config: Config; problems: Problem[] }> {
  const problems: Problem[] = [];
  const resolver = makeResolver(context, problems);
  const { clusters, clusterAliases, clusterLabels, clustersFrom } = await resolveClusters(written.clusters, resolver);
  const config: Config = {
    file: context.file,
    repositories: await resolveRepositories(written.repositories, resolver),
    credentials: await resolveCredentials(written.credentials ?? [], resolver),
    mirrors: resolveMirrors(written.mirrors ?? [], resolver),
    decryption: await resolveDecryption(written, clusters, resolver),
    clusters,
    clusterAliases,
    clusterLabels,
    clustersFrom,
    state: { namespace: written.state?.namespace ?? 'helm-gitops' },
    helm: {
      compat: written.helm?.compat ?? 'helm4',
      kubeVersion: written.helm?.kubeVersion ?? undefined,
      driver: written.helm?.driver ?? 'secret',
    },
    defaults: locateDefaults(written.defaults ?? {}, context.document, ['defaults']),
    server: await resolveServer(written.server ?? {}, resolver),
    log: { level: written.log?.level ?? 'info', format: written.log?.format ?? 'text' },
    concurrency: written.concurrency ?? 10,
    driftSummary: written.drift?.summary,
  };
  refuseOwnCommits(config, resolver);
  return { config, problems };
}

/** Promotion and revert write commits, which have to be signed there. */
function refuseOwnCommits({ repositories, defaults }: Config, { fail }: Resolver): void {
  const { promotion, rollback } = defaults.settings as { promotion?: unknown; rollback?: { revert?: unknown } };
  const writes = promotion !== undefined || (rollback?.revert ?? 'none') !== 'none';
  const verified = repositories.findIndex(
    ({ allowedSigners, signingKey }) => allowedSigners !== undefined && signingKey === undefined,
  );
  if (!writes || verified < 0) return;
  const message = 'commits of its own would be refused: "verify" goes with promotion and revert only by a signing key';
  fail(['repositories', verified, 'verify'], message, 'give the repository sign.sshKeyFile, or leave one of them out');
}

function makeResolver(context: ResolveContext, problems: Problem[]): Resolver {
  const folder = dirname(context.file);
  const absolute = (path: string) => {
    const home = context.environment.HOME;
    return resolve(folder, home === undefined ? path : path.replace(/^~(?=$|\/)/, () => home));
  };
  const fail = (path: Path, message: string, hint?: string): undefined =>
    void problems.push({ code: 'config.invalid', message, place: context.document.place(path), hint });
  const readable = async (written: string, path: Path) => {
    const file = absolute(written);
    await access(file, constants.R_OK).catch((error) => fail(path, cannotRead(path, file, error)));
    return file;
  };
  const readableToRun = async (written: string, path: Path) =>
    context.definitionsOnly ? absolute(written) : await readable(written, path);
  const textOf = async (written: string, path: Path) => {
    const file = absolute(written);
    return await readFile(file, 'utf8').catch((error) => fail(path, cannotRead(path, file, error)));
  };
  return { ...context, folder, absolute, fail, readable, readableToRun, textOf };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};

/** `kubeconfig: cannot read /home/ann/.kube/config: there is no such file` */
function cannotRead(path: Path, file: string, { code = '' }: NodeJS.ErrnoException): string {
  return `${formatField(path)}: cannot read ${file}: ${reasons[code] ?? code}`;
}

function formatField(path: Path): string {
  return String(path.at(-1));
}

async function resolveCredentials(
  entries: readonly CredentialEntry[],
  resolver: Resolver,
): Promise<CredentialConfig[]> {
  const resolved: CredentialConfig[] = [];
  for (const [index, entry] of entries.entries()) {
    const at: Path = ['credentials', index];
    const file = (field: 'tokenFile' | 'sshKeyFile' | 'knownHostsFile' | 'caFile') => {
      const written = entry[field];
      return written === undefined ? undefined : resolver.readable(written, [...at, field]);
    };
    checkCredential(entry, at, resolver);
    const { url, usernameEnv, passwordEnv, plainHttp } = entry;
    const [tokenFile, sshKeyFile, knownHostsFile, caFile] = await Promise.all([
      file('tokenFile'),
      file('sshKeyFile'),
      file('knownHostsFile'),
      file('caFile'),
    ]);
    resolved.push({ url, tokenFile, usernameEnv, passwordEnv, sshKeyFile, knownHostsFile, caFile, plainHttp });
  }
  return resolved;
}

function checkCredential(entry: CredentialEntry, at: Path, { fail, environment }: Resolver): void {
  if (entry.usernameEnv !== undefined && entry.passwordEnv === undefined)
    fail(at, 'usernameEnv and passwordEnv go together');
  for (const field of ['usernameEnv', 'passwordEnv'] as const) {
    const variable = entry[field];
    if (variable !== undefined && environment[variable] === undefined)
      fail([...at, field], `${field}: the environment variable ${variable} is not set`);
  }
  const kinds = [entry.tokenFile, entry.passwordEnv ?? entry.usernameEnv, entry.sshKeyFile].filter(
    (kind) => kind !== undefined,
  );
  if (kinds.length > 1) fail(at, 'tokenFile, passwordEnv and sshKeyFile exclude each other');
  if (
    kinds.length === 0 &&
    entry.caFile === undefined &&
    entry.knownHostsFile === undefined &&
    entry.plainHttp === undefined
  ) {
    fail(at, 'this entry holds no credentials', 'give tokenFile, usernameEnv and passwordEnv, sshKeyFile, or caFile');
  }
}

async function resolveServer(written: NonNullable<ConfigFile['server']>, resolver: Resolver): Promise<ServerConfig> {
  const at: Path = ['server', 'listen'];
  const listen = written.listen ?? '127.0.0.1:8080';
  const [, host = '', digits = ''] = /^(\[[0-9A-Fa-f:.]+\]|[^:\s]*):(\d{1,5})$/.exec(listen) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535)
    resolver.fail(at, `server.listen: expected ADDRESS:PORT`, 'for example 127.0.0.1:8080');
  const address = host.replace(/^\[|\]$/g, '') || '0.0.0.0';
  const tokenFile = written.tokenFile ?? undefined;
  if (digits !== '' && tokenFile === undefined && !isLoopback(address)) {
    const message = `server.listen: ${host === '' ? 'all addresses' : address} can be reached by others, and there is no server.tokenFile`;
    resolver.fail(at, message, 'listen on 127.0.0.1, or give a tokenFile with lines NAME:TOKEN');
  }
  const file = tokenFile === undefined ? undefined : await resolver.readableToRun(tokenFile, ['server', 'tokenFile']);
  return { host: address, port, tokenFile: file };
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
}
