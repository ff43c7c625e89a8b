/** Keeps what people see of the daemon: releases, their drift and the last events. It is fed by the daemon and by events alone. */
import type { Event } from '../foundation/events/event.ts';
import type { Sink } from '../foundation/events/event-bus.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import type { PreparedRelease } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import type { ClusterView, Control, DriftView, Health, LoggedEvent, ReleaseView, RepositoryView } from './control.ts';
import { createKnownDeliveries, type KnownDeliveries } from './known-deliveries.ts';

export interface ReadModel extends Control, KnownDeliveries {
  readonly sink: Sink;
  release(id: string): ReleaseView | undefined;
  /** How many freezes hold, of environments and of whole clusters. */
  readonly freezes: number;
  /** A release that the fleet holds now. */
  define(prepared: PreparedRelease): void;
  forget(id: string): void;
  set(id: string, change: Partial<Pick<ReleaseView, 'health' | 'message' | 'version' | 'commit' | 'revision'>>): void;
  setDrift(id: string, drift: readonly DriftView[]): void;
  setRepository(view: RepositoryView): void;
  /** That it is out of reach, waited for or back again is told by events. */
  setCluster(name: string, status: 'connecting' | 'ready'): void;
  markReady(): void;
}

const keptEvents = 500;

export interface ReadModelOptions {
  readonly now: () => Date;
  readonly history: (view: ReleaseView) => Promise<readonly ReleaseRecord[]>;
  /** Takes secrets out of what does not come by events. */
  readonly mask?: (text: string) => string;
}

export function createReadModel({ now, history, mask = (text) => text }: ReadModelOptions): ReadModel {
  const releases = new Map<string, ReleaseView>();
  const repositories = new Map<string, RepositoryView>();
  const clusters = new Map<string, ClusterView>();
  const freezes = new Set<string>();
  const known = createKnownDeliveries(now);
  const events: LoggedEvent[] = [];
  const listeners = new Set<(event: LoggedEvent) => void>();
  let number = 0;
  let ready = false;
  const change = (id: string, part: Partial<ReleaseView>) => {
    const view = releases.get(id);
    if (!view) return;
    const since = part.health !== undefined && part.health !== view.health ? now().getTime() : view.since;
    releases.set(id, { ...view, ...part, since });
  };
  const setCluster = (name: string, status: ClusterView['status'], message?: string) => {
    if (clusters.get(name)?.status !== status) clusters.set(name, { name, status, message, since: now().getTime() });
  };
  const reached = (view: ReleaseView) => withReach(view, clusters.get(view.cluster));
  return {
    get ready() {
      return ready;
    },
    get freezes() {
      return freezes.size;
    },
    releases: () => [...releases.values()].map(reached),
    release(id) {
      const view = releases.get(id);
      return view && reached(view);
    },
    repositories: () => [...repositories.values()],
    clusters: () => [...clusters.values()],
    ...known,
    events: (after = 0) => events.filter((entry) => entry.number > after),
    async history(app, environment) {
      const view = releases.get(`${app}/${environment}`);
      const records = view ? await history(view) : [];
      return records.map((record) => {
        const description = mask(record.info.description);
        return { ...record, info: { ...record.info, description } };
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sink(event, time) {
      applyEvent(event, change);
      if (event.event === 'cluster.unreachable') setCluster(event.cluster, 'unreachable', event.message);
      if (event.event === 'cluster.recovered') setCluster(event.cluster, 'ready');
      if (event.event === 'cluster.standby') setCluster(event.cluster, 'standby', `${event.holder} works there`);
      if (event.event === 'freeze.set') freezes.add(`${event.cluster} ${event.environment}`);
      if (event.event === 'freeze.lifted') freezes.delete(`${event.cluster} ${event.environment}`);
      number += 1;
      const entry = { number, time, event };
      events.push(entry);
      if (events.length > keptEvents) events.shift();
      for (const listener of listeners) listener(entry);
    },
    define(prepared) {
      const id = definitionId(prepared.definition);
      const { app, environment, cluster, namespace, storageNamespace, releaseName } = prepared.definition;
      const before = releases.get(id);
      const { name, version } = prepared.chart.metadata;
      const { revision } = prepared.checkout;
      const fresh = {
        version: undefined,
        commit: undefined,
        health: 'unknown' as Health,
        message: undefined,
        drift: [],
        since: now().getTime(),
      };
      // What is known of one place says nothing of the next.
      const stays = before?.cluster === cluster && before.namespace === namespace && before.release === releaseName;
      releases.set(id, {
        ...(before && stays ? before : fresh),
        ...{ app, environment, cluster, namespace, storageNamespace, release: releaseName },
        chart: `${name}-${version}`,
        revision,
      });
    },
    forget(id) {
      releases.delete(id);
      known.forgetDeliveries(id);
    },
    set: (id, part) => change(id, part.message === undefined ? part : { ...part, message: mask(part.message) }),
    setDrift: (id, drift) => change(id, { drift: drift.map((view) => maskDrift(view, mask)) }),
    setCluster,
    setRepository: (view) =>
      void repositories.set(view.name, { ...view, error: view.error === undefined ? undefined : mask(view.error) }),
    markReady() {
      ready = true;
    },
  };
}

/** Of what cannot be looked at nothing is known; what was known comes back with its cluster. */
function withReach(view: ReleaseView, cluster: ClusterView | undefined): ReleaseView {
  if (cluster === undefined || cluster.status === 'ready') return view;
  const { name, status, since } = cluster;
  const why =
    status === 'unreachable'
      ? `cluster ${name} is out of reach`
      : status === 'standby'
        ? `another daemon works in cluster ${name}`
        : `cluster ${name} is being connected to`;
  return { ...view, health: 'unknown', message: why, since };
}

function maskDrift(view: DriftView, mask: (text: string) => string): DriftView {
  const masked = (text: string | undefined) => (text === undefined ? undefined : mask(text));
  const { changes } = view;
  return {
    ...view,
    object: mask(view.object),
    recorded: masked(view.recorded),
    live: masked(view.live),
    ...(changes
      ? { changes: changes.map(({ field, recorded, live }) => ({ field, recorded: mask(recorded), live: mask(live) })) }
      : {}),
  };
}

const healthAfter: Partial<Record<Event['event'], Health>> = {
  'release.started': 'progressing',
  'release.waiting': 'progressing',
  'release.deployed': 'healthy',
  'release.failed': 'failed',
  'chart.failed': 'failed',
  'release.blocked': 'blocked',
  'release.unhealthy': 'failed',
  'release.recovered': 'healthy',
  'rollback.started': 'progressing',
  'rollback.done': 'rolledBack',
  'rollback.failed': 'failed',
};

function applyEvent(event: Event, change: (id: string, part: Partial<ReleaseView>) => void): void {
  const health = healthAfter[event.event];
  if (health === undefined || !('app' in event)) return;
  const message = 'message' in event ? event.message : 'reason' in event ? event.reason : undefined;
  const version = 'version' in event && typeof event.version === 'number' ? { version: event.version } : {};
  const commit = event.event === 'release.deployed' ? { commit: event.commit } : {};
  // Why it was rolled back stays to be read.
  const told = event.event === 'rollback.done' ? {} : { message };
  change(`${event.app}/${event.environment}`, { health, ...told, ...version, ...commit });
}
