import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DriftView } from '../../../src/daemon/control.ts';
import { acceptDrift } from '../../../src/daemon/drift/accept-drift.ts';
import { standingDrift } from '../../../src/daemon/drift/drift-report.ts';
import { createDriftWatch, type DriftWatch } from '../../../src/daemon/drift/drift-watch.ts';
import type { MayCorrect } from '../../../src/daemon/drift/may-correct.ts';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { ReleaseRecord } from '../../../src/foundation/history/release-record.ts';
import type { ReleaseDefinition } from '../../../src/pipeline/definitions/release-definition.ts';
import { withOwnership } from '../../../src/pipeline/plan/ownership.ts';
import { configMap, definition, releaseScene, releaseState, settings } from '../../pipeline/release-scene.ts';

const release = { name: 'shop', namespace: 'web' };
const info = { first_deployed: '', last_deployed: '', description: '', status: 'deployed' as const };

function scene(policy: 'report' | 'correct', manifest = configMap('x', 'red'), after = 0, mayCorrect?: MayCorrect) {
  const { cluster, events, stop } = releaseScene();
  const record: ReleaseRecord = { ...release, version: 1, info, chart: {}, config: {}, manifest, hooks: [] };
  const drifting: ReleaseDefinition = {
    ...definition,
    settings: { ...settings, drift: { policy, after, limit: 5, ignore: [] } },
  };
  const views: (readonly DriftView[])[] = [];
  const errors: unknown[] = [];
  /** As events were told. */
  const standing: (number | undefined)[] = [];
  const watch = createDriftWatch({
    client: cluster,
    emit: (event) => {
      events.push(event);
      standing.push(watch.views('shop/dev')?.length);
    },
    now: () => new Date(),
    signal: stop.signal,
    onChange: (_id, drift) => views.push(drift),
    onEqual: () => undefined,
    onError: (_id, error) => errors.push(error),
    ...(mayCorrect ? { mayCorrect } : {}),
  });
  /** Another hand. */
  const set = (name: string, fields: object, kind = 'ConfigMap') =>
    cluster.put({
      ...withOwnership({ apiVersion: 'v1', kind, metadata: { name, namespace: 'web' } }, release),
      ...fields,
    });
  const check = (only?: ReadonlySet<string>) => watch.check(drifting, record, only);
  const told = () => events.splice(0).map((event: Event) => event.event);
  return { cluster, events, stop, watch, views, errors, standing, set, check, told };
}

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-20T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

describe('standing drift', () => {
  test('is told once, again when it changes, again after an hour, and when it is gone', async () => {
    const { watch, set, check, told, views } = scene('report');
    set('x', { data: { color: 'blue' } });
    await check();
    expect(told()).toEqual(['drift.found']);
    await check();
    expect(told()).toEqual([]);
    set('x', { data: { color: 'green' } });
    await check();
    expect(told()).toEqual(['drift.found']);
    vi.setSystemTime(Date.now() + 3_600_000);
    watch.remind();
    expect(told()).toEqual(['drift.found']);
    set('x', { data: { color: 'red' } });
    await check();
    expect(told()).toEqual(['drift.resolved']);
    expect(views.map((drift) => drift.length)).toEqual([1, 1, 1, 0]);
  });

  test('is told with the fields that the contract shows, keeps its id, and says how old it was', async () => {
    const { set, check, events } = scene('report');
    set('x', { data: { color: 'blue' } });
    await check();
    vi.setSystemTime(Date.now() + 60_000);
    set('x', { data: { color: 'red' } });
    await check();
    const fields = {
      id: 'd1',
      app: 'shop',
      environment: 'dev',
      cluster: 'memory',
      namespace: 'web',
      object: 'ConfigMap/x',
    };
    expect(events).toMatchObject([
      {
        ...fields,
        event: 'drift.found',
        field: '/data/color',
        recorded: 'red',
        live: 'blue',
        fields: 1,
        action: 'report',
        kind: 'changed',
      },
      { ...fields, event: 'drift.resolved', age: 60_000 },
    ]);
  });

  test('of a Secret is told again when its value changes again, and shows none', async () => {
    const manifest = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: hunter2}\n';
    const { set, check, events, views } = scene('report', manifest);
    set('s', { data: { p: 'aHVudGVyMw==' } }, 'Secret');
    await check();
    set('s', { data: { p: 'aHVudGVyNA==' } }, 'Secret');
    await check();
    expect(events.map(({ event }) => event)).toEqual(['drift.found', 'drift.found']);
    expect(JSON.stringify([events, views])).not.toMatch(/hunter|aHVudGVy/);
  });

  test('of objects that were not looked at stands', async () => {
    const { check, told, views } = scene('report', configMap('x', 'red') + configMap('z', 'red'));
    await check();
    expect(told()).toEqual(['drift.found', 'drift.found']);
    await check(new Set(['/ConfigMap/web/x']));
    expect([told(), views.at(-1)]).toEqual([[], expect.objectContaining({ length: 2 })]);
  });

  test('is known as it is told, and as it is over; before it was looked for nothing is', async () => {
    const { watch, set, check, told, standing } = scene('report');
    expect(watch.views('shop/dev')).toBeUndefined();
    set('x', { data: { color: 'blue' } });
    await check();
    set('x', { data: { color: 'red' } });
    await check();
    expect(told()).toEqual(['drift.found', 'drift.resolved']);
    expect(standing).toEqual([1, 0]);
    watch.clear('shop/prod');
    expect(watch.views('shop/prod')).toEqual([]);
  });

  test('is cleared by a deploy without a word', async () => {
    const { check, watch, told, views } = scene('report');
    await check();
    told();
    watch.clear('shop/dev');
    expect([told(), views.at(-1)]).toEqual([[], []]);
  });
});

describe('drift that somebody answers for', () => {
  const request = (more: object = {}) => ({ arguments: { reason: 'a test of load', for: '1h', by: 'ann', ...more } });
  const state = releaseState();
  const accept = (watch: DriftWatch, more?: object) => {
    const drift = { ...watch, moved: () => undefined, stand: async () => undefined, stop: () => undefined };
    return acceptDrift({ drift, id: 'shop/dev', state, now: new Date() }, request(more));
  };

  test('is neither corrected nor told while it is as it was, and is both when its time is over', async () => {
    const { watch, set, check, told, views } = scene('correct', configMap('x', 'red'), 5000);
    set('x', { data: { color: 'blue' } });
    await check();
    expect(accept(watch)).toMatchObject({ outcome: 'done', message: 'ConfigMap/x until 2026-11-20T13:00:00.000Z' });
    expect(views.at(-1)).toMatchObject([{ accepted: '2026-11-20T13:00:00.000Z' }]);
    told();
    await vi.advanceTimersByTimeAsync(3_599_000);
    await check();
    expect(told()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told()).toEqual(['drift.found']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told()).toEqual(['drift.corrected']);
  });

  test('is told again when it changes', async () => {
    const { watch, set, check, told } = scene('report');
    set('x', { data: { color: 'blue' } });
    await check();
    accept(watch);
    told();
    set('x', { data: { color: 'green' } });
    await check();
    expect(told()).toEqual(['drift.found']);
  });

  test('is known to the next process, since when it stands too', async () => {
    const first = scene('report');
    first.set('x', { data: { color: 'blue' } });
    await first.check();
    const answer = accept(first.watch);
    const drift = standingDrift(first.views.at(-1) ?? []);
    vi.setSystemTime(Date.now() + 60_000);
    const second = scene('report');
    second.cluster.objects.set('ConfigMap/web/x', first.cluster.objects.get('ConfigMap/web/x') as never);
    second.watch.recall('shop/dev', { ...answer.state?.(state), drift });
    await second.check();
    expect([second.told(), second.views.at(-1)]).toMatchObject([
      [],
      [{ id: 'd1', since: Date.parse('2026-11-20T12:00:00Z'), accepted: expect.any(String) }],
    ]);
  });

  test.each([
    [{ reason: ' ' }, 'it needs a reason'],
    [{ for: 'soon' }, 'it needs a time'],
    [{ objects: ['ConfigMap/y'] }, 'ConfigMap/y has not drifted'],
  ])('is refused with %j', async (more, message) => {
    const { watch, set, check } = scene('report');
    set('x', { data: { color: 'blue' } });
    await check();
    expect(accept(watch, more)).toMatchObject({ outcome: 'refused', message: expect.stringContaining(message) });
  });
});

describe('drift that is corrected', () => {
  test('is put back at once, and told', async () => {
    const { cluster, set, check, told, views } = scene('correct');
    set('x', { data: { color: 'blue' } });
    await check();
    await vi.runAllTimersAsync();
    expect(told()).toEqual(['drift.found', 'drift.corrected']);
    expect(cluster.objects.get('ConfigMap/web/x')).toMatchObject({ data: { color: 'red' } });
    expect(views.at(-1)).toEqual([]);
  });

  test('that was looked at before it was put right is looked at again, not told again', async () => {
    const { cluster, set, check, told, watch } = scene('correct');
    set('x', { data: { color: 'blue' } });
    await check();
    const { get } = cluster;
    const answered = Promise.withResolvers<void>();
    cluster.get = async (...asked) => {
      const before = await get(...asked);
      cluster.get = get;
      await answered.promise;
      return before;
    };
    const checked = check();
    await vi.advanceTimersByTimeAsync(0);
    expect(told()).toEqual(['drift.found', 'drift.corrected']);
    answered.resolve();
    await checked;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([told(), watch.views('shop/dev')]).toEqual([[], []]);
  });

  test('that came back before it was known that it had been put right is told', async () => {
    const { cluster, set, check, told } = scene('correct');
    set('x', { data: { color: 'blue' } });
    await check();
    const { get } = cluster;
    const answered = Promise.withResolvers<void>();
    cluster.get = async (...asked) => {
      cluster.get = get;
      const before = await get(...asked);
      await answered.promise;
      return before;
    };
    const checked = check();
    await vi.advanceTimersByTimeAsync(0);
    set('x', { data: { color: 'green' } });
    answered.resolve();
    await checked;
    expect(told()).toEqual(['drift.found', 'drift.corrected', 'drift.found']);
  });

  test('waits as long as `after` says', async () => {
    const { set, check, told } = scene('correct', configMap('x', 'red'), 5000);
    set('x', { data: { color: 'blue' } });
    await check();
    await vi.advanceTimersByTimeAsync(4999);
    expect(told()).toEqual(['drift.found']);
    await vi.advanceTimersByTimeAsync(1);
    expect(told()).toEqual(['drift.corrected']);
  });

  test('waits twice as long after each repeat, says so, and forgets after ten quiet minutes', async () => {
    const { set, check, events } = scene('correct');
    const repeat = async () => {
      set('x', { data: { color: 'blue' } });
      await check();
      await vi.runAllTimersAsync();
    };
    for (let round = 0; round < 4; round += 1) await repeat();
    vi.setSystemTime(Date.now() + 600_000);
    await repeat();
    const pauses = events.filter(({ event }) => event === 'drift.found').map((event) => 'in' in event && event.in);
    expect(pauses).toEqual([0, 2000, 4000, 8000, 0]);
    expect(events.filter(({ event }) => event === 'drift.fighting')).toMatchObject([
      { times: 3, pause: 4000 },
      { times: 4, pause: 8000 },
    ]);
  });

  test('is fought over no more after the limit, until the release is deployed anew', async () => {
    const { watch, set, check, events, told } = scene('correct');
    for (let round = 0; round < 7; round += 1) {
      set('x', { data: { color: 'blue' } });
      await check();
      await vi.runAllTimersAsync();
      if (round > 4) set('x', { data: { color: `blue ${round}` } });
    }
    const gaveUp = events.filter((event) => event.event === 'drift.fighting' && event.gaveUp);
    expect(gaveUp.length).toBeGreaterThan(0);
    expect(gaveUp[0]).toMatchObject({ times: 6, action: 'report' });
    expect(events.filter(({ event }) => event === 'drift.corrected')).toHaveLength(5);
    told();
    watch.clear('shop/dev');
    await check();
    await vi.runAllTimersAsync();
    expect(told()).toEqual(['drift.found', 'drift.corrected']);
  });

  test('waits for its window, and for a suspension to end', async () => {
    let wait: number | undefined = 60_000;
    const { set, check, events, told } = scene('correct', configMap('x', 'red'), 0, () => wait);
    set('x', { data: { color: 'blue' } });
    await check();
    expect(events).toMatchObject([{ event: 'drift.found', action: 'correct', in: 60_000 }]);
    wait = undefined;
    await vi.advanceTimersByTimeAsync(60_001);
    expect(told()).toEqual(['drift.found']);
    wait = 0;
    await vi.advanceTimersByTimeAsync(60_001);
    expect(told()).toEqual(['drift.corrected']);
  });

  test('that the server refuses to put right is told, and tried again after an interval', async () => {
    const { cluster, set, check, events, told } = scene('correct');
    set('x', { data: { color: 'blue' } });
    let failures = 1;
    cluster.before = (call) => {
      if (call.startsWith('apply') && failures-- > 0) throw clusterError('cluster.invalid', 'duplicate port');
    };
    await check();
    await vi.advanceTimersByTimeAsync(1);
    expect(events.at(-1)).toMatchObject({ event: 'drift.failed', message: 'duplicate port', in: 600_000 });
    told();
    await vi.advanceTimersByTimeAsync(600_001);
    expect(told()).toEqual(['drift.corrected']);
  });

  test('that vanished meanwhile is left alone, as it is when the process stops', async () => {
    const { cluster, stop, set, check, told } = scene('correct', configMap('x', 'red'), 1000);
    set('x', { data: { color: 'blue' } });
    await check();
    set('x', { data: { color: 'red' } });
    await check();
    set('x', { data: { color: 'blue' } });
    await check();
    stop.abort();
    await vi.runAllTimersAsync();
    expect([told(), cluster.calls.filter((call) => call.startsWith('apply'))]).toEqual([
      ['drift.found', 'drift.resolved', 'drift.found'],
      [],
    ]);
  });

  test('that cannot be corrected is told as an error and looked at anew', async () => {
    const { cluster, errors, set, check, told } = scene('correct');
    set('x', { data: { color: 'blue' } });
    let failures = 1;
    cluster.before = (call) => {
      if (call.startsWith('apply') && failures-- > 0) throw clusterError('cluster.server-error', 'busy');
    };
    await check();
    await vi.runAllTimersAsync();
    expect([errors.length, told()]).toEqual([1, ['drift.found', 'drift.found', 'drift.corrected']]);
  });
});
