/**
 * What a fleet's charts are fetched with: one HTTP client, the configured credentials and those that Docker and Helm
 * keep, and a cache on disk that daemons and commands share. It asks nothing until a chart is wanted.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { openContentStore } from '../foundation/content-store/open-content-store.ts';
import { findCredential } from '../foundation/credentials/find-credential.ts';
import { readHelmRepositories } from '../foundation/credentials/read-helm-repositories.ts';
import type { CredentialConfig } from '../foundation/git/repository-config.ts';
import type { MirrorConfig } from '../foundation/http/mirror-config.ts';
import { openHttpClient } from '../foundation/http/open-http-client.ts';
import { openRegistry } from '../foundation/oci/open-registry.ts';
import type { ChartSources } from './chart/chart-sources.ts';
import { openChartSources } from './chart/open-chart-sources.ts';

export interface FleetSourcesOptions {
  readonly credentials: readonly CredentialConfig[];
  readonly mirrors: readonly MirrorConfig[];
  /** Of the fleet; made where it is missing. */
  readonly cacheFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Milliseconds for which an answer counts: about half of the shortest poll. */
  readonly maxAge: number;
  readonly patience?: ChartSources['patience'];
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of charts that are kept, the least recently used let go first. */
const cacheLimit = 2 ** 30;

export async function openFleetSources(options: FleetSourcesOptions): Promise<ChartSources & AsyncDisposable> {
  const { credentials, mirrors, cacheFolder, environment, now, maxAge, patience, signal } = options;
  const home = environment['HOME'] || homedir();
  const find = findCredential({ credentials, environment, home });
  const repositories = await readHelmRepositories({ environment, home });
  const http = openHttpClient({ environment });
  const { fetch } = openChartSources({
    http,
    findCredential: find,
    registry: openRegistry({ http, findCredential: find, mirrors: registryMirrors(mirrors) }),
    mirrors: mirrors.flatMap(({ url: of, to }) => to.map((at) => ({ of, at }))),
    store: await openContentStore({ folder: join(cacheFolder, 'charts'), limit: cacheLimit, now }),
    gitCacheFolder: join(cacheFolder, 'git'),
    environment,
    now: () => now().getTime(),
    signal,
    maxAge,
  });
  const aliases = new Map(repositories.map(({ name, url }) => [name, url]));
  return { fetch, aliases, patience, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

/** By host. */
function registryMirrors(mirrors: readonly MirrorConfig[]): ReadonlyMap<string, readonly string[]> {
  const scheme = 'oci://';
  const own = mirrors.filter(({ url }) => url.startsWith(scheme));
  return new Map(own.map(({ url, to }) => [url.slice(scheme.length), to]));
}
