import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { changeFreeze } from '../../../src/daemon/requests/change-freeze.ts';
import { openFreezes } from '../../../src/daemon/requests/freezes.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { PersonRequest, StoredState } from '../../../src/foundation/state/release-state.ts';
import type { DaemonState, EnvironmentState } from '../../../src/foundation/state/shared-state.ts';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-20T18:00:00Z') }));
afterEach(() => void vi.useRealTimers());

/** A cluster whose state lives on when a process ends. */
function cluster() {
  let daemon: DaemonState = { format: 1, installation: 'i' };
  const environments = new Map<string, EnvironmentState>([['dev', { format: 1, name: 'dev', removals: [] }]]);
  const document = <Body>(body: Body) => ({ target: '', body, resourceVersion: '1', requests: [] });
  const states = {
    daemon: async () => document(daemon),
    environments: async () => [...environments.values()].map(document),
    async changeDaemon(change: (state: DaemonState | undefined) => DaemonState | undefined) {
      daemon = change(daemon) ?? daemon;
    },
    async changeEnvironment(
      name: string,
      change: (state: EnvironmentState | undefined) => EnvironmentState | undefined,
    ) {
      const after = change(environments.get(name));
      if (after) environments.set(name, after);
    },
    list: async () =>
      ['dev', 'prod'].map((environment) => ({ state: { identity: { environment } } }) as unknown as StoredState),
  };
  return { states, environments, kept: () => daemon };
}

async function begin({ states }: ReturnType<typeof cluster>) {
  const stop = new AbortController();
  const events: Event[] = [];
  const now = () => new Date();
  const emit = (event: Event) => void events.push(event);
  const freezes = await openFreezes({ cluster: 'main', states, emit, now, signal: stop.signal });
  const lifted: (string | undefined)[] = [];
  freezes.follow((environment) => lifted.push(environment));
  const ask = (verb: string, given: Record<string, unknown> = {}) =>
    changeFreeze({ freezes, states, now }, { verb, id: 'x', arguments: { by: 'ann', ...given } } as PersonRequest);
  return { freezes, lifted, events, ask, end: () => stop.abort() };
}

describe('a freeze', () => {
  test('of an environment holds that one alone, until it is lifted', async () => {
    const { freezes, lifted, events, ask } = await begin(cluster());
    expect(await ask('freeze', { environment: 'prod', reason: 'sale' })).toEqual({
      outcome: 'done',
      message: 'environment prod is frozen; rollbacks go on',
    });
    expect([freezes.of('prod')?.reason, freezes.of('dev')]).toEqual(['sale', undefined]);
    expect(await ask('unfreeze', { environment: 'prod' })).toMatchObject({ outcome: 'done' });
    expect([freezes.of('prod'), lifted]).toEqual([undefined, ['prod']]);
    expect(events).toEqual([
      { event: 'freeze.set', cluster: 'main', environment: 'prod', by: 'ann', reason: 'sale' },
      { event: 'freeze.lifted', cluster: 'main', environment: 'prod', by: 'ann' },
    ]);
  });

  test('of the cluster holds every environment, and ends beside that of one', async () => {
    const { freezes, ask } = await begin(cluster());
    await ask('freeze', { reason: 'incident' });
    await ask('freeze', { environment: 'prod', reason: 'sale' });
    expect([freezes.of('prod')?.reason, freezes.of('dev')?.reason]).toEqual(['incident', 'incident']);
    await ask('unfreeze');
    expect([freezes.of('prod')?.reason, freezes.of('dev')]).toEqual(['sale', undefined]);
  });

  test('is remembered: the next process holds it and tells it', async () => {
    const kept = cluster();
    const first = await begin(kept);
    await first.ask('freeze', { environment: 'dev', reason: 'sale', until: '2026-11-21T06:00:00+01:00' });
    await first.ask('freeze', { reason: 'incident' });
    first.end();
    expect(kept.kept()).toMatchObject({ installation: 'i', freeze: { reason: 'incident', by: 'ann' } });
    expect(kept.environments.get('dev')).toMatchObject({ removals: [], freeze: { until: '2026-11-21T05:00:00.000Z' } });
    const second = await begin(kept);
    expect(second.freezes.of('dev')?.reason).toBe('incident');
    expect(second.events.map(({ event }) => event)).toEqual(['freeze.set', 'freeze.set']);
  });

  test('ends by itself, also where nobody was there', async () => {
    const kept = cluster();
    const first = await begin(kept);
    await first.ask('freeze', { environment: 'prod', reason: 'sale', until: '2026-11-20T19:00:00Z' });
    await vi.advanceTimersByTimeAsync(3_599_000);
    expect(first.lifted).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([first.lifted, first.freezes.of('prod'), first.events.at(-1)]).toEqual([
      ['prod'],
      undefined,
      { event: 'freeze.lifted', cluster: 'main', environment: 'prod', by: 'its end' },
    ]);
    await first.ask('freeze', { reason: 'sale', until: '2026-11-20T20:00:00Z' });
    first.end();
    vi.setSystemTime(new Date('2026-11-20T21:00:00Z'));
    const second = await begin(kept);
    expect(second.freezes.of('prod')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(kept.kept()).not.toHaveProperty('freeze');
  });

  test.each([
    { given: {}, message: 'a freeze needs a reason' },
    {
      given: { reason: 'x', environment: 'porduction' },
      message: 'no release of environment porduction is in this cluster',
    },
    { given: { reason: 'x', until: 'friday' }, message: 'until: "friday" is no time' },
    { given: { reason: 'x', until: '2026-11-20' }, message: 'until: 2026-11-20 is over' },
    { given: { reason: 7 }, message: 'reason is no text' },
  ])('that is not understood is refused: $message', async ({ given, message }) => {
    const { ask, events } = await begin(cluster());
    expect(await ask('freeze', given)).toEqual({ outcome: 'refused', message });
    expect(events).toEqual([]);
  });

  test('lifted twice is said, and so is what the daemon is not asked', async () => {
    const { ask } = await begin(cluster());
    expect(await ask('unfreeze')).toEqual({ outcome: 'done', message: 'the cluster was not frozen' });
    expect(await ask('sync')).toEqual({ outcome: 'refused', message: 'the daemon does not understand "sync"' });
  });
});
