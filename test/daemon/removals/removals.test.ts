import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ClusterSession } from '../../../src/daemon/clusters/cluster-session.ts';
import { createReadModel } from '../../../src/daemon/read-model.ts';
import { createRemovals, type Read } from '../../../src/daemon/removals/removals.ts';
import { createWorkQueue } from '../../../src/daemon/work-queue.ts';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { StateStore } from '../../../src/foundation/state/open-state.ts';
import type { ReleaseState } from '../../../src/foundation/state/release-state.ts';
import type { ReleaseDefinition } from '../../../src/pipeline/definitions/release-definition.ts';
import { definition, releaseState } from '../../pipeline/release-scene.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Releases of these applications lie in one cluster; `defined` is what git says. Taking `shop` away fails. */
function scene(apps: readonly string[], defined: readonly ReleaseDefinition[]) {
  const events: Event[] = [];
  const mine = new Map<string, ReleaseState>(
    apps.map((app) => {
      const state = releaseState();
      return [app, { ...state, identity: { ...state.identity, app, release: app, namespace: app } }];
    }),
  );
  const reach = { works: false };
  const states = {
    installation: 'i',
    list: async () => [...mine.values()].map((state) => ({ state })),
    read: async (_namespace: string, release: string) => ({ state: mine.get(release) }),
    change: async (_namespace: string, release: string, change: (state: ReleaseState) => ReleaseState) => {
      mine.set(release, change(mine.get(release) as ReleaseState));
    },
    remove: async (_namespace: string, release: string) => void mine.delete(release),
    environment: async () => undefined,
    changeEnvironment: async () => undefined,
  } as unknown as StateStore;
  const history = () => ({
    marks: async () => {
      if (!reach.works) throw new HelmGitopsError('cluster.refused', 'cluster', 'no');
      return [];
    },
  });
  const signal = new AbortController().signal;
  const now = () => new Date(Date.now());
  const queue = createWorkQueue({ concurrency: 2, onError: (_key, error) => expect(error).toBeUndefined() });
  const session = {
    context: { states, history, signal, now, emit: (event: Event) => void events.push(event) },
    queue,
    loop: { end: async () => undefined, prepared: () => undefined, wish: () => undefined },
    forget: () => undefined,
  } as unknown as ClusterSession;
  const synced = { mode: undefined, unreadFiles: [], problems: [], strangers: new Map(), releases: [], defined };
  const last = new Map([['fleet', { synced, checkout: { path: 'apps' } }]]) as unknown as Read;
  const parts = {
    sessions: new Map([['memory', { session, states }]]),
    model: createReadModel({ now, history: async () => [], mask: (text) => text }),
    emit: (event: Event) => void events.push(event),
    now,
    newOp: () => 'op1',
    onGone: () => undefined,
    signal,
  };
  const removals = createRemovals(parts, last);
  const failures = () => events.filter(({ event }) => event === 'release.failed').length;
  return { removals, failures, mine, reach, queue };
}

/** It lives on in another namespace, where it is not healthy yet: looked at every two seconds. */
const moving = { ...definition, app: 'other', releaseName: 'other', namespace: 'elsewhere' };

test.each([
  { beside: 'alone', apps: ['shop'], defined: [] },
  { beside: 'while another release moves', apps: ['shop', 'other'], defined: [moving] },
])('a removal that fails is tried again ever more rarely, $beside', async ({ apps, defined }) => {
  const { removals, failures } = scene(apps, defined);
  await removals.lookAt('fleet');
  await vi.advanceTimersByTimeAsync(59_000);
  expect(failures()).toBe(1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(failures()).toBe(2);
  await vi.advanceTimersByTimeAsync(117_000);
  expect(failures()).toBe(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(failures()).toBe(3);
});

test('looks in between do not make it sooner, nor is it forgotten', async () => {
  const { removals, failures, reach, mine } = scene(['shop'], []);
  for (let second = 0; second < 55; second += 1) {
    await removals.lookAt('fleet');
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(failures()).toBe(1);
  reach.works = true;
  await vi.advanceTimersByTimeAsync(6_000);
  expect([failures(), mine.size]).toEqual([1, 0]);
});
