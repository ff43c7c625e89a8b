/** Builds the daemon's parts from a configuration, in order, and disposes them in reverse. It is the only file that knows them all. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { type ClusterSession, createClusterSession } from './daemon/cluster-session.ts';
import { openConfiguredClusters } from './daemon/configured-clusters.ts';
import { createDaemon } from './daemon/daemon.ts';
import { createReadModel } from './daemon/read-model.ts';
import { createRenderPool } from './daemon/render-pool.ts';
import { createRepositoryLoop, type RepositoryLoop } from './daemon/repository-loop.ts';
import { startServer } from './entry/http/server.ts';
import { createEventBus } from './foundation/events/event-bus.ts';
import { asHelmGitopsError } from './foundation/base/errors.ts';
import { acquireLease } from './foundation/state/acquire-lease.ts';
import { openState, type StateStore } from './foundation/state/open-state.ts';
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
  /** Git credentials by environment variable name. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How long what is under way may take to end after SIGTERM; the next start goes on with the rest. */
const grace = 8_000;

/** 0, or 1 when a pass by `once` left something failed. */
export async function runApp(options: RunOptions): Promise<number> {
  const { config, now } = options;
  await using stack = new AsyncDisposableStack();
  const stop = new AbortController();
  const bus = createEventBus(now, (error) => options.stderr.write(`${String(error)}\n`));
  bus.subscribe(createLogSink({ ...config.log, stream: options.stdout }));
  const { emit } = bus;
  const newOp = () => randomBytes(4).toString('hex');
  emit({
    event: 'daemon.started',
    version: options.version,
    clusters: `${config.clusters.map(({ name, type }) => `${name} (${type})`).join(', ')}${config.clustersFrom === 'configuration' ? '' : `, by ${config.clustersFrom}`}`,
    repositories: config.repositories.map(({ name, url }) => `${name} (${url})`).join(', '),
    config: config.file,
  });
  const sessions = new Map<string, { session: ClusterSession; states: StateStore }>();
  const model = createReadModel({
    now,
    history: async ({ cluster, namespace, release }) => {
      const records = await sessions.get(cluster)?.session.context.history(namespace, release).list();
      return (records ?? []).map(({ record }) => record);
    },
  });
  bus.subscribe(model.sink);
  const metrics = createMetrics(() => model);
  bus.subscribe(metrics.sink);
  const pool = stack.use(createRenderPool({ compat: config.helm.compat, kubeVersion: config.helm.kubeVersion }));
  const clusters = await openConfiguredClusters(config.clusters, { emit, stack, mayStart: true });
  for (const client of clusters.clients) {
    const { namespace } = config.state;
    const states = await openState({
      client,
      namespace,
      installation: randomUUID(),
      onUnreadable: (target, error) => emit({ event: 'internal.error', message: `state ${target} cannot be read: ${error.message}` }),
    });
    const lease = await acquireLease({
      client,
      namespace,
      identity: `${options.environment['HOSTNAME'] ?? 'local'}-${config.file}`,
      signal: options.signal,
      now,
      onStandby: (holder) => emit({ event: 'cluster.standby', cluster: client.name, holder }),
    });
    stack.use(lease);
    lease.lost.addEventListener('abort', () => stop.abort('lease lost'));
    const { compat } = config.helm;
    const session = createClusterSession({ client, states, render: pool.render, emit, now, compat, concurrency: config.concurrency, model, signal: stop.signal });
    sessions.set(client.name, { session, states });
    stack.defer(() => session[Symbol.asyncDispose]());
  }
  const daemon = createDaemon({ sessions, model, emit, now, newOp, signal: stop.signal });
  const cacheFolder = join(config.file, '..', '.helm-gitops', 'cache');
  await mkdir(cacheFolder, { recursive: true });
  const repositories = config.repositories.map((repository) => ({
    repository,
    loop: createRepositoryLoop({
      repository,
      fetch: { cacheFolder, credentials: config.credentials, environment: options.environment },
      sync: { definitions: { defaults: config.defaults, clusters: config.clusters.map(({ name }) => name) }, compat: config.helm.compat },
      emit,
      now,
      random: Math.random,
      newOp,
      model,
      onSynced: (synced, checkout) => daemon.onSynced(synced, checkout),
      signal: stop.signal,
    }),
  }));
  const server = options.once ? undefined : await startServer({ ...config.server, control: model, metrics, now, version: options.version });
  if (server) stack.use(server);
  const started = now().getTime();
  const passed = daemon.pass(repositories.map(({ loop }) => loop)).catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  await Promise.race([passed, aborted(options.signal)]);
  if (!options.signal.aborted) {
    model.markReady();
    const [kubeconfig] = clusters.kubeconfigs;
    const [folder] = config.repositories.filter(({ type }) => type === 'folder');
    emit({
      event: 'daemon.ready',
      releases: model.releases().length,
      duration: now().getTime() - started,
      ...(server ? { page: server.url } : {}),
      ...(kubeconfig ? { kubeconfig } : {}),
      next: nextHint(kubeconfig, folder?.url),
    });
  }
  if (!options.once && !options.signal.aborted) await serve({ options, repositories, daemon, stack });
  const underWay = [...sessions.values()].reduce((sum, { session }) => sum + session.queue.size, 0);
  if (!options.once) emit({ event: 'daemon.stopping', signal: String(options.signal.reason ?? 'end'), underWay });
  await Promise.all(repositories.map(({ loop }) => loop.stop()));
  await Promise.race([daemon.idle(), new Promise((resolve) => setTimeout(resolve, options.once ? 0 : grace).unref())]);
  stop.abort('stopping');
  return options.once && model.releases().some(({ health }) => health === 'failed' || health === 'blocked') ? 1 : 0;
}

interface Serving {
  options: RunOptions;
  repositories: readonly { repository: Config['repositories'][number]; loop: RepositoryLoop }[];
  daemon: ReturnType<typeof createDaemon>;
  stack: AsyncDisposableStack;
}

async function serve({ options, repositories, daemon, stack }: Serving): Promise<void> {
  daemon.followRequests(stack);
  for (const { repository, loop } of repositories) {
    loop.start();
    if (repository.watch && repository.type === 'folder') {
      stack.use(await watchFolder({ folder: repository.url, onChange: () => void loop.look().catch((error) => options.stderr.write(`${asHelmGitopsError(error).message}\n`)) }));
    }
  }
  await aborted(options.signal);
}

function nextHint(kubeconfig: string | undefined, folder: string | undefined): string | undefined {
  const hints = [
    folder ? `edit a values file below ${folder}` : undefined,
    kubeconfig ? `kubectl --kubeconfig ${kubeconfig} get pods -A; helm --kubeconfig ${kubeconfig} list -A` : undefined,
  ].filter((hint) => hint !== undefined);
  return hints.length === 0 ? undefined : hints.join('; ');
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
