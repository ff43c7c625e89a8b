import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveView } from '../../../src/daemon/clusters/live-view.ts';
import { createSessionDrift } from '../../../src/daemon/drift/session-drift.ts';
import type { ReleaseLoop } from '../../../src/daemon/releases/release-loop.ts';
import type { WorkQueue } from '../../../src/daemon/work-queue.ts';
import { reconcileRelease } from '../../../src/pipeline/reconcile-release.ts';
import { aside, configMap, prepared, releaseScene } from '../../pipeline/release-scene.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A deployed release of which nobody says that it moved; `unsettled`: what is not known to be as recorded. */
async function scene(unsettled: ReadonlySet<string>) {
  const { context, cluster, events, manifests, object, stop } = releaseScene();
  manifests.text = configMap('x', 'red');
  const superseded = new AbortController().signal;
  await reconcileRelease(context, { prepared: prepared(), aside, superseded, requested: false });
  const live = object('ConfigMap', 'x');
  if (live) cluster.put({ ...live, data: { color: 'blue' } });
  events.length = 0;
  const running = { now: false };
  const drift = createSessionDrift({
    client: cluster,
    ...{ context, emit: context.emit, now: () => new Date(), signal: stop.signal, show: () => undefined },
    queue: { isRunning: () => running.now } as unknown as WorkQueue,
    view: {
      knowledge: { foundEqual: () => undefined },
      tracked: () => new Set(['shop/dev']),
      unsettled: () => unsettled,
      isBlind: () => false,
    } as unknown as LiveView,
    loop: () => ({ prepared: () => prepared() }) as unknown as ReleaseLoop,
  });
  const found = () => events.filter(({ event }) => event === 'drift.found').length;
  return { drift, found, running };
}

const key = '/ConfigMap/web/x';

test('what is not settled is compared every ten minutes, though nobody says that it moved', async () => {
  const { drift, found } = await scene(new Set([key]));
  await vi.advanceTimersByTimeAsync(599_000);
  expect(found()).toBe(0);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(found()).toBe(1);
  drift.stop();
});

test('what is settled is not', async () => {
  const { drift, found } = await scene(new Set());
  await vi.advanceTimersByTimeAsync(1_800_000);
  expect(found()).toBe(0);
  drift.stop();
});

test('what moves is compared at once, or as soon as the work on it has ended', async () => {
  const { drift, found, running } = await scene(new Set([key]));
  running.now = true;
  drift.moved('shop/dev');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(found()).toBe(0);
  running.now = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(found()).toBe(1);
  drift.stop();
});
