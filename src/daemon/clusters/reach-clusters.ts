/** Takes the configured clusters, begins work in each as soon as it answers, and says when there is enough to begin a pass. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { openWatchRights } from '../../foundation/cluster/watch-rights.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import type { Environment } from '../../foundation/http/find-proxy.ts';
import { openHttpClient } from '../../foundation/http/open-http-client.ts';
import type { SecretMask } from '../../foundation/secrets/secret-mask.ts';
import { acquireLease, type KeptLeases } from '../../foundation/state/acquire-lease.ts';
import { openState } from '../../foundation/state/open-state.ts';
import type { RenderRelease } from '../../pipeline/context.ts';
import type { Daemon } from '../daemon.ts';
import type { ReadModel } from '../read-model.ts';
import { openFreezes } from '../requests/freezes.ts';
import { createClusterSession, type SessionOptions } from './cluster-session.ts';
import type { ConfiguredCluster } from './configured-clusters.ts';
import { type Beginning, keepCluster, type Work } from './keep-cluster.ts';
import { createReach, type Reach } from './tell-reach.ts';

export interface ReachOptions {
  readonly config: Pick<Config, 'helm' | 'concurrency' | 'state'>;
  readonly clusters: readonly ConfiguredCluster[];
  readonly sessions: Map<string, Work>;
  readonly model: ReadModel;
  readonly render: RenderRelease;
  readonly emit: Emit;
  readonly mask: Pick<SecretMask, 'add' | 'text'>;
  readonly now: () => Date;
  /** Of this daemon among others: see `LeaseOptions.identity`. */
  readonly identity: string;
  readonly onBegun: Daemon['onBegun'];
  readonly holdOf: Daemon['holdOf'];
  readonly across: Daemon['across'];
  /** For proxies. */
  readonly environment: Environment;
  /** One pass is to be made with the clusters that answer; otherwise the first that does is waited for. */
  readonly once: boolean;
  readonly stack: AsyncDisposableStack;
  /** No new work is begun. */
  readonly ending: AbortSignal;
  /** All work ends. */
  readonly stop: AbortSignal;
}

/** Milliseconds that the first pass waits for further clusters when one can be worked in. */
const joinTime = 3_000;

/** A cluster that does not answer soon joins later. */
export async function reachClusters(options: ReachOptions): Promise<void> {
  const { clusters, sessions, model, emit, stack, stop, ending, once } = options;
  const http = stack.use(openHttpClient({ environment: options.environment }));
  const leases: KeptLeases = new Map();
  const kept = clusters.map((cluster) => {
    const { name } = cluster;
    const reach = createReach(name, emit);
    return stack.use(
      keepCluster({
        cluster,
        reach,
        begin: (client, beginning) => beginWork(options, { client, leases, http, reach, beginning }),
        onBegun(work, lifetime) {
          sessions.set(name, work);
          model.setCluster(name, 'ready');
          options.onBegun(name, lifetime);
        },
        onEnded: () => void sessions.delete(name),
        signal: stop,
        random: Math.random,
      }),
    );
  });
  const begun = Promise.race(kept.map((one) => one.begun));
  const settled = Promise.all(kept.map((one) => one.settled));
  const soon = begun.then(() => delay(joinTime, undefined, { ref: false }));
  const enough = once ? settled : Promise.race([settled.then(() => begun), soon]);
  await Promise.race([enough, new Promise((resolve) => ending.addEventListener('abort', resolve, { once: true }))]);
}

interface Begin {
  readonly client: ClusterClient;
  /** Those of this process. */
  readonly leases: KeptLeases;
  readonly http: SessionOptions['http'];
  readonly reach: Reach;
  readonly beginning: Beginning;
}

async function beginWork(options: ReachOptions, { client, leases, http, reach, beginning }: Begin): Promise<Work> {
  const { config, emit, now, identity, render, model, mask, once } = options;
  const { namespace } = config.state;
  const { signal, yields } = beginning;
  const states = await openState({
    client,
    namespace,
    installation: randomUUID(),
    mask: mask.text,
    onUnreadable: (target, { message, hint }) =>
      emit({
        event: 'state.unreadable',
        cluster: client.name,
        namespace,
        object: `ConfigMap/${target}`,
        message,
        hint,
      }),
    signal,
  });
  await using held = new AsyncDisposableStack();
  const taken = await acquireLease({
    client,
    namespace,
    identity,
    signal: AbortSignal.any([signal, options.ending]),
    now,
    yields,
    kept: leases,
    onStandby(holder) {
      emit({ event: 'cluster.standby', cluster: client.name, holder });
      // Else a rolling update would wait for the new process, and that for the old one's Lease.
      model.markReady();
      if (!once) beginning.onStandby();
    },
  });
  const lease = held.use(taken);
  const { compat, driver } = config.helm;
  const { concurrency } = config;
  const rights = await openWatchRights(client);
  const freezes = await openFreezes({ cluster: client.name, states, emit, now, signal });
  const session = createClusterSession({
    ...{ holdOf: options.holdOf, across: options.across, http, freezes },
    ...{ client, states, render, emit, now, compat, driver, concurrency, model, mask, reach, rights, signal },
  });
  held.move();
  return { session, states, freezes, lease };
}
