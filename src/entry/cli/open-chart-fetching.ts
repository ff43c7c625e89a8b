/**
 * What commands fetch charts with that work without a fleet's configuration: Helm's own files (repositories.yaml, the
 * registry's credentials), its flags, and a cache that all such commands share. It asks nothing until a chart is wanted.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { openContentStore } from '../../foundation/content-store/open-content-store.ts';
import type { Credential, FindCredential } from '../../foundation/credentials/credential.ts';
import { findCredential } from '../../foundation/credentials/find-credential.ts';
import { type HelmRepository, readHelmRepositories } from '../../foundation/credentials/read-helm-repositories.ts';
import type { HttpClient } from '../../foundation/http/http-client.ts';
import { httpError } from '../../foundation/http/http-error.ts';
import { openHttpClient } from '../../foundation/http/open-http-client.ts';
import { openRegistry, type Registry } from '../../foundation/oci/open-registry.ts';
import { parseReference } from '../../foundation/oci/reference.ts';
import type { ChartSources } from '../../pipeline/chart/chart-sources.ts';
import { type ChartSourcesOptions, openChartSources } from '../../pipeline/chart/open-chart-sources.ts';
import type { FetchingFlags } from './commands/dependency-options.ts';
import type { CommandLine } from './run-command-line.ts';

export interface ChartFetching extends AsyncDisposable {
  readonly sources: ChartSources;
  /** Helm's repositories.yaml. */
  readonly repositories: readonly HelmRepository[];
  /** Why the index of a repository could not be asked for, though an older one may have served. */
  readonly indexFailure: (repository: string) => string | undefined;
  /** The digest that a registry's tag names now; undefined when it does not say. */
  readonly resolveTag: (reference: string) => Promise<string | undefined>;
}

/** Bytes. */
const cacheLimit = 2 ** 30;
/** Milliseconds; longer than a command takes. */
const oneCommand = 3_600_000;

export async function openChartFetching(line: CommandLine, flags: FetchingFlags): Promise<ChartFetching> {
  const { HOME, XDG_CACHE_HOME } = line.environment;
  const home = HOME || homedir();
  const environment = {
    ...line.environment,
    ...(flags.repositoryConfig === undefined ? {} : { HELM_REPOSITORY_CONFIG: flags.repositoryConfig }),
    ...(flags.registryConfig === undefined ? {} : { HELM_REGISTRY_CONFIG: flags.registryConfig }),
  };
  const repositories = await readHelmRepositories({ environment, home });
  const cache = join(XDG_CACHE_HOME || join(home, '.cache'), 'helm-gitops');
  const store = await openContentStore({ folder: join(cache, 'charts'), limit: cacheLimit, now: line.now });
  const ofFiles = findCredential({ credentials: [], environment, home });
  const find: FindCredential = async (url) =>
    url.startsWith('oci://') ? withFlags(await ofFiles(url), flags) : ofRepository(url, repositories);
  const failures = new Map<string, string>();
  const http = noting(openHttpClient({ environment }), failures);
  const registry = openRegistry({ http, findCredential: find });
  const options = (client: HttpClient): ChartSourcesOptions => ({
    http: client,
    findCredential: find,
    registry,
    store,
    gitCacheFolder: join(cache, 'git'),
    environment,
    now: () => line.now().getTime(),
    signal: line.signal,
    maxAge: oneCommand,
  });
  const online = openChartSources(options(http));
  const sources = flags.skipRefresh ? cachedFirst(openChartSources(options(withoutIndexes(http))), online) : online;
  const resolveTag = (reference: string) => digestOf(registry, reference, line.signal);
  const indexFailure = (repository: string) => failures.get(`${repository.replace(/\/+$/, '')}/index.yaml`);
  return { sources, repositories, indexFailure, resolveTag, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

/** Helm's flags are for registries alone. */
function withFlags(found: Credential | undefined, flags: FetchingFlags): Credential | undefined {
  const { username, password, caFile, certFile, keyFile, insecureSkipTlsVerify, plainHttp } = flags;
  const user = username === undefined && password === undefined ? found : { username, password };
  return { ...user, caFile, certFile, keyFile, insecureSkipTlsVerify, plainHttp };
}

/** Of the repository that the URL lies in, else of one at the same origin. */
function ofRepository(url: string, repositories: readonly HelmRepository[]): Credential | undefined {
  const origin = URL.parse(url)?.origin;
  const near = repositories.filter((one) => one.credential !== undefined && URL.parse(one.url)?.origin === origin);
  const within = near.filter((one) => url.startsWith(one.url)).sort((a, b) => b.url.length - a.url.length);
  return (within[0] ?? near[0])?.credential;
}

/** Which URLs were out of reach, and why. */
function noting(http: HttpClient, failures: Map<string, string>): HttpClient {
  return {
    request: async (request) => {
      try {
        return await http.request(request);
      } catch (error) {
        if (error instanceof HelmGitopsError && error.fault === 'transient') failures.set(request.url, error.message);
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

/** An index that is kept serves as it is; the rest may be downloaded. */
function withoutIndexes(http: HttpClient): HttpClient {
  return {
    request: (request) =>
      URL.parse(request.url)?.pathname.endsWith('/index.yaml') === true
        ? Promise.reject(httpError('http.unreachable', 'the index is not asked for with --skip-refresh'))
        : http.request(request),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What was never fetched before has to be. */
function cachedFirst(cached: ChartSources, online: ChartSources): ChartSources {
  return {
    fetch: async (request) => {
      try {
        return await cached.fetch(request);
      } catch (error) {
        if (error instanceof HelmGitopsError && error.fault === 'internal') throw error;
        return await online.fetch(request);
      }
    },
  };
}

async function digestOf(registry: Registry, reference: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await registry.resolve(parseReference(reference), signal);
  } catch (error) {
    if (error instanceof HelmGitopsError && error.fault !== 'internal') return undefined;
    throw error;
  }
}
