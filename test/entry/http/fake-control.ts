import type { ClusterView, Control, LoggedEvent, ReleaseView, RepositoryView } from '../../../src/daemon/control.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { ReleaseRecord } from '../../../src/foundation/history/release-record.ts';

export const commit = '3f2a1c9d0e4b5a697887f6e5d4c3b2a190807060';

export function releaseView(part: Partial<ReleaseView> = {}): ReleaseView {
  return {
    app: 'shop',
    environment: 'prod',
    cluster: 'main',
    namespace: 'prod',
    release: 'shop',
    chart: 'shop-1.4.2',
    version: 3,
    commit,
    revision: commit,
    health: 'healthy',
    message: undefined,
    drift: [],
    since: Date.UTC(2026, 10, 20, 11),
    ...part,
  };
}

export interface FakeControl extends Control {
  ready: boolean;
  set: { releases: ReleaseView[]; repositories: RepositoryView[]; clusters: ClusterView[]; records: ReleaseRecord[] };
  emit(event: Event): void;
  failWith(error: Error): void;
  readonly listeners: ReadonlySet<unknown>;
}

export function createFakeControl(): FakeControl {
  const events: LoggedEvent[] = [];
  const listeners = new Set<(event: LoggedEvent) => void>();
  const set: FakeControl['set'] = { releases: [releaseView()], repositories: [], clusters: [], records: [] };
  let failure: Error | undefined;
  return {
    ready: true,
    set,
    listeners,
    failWith(error) {
      failure = error;
    },
    releases() {
      if (failure) throw failure;
      return set.releases;
    },
    repositories: () => set.repositories,
    clusters: () => set.clusters,
    deliveries: () => [],
    events: (after = 0) => events.filter(({ number }) => number > after),
    history: async () => set.records,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    emit(event) {
      const entry = { number: events.length + 1, time: new Date(Date.UTC(2026, 10, 20, 12, 0, events.length)), event };
      events.push(entry);
      for (const listener of listeners) listener(entry);
    },
  };
}
