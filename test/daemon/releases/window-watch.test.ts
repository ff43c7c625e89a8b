import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWindowWatch } from '../../../src/daemon/releases/window-watch.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { ReleaseDefinition, SyncWindow } from '../../../src/pipeline/definitions/release-definition.ts';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-20T11:00:00Z') }));
afterEach(() => void vi.useRealTimers());

const noon: SyncWindow = { type: 'allow', cron: '0 12 * * *', for: 3_600_000, timeZone: 'UTC' };
const release = (app: string, ...windows: SyncWindow[]) =>
  ({
    app,
    environment: 'prod',
    cluster: 'main',
    settings: { sync: windows.length === 0 ? {} : { windows: [windows] } },
  }) as unknown as ReleaseDefinition;

function watch() {
  const events: Event[] = [];
  const opened: string[] = [];
  const signal = new AbortController().signal;
  const windows = createWindowWatch({
    emit: (event) => void events.push(event),
    now: () => new Date(),
    signal,
    onOpened: (id) => void opened.push(id),
  });
  return { windows, events, opened };
}

test('opening and closing are told once for all releases that share the windows', async () => {
  const { windows, events, opened } = watch();
  for (const app of ['shop', 'cart']) windows.follow(release(app, noon));
  windows.follow(release('free'));
  windows.follow(release('shop', noon));
  expect(events).toEqual([]);
  await vi.advanceTimersByTimeAsync(3_600_000);
  const about = { cluster: 'main', environment: 'prod', releases: 2, windows: 'allow 0 12 * * * for 1h (UTC)' };
  expect(events).toEqual([{ event: 'window.opened', ...about, until: '2026-11-20T13:00:00.000Z' }]);
  expect(opened).toEqual(['shop/prod', 'cart/prod']);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(events[1]).toEqual({ event: 'window.closed', ...about, until: '2026-11-21T12:00:00.000Z' });
  expect(opened).toHaveLength(2);
});

test('what is forgotten, or has no windows any more, is not looked at again', async () => {
  const { windows, events, opened } = watch();
  windows.follow(release('shop', noon));
  windows.follow(release('cart', noon));
  windows.follow(release('shop'));
  windows.forget('cart/prod');
  await vi.advanceTimersByTimeAsync(7_200_000);
  expect([events, opened]).toEqual([[], []]);
});
