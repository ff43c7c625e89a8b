/** Builds the daemon's parts from a configuration, in order, and disposes them in reverse. It is the only file that knows them all. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from './config/config.ts';
import { foreignFolders, prepareClusters } from './daemon/clusters/configured-clusters.ts';
import { recordsOf, type Work } from './daemon/clusters/keep-cluster.ts';
import { reachClusters } from './daemon/clusters/reach-clusters.ts';
import { createDaemon, type Daemon } from './daemon/daemon.ts';
import { startDriftSummary } from './daemon/drift/drift-summary.ts';
import { nextHint } from './daemon/next-hint.ts';
import type { Proposal } from './daemon/promotion/promoting.ts';
import { promotionWriter } from './daemon/promotion/promotion-writer.ts';
import { createReadModel, type ReadModel } from './daemon/read-model.ts';
import { createRenderPool, type RenderPool } from './daemon/rendering/render-pool.ts';
import { createRepositoryLoop, type RepositoryLoop } from './daemon/repositories/repository-loop.ts';
import { createValueObjects, type ValueObjects } from './daemon/repositories/value-objects.ts';
import { revertAccess } from './daemon/reverts/revert-access.ts';
import { summarizeReleases } from './daemon/summarize-releases.ts';
import { promotionMarkdown } from './entry/cli/plan/promotion-markdown.ts';
import type { Webhooks } from './entry/http/add-webhooks.ts';
import { startServer } from './entry/http/server.ts';
import { aborted } from './foundation/base/aborted.ts';
import { asHelmGitopsError } from './foundation/base/errors.ts';
import { makeFolder } from './foundation/base/make-folder.ts';
import type { ClusterClient } from './foundation/cluster/cluster-client.ts';
import { createEventBus, type Emit } from './foundation/events/event-bus.ts';
import { internalError } from './foundation/events/internal-error.ts';
import { maskEvent } from './foundation/secrets/mask-event.ts';
import { openDecryption } from './foundation/secrets/open-decryption.ts';
import type { KeyringOptions } from './foundation/secrets/open-keyring.ts';
import { readSecretKey } from './foundation/secrets/read-secret-key.ts';
import type { SecretMask } from './foundation/secrets/secret-mask.ts';
import { patienceOfOne } from './pipeline/chart/patient-sources.ts';
import { publicNames } from './pipeline/definitions/public-names.ts';
import type { ReleaseDefinition } from './pipeline/definitions/release-definition.ts';
import { openFleetSources } from './pipeline/open-fleet-sources.ts';
import { cacheFolderOf } from './pipeline/source/fetch-revision.ts';
import { watchFolder } from './pipeline/source/watch-folder.ts';
import { createLogSink } from './report/log-sink.ts';
import { createMetrics } from './report/metrics-sink.ts';

export interface RunOptions {
  readonly config: Config;
  readonly version: string;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly now: () => Date;
  /** Aborted by SIGTERM and SIGINT, with the signal's name as reason. */
  readonly signal: AbortSignal;
  /** One pass, then the end; no server, no watching. */
  readonly once: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What is secret; told while definitions are read. */
  readonly mask: SecretMask;
}

type Sessions = Map<string, Work>;

interface Parts {
  readonly options: RunOptions;
  readonly emit: Emit;
  readonly model: ReadModel;
  readonly stack: AsyncDisposableStack;
  /** Ends everything that still runs after the grace time, or at once when the lease is lost. */
  readonly stop: AbortController;
  readonly sessions: Sessions;
}

const summaryInterval = 3_600_000;

/** Milliseconds that what is under way may take to end after SIGTERM; the next start goes on with the rest. */
const grace = 8_000;

/** 0; of a pass by `once` 1 when it left something that is not as git says or could not be read, 2 when definitions are wrong. */
export async function runApp(options: RunOptions): Promise<number> {
  const { config, environment, now, mask, version } = options;
  await using stack = new AsyncDisposableStack();
  const onSinkError = (error: unknown) => options.stderr.write(`${mask.text(String(error))}\n`);
  const bus = createEventBus(now, onSinkError, (event) => maskEvent(event, mask));
  bus.subscribe(createLogSink({ ...config.log, stream: options.stdout }));
  const sessions: Sessions = new Map();
  const model = createReadModel({ now, history: (view) => recordsOf(sessions, view), mask: mask.text });
  bus.subscribe(model.sink);
  const metrics = createMetrics(() => model);
  bus.subscribe(metrics.sink);
  const parts: Parts = { options, emit: bus.emit, model, stack, stop: new AbortController(), sessions };
  announce(parts);
  const pool = stack.use(createRenderPool({ ...config.helm, mask }));
  const clusters = await prepareClusters(config.clusters, {
    emit: bus.emit,
    stack,
    mayStart: true,
    environment,
    foreign: foreignFolders(config),
  });
  for (const { name } of clusters) model.setCluster(name, 'connecting');
  const newOp = () => randomBytes(4).toString('hex');
  const loops = new Map<string, RepositoryLoop>();
  const moment = { emit: bus.emit, now, newOp, signal: parts.stop.signal };
  const describe = (proposal: Proposal) => promotionMarkdown(proposal, mask);
  const promoting = promotionWriter({ ...moment, config, environment, stack, describe });
  const reverting = revertAccess({ ...moment, config, environment });
  const daemon = createDaemon({ sessions, model, repositories: loops, promoting, reverting, ...moment });
  bus.subscribe(daemon.noted);
  const objects = followValues(parts, loops);
  const repositories = await openRepositories(parts, { daemon, newOp, objects, loops, pool });
  const onError = internalTo(bus.emit);
  const webhooks: Webhooks = {
    repositories: config.repositories.flatMap(({ name, webhook }) => (webhook ? [{ name, ...webhook }] : [])),
    look: (name) => void loops.get(name)?.look().catch(onError),
  };
  const { decide } = daemon;
  const serving = { ...config.server, control: model, metrics, webhooks, decide, now, version, onError };
  const server = options.once ? undefined : stack.use(await startServer(serving));
  await reachClusters({
    ...{ config, clusters, model, sessions, emit: bus.emit, now, stack, stop: parts.stop.signal, once: options.once },
    ...{ mask: options.mask, holdOf: daemon.holdOf, across: daemon.across, environment },
    identity: `${options.environment['HOSTNAME'] ?? hostname()} ${config.file}`,
    render: pool.render,
    ending: options.signal,
    onBegun(cluster, lifetime) {
      daemon.onBegun(cluster, lifetime);
      objects.begun(cluster);
    },
  });
  const ready = { page: server?.url, kubeconfig: clusters.find(({ kubeconfig }) => kubeconfig)?.kubeconfig };
  if (!options.once) await followFolders(parts, repositories);
  await firstPass(parts, { daemon, repositories, ready });
  if (!options.once && !options.signal.aborted) await serve(parts, { daemon, repositories });
  return await end(parts, { daemon, repositories });
}

interface Running {
  readonly daemon: Daemon;
  readonly repositories: readonly { repository: Config['repositories'][number]; loop: RepositoryLoop }[];
}

function announce({ options, emit }: Parts): void {
  const { config, version } = options;
  const why = config.clustersFrom === 'configuration' ? '' : `, by ${config.clustersFrom}`;
  emit({
    event: 'daemon.started',
    version,
    clusters: `${config.clusters.map(({ name, type }) => `${name} (${type})`).join(', ')}${why}`,
    repositories: config.repositories.map(({ name, url }) => `${name} (${url})`).join(', '),
    config: config.file,
  });
}

const internalTo = (emit: Emit) => (error: unknown) => emit(internalError(error));

/** Values that lie in the clusters: a change there is one of the release's inputs. */
function followValues(parts: Parts, loops: ReadonlyMap<string, RepositoryLoop>): ValueObjects {
  const { options, emit, stack, stop } = parts;
  const objects = createValueObjects({
    clientOf: (definition) => clientOf(parts, definition),
    onMoved: (repository, id) => void loops.get(repository)?.touch(id).catch(internalTo(emit)),
    mask: options.mask,
    signal: stop.signal,
  });
  return stack.use(objects);
}

interface Opening {
  readonly daemon: Daemon;
  readonly newOp: () => string;
  readonly pool: RenderPool;
  readonly objects: ValueObjects;
  readonly loops: Map<string, RepositoryLoop>;
}

async function openRepositories(parts: Parts, opening: Opening): Promise<Running['repositories']> {
  const { daemon, newOp, objects, loops, pool } = opening;
  const { definitionsOf } = pool;
  const { options, emit, model, stop, stack } = parts;
  const { config, now, environment, mask } = options;
  const cacheFolder = cacheFolderOf(config);
  await makeFolder(cacheFolder);
  const clusters = config.clusters.map(({ name }) => name);
  const { credentials, mirrors, defaults, decryption, clusterAliases, clusterLabels } = config;
  const definitions = { defaults, clusters, clusterAliases, clusterLabels };
  const readSecret: KeyringOptions['readSecret'] = (reference) => {
    const name = reference.cluster ?? clusters[0] ?? '';
    return readSecretKey(parts.sessions.get(name)?.session.context.client, reference);
  };
  const decrypt = openDecryption({ ...decryption, environment, readSecret, mask });
  const maxAge =
    Math.min(...config.repositories.map(({ poll }) => (poll.type === 'every' ? poll.milliseconds : 60_000))) / 2;
  const signal = stop.signal;
  const patience = options.once ? patienceOfOne : undefined;
  const asking = { credentials, mirrors, cacheFolder, environment, now, maxAge, patience, signal };
  const sources = await openFleetSources(asking);
  stack.use(sources);
  const allowNames = (definitions: readonly ReleaseDefinition[]) => mask.allow(definitions.flatMap(publicNames));
  return config.repositories.map((repository) => {
    const loop = createRepositoryLoop({
      repository,
      fetch: { cacheFolder, credentials, environment },
      sync: { definitions, compat: config.helm.compat, sources, decrypt, objectsOf: objects.objectsOf, definitionsOf },
      unfollowed: () => objects.unfollowed(repository.name),
      emit,
      now,
      random: Math.random,
      newOp,
      model,
      onReadAgain: allowNames,
      onRead: (definitions) => {
        allowNames(definitions);
        objects.follow(repository.name, definitions);
        daemon.onRead(repository.name, definitions);
      },
      onPrepared: (prepared) => daemon.onPrepared(prepared),
      onSynced: daemon.onSynced,
      onLooked: daemon.onLooked,
      signal: stop.signal,
    });
    loops.set(repository.name, loop);
    return { repository, loop };
  });
}

function clientOf({ sessions }: Parts, { cluster }: ReleaseDefinition): ClusterClient | undefined {
  return sessions.get(cluster)?.session.context.client;
}

interface FirstPass extends Running {
  readonly ready: { page: string | undefined; kubeconfig: string | undefined };
}

async function firstPass(
  { options, model, emit, stop }: Parts,
  { daemon, repositories, ready }: FirstPass,
): Promise<void> {
  const { now, signal, config } = options;
  const started = now().getTime();
  const passed = daemon.pass(repositories.map(({ loop }) => loop)).catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  await Promise.race([passed, aborted(signal)]);
  if (signal.aborted) return;
  model.markReady();
  const folder = config.repositories.find(({ type }) => type === 'folder')?.url;
  const { page, kubeconfig } = ready;
  emit({
    event: 'daemon.ready',
    releases: model.releases().length,
    duration: now().getTime() - started,
    ...(page ? { page } : {}),
    ...(kubeconfig ? { kubeconfig } : {}),
    ...(options.once ? {} : { next: nextHint(kubeconfig, folder) }),
  });
}

async function serve({ options, stack, emit, model }: Parts, { daemon, repositories }: Running): Promise<void> {
  daemon.serve();
  for (const { loop } of repositories) loop.start();
  const summary = setInterval(
    () => emit({ event: 'daemon.summary', ...summarizeReleases(model.releases()), freezes: model.freezes }),
    summaryInterval,
  );
  stack.defer(() => clearInterval(summary));
  const { driftSummary: cron } = options.config;
  if (cron) stack.use(startDriftSummary({ cron, releases: model.releases, emit, now: options.now }));
  await aborted(options.signal);
}

/** Before the first pass, so that no edit falls between the two. */
async function followFolders({ options, stack }: Parts, repositories: Running['repositories']): Promise<void> {
  for (const { repository, loop } of repositories) {
    if (!repository.watch || repository.type !== 'folder') continue;
    const onError = (error: unknown) =>
      void options.stderr.write(`${options.mask.text(asHelmGitopsError(error).message)}\n`);
    stack.use(await watchFolder({ folder: repository.url, onChange: () => void loop.look().catch(onError), onError }));
  }
}

async function end(
  { options, emit, model, stop, sessions }: Parts,
  { daemon, repositories }: Running,
): Promise<number> {
  const underWay = [...sessions.values()].reduce((sum, { session }) => sum + session.queue.size, 0);
  const signal = String(options.signal.reason ?? 'end');
  if (!options.once) emit({ event: 'daemon.stopping', signal, underWay });
  await Promise.race([
    Promise.all([...repositories.map(({ loop }) => loop.stop()), daemon.idle()]),
    delay(grace, undefined, { ref: false }),
  ]);
  stop.abort('stopping');
  if (!options.once) return 0;
  if (model.repositories().some(({ problems }) => problems > 0)) return 2;
  const read =
    model.repositories().every(({ error }) => error === undefined) &&
    model.clusters().every(({ status }) => status === 'ready');
  return read && model.releases().every(({ health }) => ['healthy', 'suspended', 'observed'].includes(health)) ? 0 : 1;
}
