/** What most commands begin with: the configuration, its repositories as they are now, its clusters as they run. */

import { resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { type LoadConfigInput, loadConfig } from '../../config/load-config.ts';
import { createRenderPool, type RenderPool } from '../../daemon/rendering/render-pool.ts';
import type { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { openHistory } from '../../foundation/history/open-history.ts';
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import type { ReleaseHistory, ReleaseRecord } from '../../foundation/history/release-record.ts';
import { openDecryption } from '../../foundation/secrets/open-decryption.ts';
import type { SecretKeyReference } from '../../foundation/secrets/open-keyring.ts';
import { readSecretKey } from '../../foundation/secrets/read-secret-key.ts';
import { recordSecrets } from '../../foundation/secrets/record-secrets.ts';
import { createSecretMask } from '../../foundation/secrets/secret-mask.ts';
import { readState, type StateReader } from '../../foundation/state/open-state.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import { type ChartSources, offlineSources } from '../../pipeline/chart/chart-sources.ts';
import { patienceOfOne } from '../../pipeline/chart/patient-sources.ts';
import { publicNames } from '../../pipeline/definitions/public-names.ts';
import { newDefinitionCache, readDefinitions } from '../../pipeline/definitions/read-definitions.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { openFleetSources } from '../../pipeline/open-fleet-sources.ts';
import { ranImages } from '../../pipeline/ran-images.ts';
import { createTextRenderer } from '../../pipeline/render/text-renderer.ts';
import { type CheckoutFiles, openCheckoutFiles } from '../../pipeline/source/checkout-files.ts';
import type { ComparedRevision, Comparison } from '../../pipeline/source/fetch-comparison.ts';
import { cacheFolderOf, fetchRevision } from '../../pipeline/source/fetch-revision.ts';
import { createOtherRepositories, offlineOthers } from '../../pipeline/source/other-repositories.ts';
import { ownUrls } from '../../pipeline/source/own-urls.ts';
import { syncComparison } from '../../pipeline/sync-comparison.ts';
import { type SyncedRevision, type SyncInput, syncRevision } from '../../pipeline/sync-revision.ts';
import type { RanImage } from '../../pipeline/values/pin-images.ts';
import { secretValues } from '../../pipeline/values/secret-values.ts';
import { type FleetClusters, openClusters } from './open-clusters.ts';
import type { CommandLine } from './run-command-line.ts';
import { type Selection, select } from './select.ts';

/** Milliseconds; longer than a command takes. */
const oneCommand = 3_600_000;

export interface GlobalOptions {
  readonly config: string;
  readonly set: readonly string[];
}

export async function readConfig(
  line: CommandLine,
  options: GlobalOptions,
  { definitionsOnly = false }: Pick<LoadConfigInput, 'definitionsOnly'> = {},
): Promise<Config> {
  const { folder, environment } = line;
  return await loadConfig({ file: resolve(folder, options.config), sets: options.set, environment, definitionsOnly });
}

/** What every repository defines now; of its charts and values nothing is read. */
export async function readDefinitionsOf(line: CommandLine, config: Config): Promise<ReleaseDefinition[]> {
  const found: ReleaseDefinition[] = [];
  for await (const { checkout, definitions } of checkOut(line, config))
    found.push(...(await readDefinitions({ ...definitions, renderText: createTextRenderer(), checkout })).definitions);
  return found;
}

export interface FleetReading {
  /** Charts come from there alone. */
  readonly sources?: ChartSources | undefined;
  /** Without it values that lie in the clusters are left out. */
  readonly objectsOf?: SyncInput['objectsOf'];
}

/** Every repository as it is now, read and prepared. */
export async function readFleet(
  line: CommandLine,
  config: Config,
  given: FleetReading = {},
): Promise<SyncedRevision[]> {
  await using stack = new AsyncDisposableStack();
  const reading = await openReading(line, config, { ...given, stack });
  const fleet: SyncedRevision[] = [];
  for await (const checkedOut of checkOut(line, config, given.sources === offlineSources))
    fleet.push(await syncRevision({ ...reading, ...checkedOut }));
  return fleet;
}

/** Two revisions of a repository; releases that both make of the same are defined in both, and prepared in neither. */
export async function readComparison(
  line: CommandLine,
  config: Config,
  { before, after, objectsOf }: Comparison & Pick<FleetReading, 'objectsOf'>,
): Promise<readonly [before: SyncedRevision, after: SyncedRevision]> {
  await using stack = new AsyncDisposableStack();
  const reading = await openReading(line, config, { objectsOf, stack });
  const sides: SyncInput[] = [];
  for await (const checkedOut of readCheckouts(line, { config, revisions: [before, after], offline: false }))
    sides.push({ ...reading, ...checkedOut });
  const [old, fresh] = sides as [SyncInput, SyncInput];
  return await syncComparison(old, fresh);
}

type Reading = Omit<SyncInput, keyof CheckedOut>;

async function openReading(
  line: CommandLine,
  config: Config,
  { sources, objectsOf, stack }: FleetReading & { readonly stack: AsyncDisposableStack },
): Promise<Reading> {
  const { credentials, mirrors, helm } = config;
  const { environment, signal, now } = line;
  const cacheFolder = cacheFolderOf(config);
  const options = {
    credentials,
    mirrors,
    cacheFolder,
    environment,
    now,
    signal,
    maxAge: oneCommand,
    patience: patienceOfOne,
  };
  const from = sources ?? stack.use(await openFleetSources(options));
  const mask = line.mask ?? createSecretMask();
  const decrypt = openDecryption({ ...config.decryption, environment, readSecret: secretReader(line, config), mask });
  const onRead = (found: readonly ReleaseDefinition[]) => mask.allow(found.flatMap(publicNames));
  let pool: RenderPool | undefined;
  const { compat, kubeVersion } = helm;
  const definitionsOf: SyncInput['definitionsOf'] = (prepared) => {
    pool ??= stack.use(createRenderPool({ compat, kubeVersion }));
    return pool.definitionsOf(prepared);
  };
  return { op: 'cli', compat, sources: from, decrypt, objectsOf, definitionsOf, onRead };
}

/** Asks a cluster only when a key lies there. */
function secretReader(line: CommandLine, config: Config) {
  return async (reference: SecretKeyReference): Promise<string | undefined> => {
    await using stack = new AsyncDisposableStack();
    const clusters = config.clusters.filter(({ name }) => name === (reference.cluster ?? name));
    const { clients } = await openClusters(line, { ...config, clusters }, stack);
    return await readSecretKey(clients[0], reference);
  };
}

type CheckedOut = Pick<SyncInput, 'checkout' | 'url' | 'definitions'>;

async function* checkOut(line: CommandLine, config: Config, offline = false): AsyncGenerator<CheckedOut> {
  const { credentials } = config;
  const { environment, signal } = line;
  const cacheFolder = cacheFolderOf(config);
  for (const repository of config.repositories) {
    const fetched = await fetchRevision({ repository, cacheFolder, credentials, environment, signal });
    if (fetched !== 'unchanged') yield* readCheckouts(line, { config, offline, revisions: [fetched] });
  }
}

interface Checkouts {
  readonly config: Config;
  readonly revisions: readonly ComparedRevision[];
  /** Other repositories are passed over. */
  readonly offline: boolean;
}

async function* readCheckouts(
  { environment, signal }: CommandLine,
  { config, revisions, offline }: Checkouts,
): AsyncGenerator<CheckedOut> {
  const { defaults, credentials, clusterAliases, clusterLabels } = config;
  const fetch = { cacheFolder: cacheFolderOf(config), credentials, environment, signal };
  const clusters = config.clusters.map(({ name }) => name);
  const cache = newDefinitionCache();
  let previous: CheckoutFiles | undefined;
  for (const { checkout, contents } of revisions) {
    const repository = config.repositories.find(({ name }) => name === checkout.repository);
    const others = repository && (offline ? offlineOthers : createOtherRepositories)({ repository, fetch });
    const files = await openCheckoutFiles(checkout.root, { contents, previous });
    previous = files;
    const own = repository && ownUrls(repository);
    const definitions = { files, cache, defaults, clusters, clusterAliases, clusterLabels, own, others };
    yield { checkout, url: repository?.url, definitions };
  }
}

export interface FoundRelease {
  readonly client: ClusterClient;
  readonly states: StateReader;
  readonly state: ReleaseState;
  readonly history: ReleaseHistory;
  /** The same, on somebody's behalf. */
  readonly historyAs: (client: ClusterClient) => ReleaseHistory;
}

/** What the daemon keeps, in all clusters that answer. */
export async function readStates(line: CommandLine, config: Config, clusters: FleetClusters): Promise<FoundRelease[]> {
  const found = await Promise.all(
    clusters.clients.map(async (client) => {
      const states = openStates(line, config, client);
      const listed = (await clusters.ask(client, () => states.list())) ?? [];
      return listed.map(({ state }) => {
        const { identity, deployed } = state;
        const history = historiesOf(line, config, { client, secretKeys: deployed?.secretKeys });
        const historyAs = (acting: ClusterClient) => history(recordsNamespace(identity), identity.release, acting);
        return { client, states, state, history: historyAs(client), historyAs };
      });
    }),
  );
  return found.flat();
}

export function openStates(line: CommandLine, config: Config, client: ClusterClient): StateReader {
  const { namespace } = config.state;
  return readState({ client, namespace, onUnreadable: tellUnreadable(line) });
}

export interface ChosenReleases {
  readonly config: Config;
  readonly clusters: FleetClusters;
  readonly found: readonly FoundRelease[];
  /** All that the named applications are in. */
  readonly environments: readonly string[];
}

/** The releases that a command names, with their clusters open until the stack ends. */
export async function chooseReleases(
  line: CommandLine,
  options: GlobalOptions & Selection,
  stack: AsyncDisposableStack,
): Promise<ChosenReleases> {
  const config = await readConfig(line, options);
  const clusters = await openClusters(line, config, stack);
  const states = await readStates(line, config, clusters);
  const anywhere = select(states, { ...options, ...clusters, environment: undefined }, ({ state }) => state.identity);
  const environments = anywhere.map(({ state }) => state.identity.environment);
  const { environment } = options;
  const found = anywhere.filter((_, index) => environment === undefined || environments[index] === environment);
  return { config, clusters, found, environments };
}

/** The releases of one cluster, by namespace and name. */
export function historiesOf(
  line: CommandLine,
  config: Config,
  { client, secretKeys = [] }: HistoryReading,
): (namespace: string, name: string, acting?: ClusterClient) => ReleaseHistory {
  const { driver } = config.helm;
  const onUnreadable = tellUnreadable(line);
  const onRecord = (record: ReleaseRecord) =>
    line.mask?.add([...recordSecrets(record), ...secretValues(record.config, secretKeys)]);
  return (namespace, name, acting = client) =>
    openHistory({ client: acting, namespace, name, driver, onUnreadable, onRecord });
}

interface HistoryReading {
  readonly client: ClusterClient;
  /** Of the values that are recorded. */
  readonly secretKeys?: readonly string[] | undefined;
}

/** That a revision of it runs. */
export async function imagesOfFound(
  { signal }: CommandLine,
  found: FoundRelease | undefined,
  version: number | undefined,
): Promise<readonly RanImage[]> {
  if (found === undefined) return [];
  const { client, history, state } = found;
  return await ranImages({ client, history, namespace: state.identity.namespace, version }, { signal });
}

/** Oldest first. */
export async function readRecords({ history }: Pick<FoundRelease, 'history'>): Promise<ReleaseRecord[]> {
  return (await history.list()).map(({ record }) => record);
}

/** What cannot be understood is left out of the answer, and said. */
export function tellUnreadable(line: CommandLine): (what: string, error: HelmGitopsError) => void {
  return (what, error) => void line.stderr.write(`warning: ${what} cannot be read: ${error.message}\n`);
}
