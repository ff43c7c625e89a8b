import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Entry, Loop } from '../../../src/daemon/releases/release-entry.ts';
import { rollBack } from '../../../src/daemon/rollback/roll-back.ts';
import { quarantine } from '../../../src/daemon/rollback/settle-failure.ts';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { reconcileRelease } from '../../../src/pipeline/reconcile-release.ts';
import { aside, configMap, discovery, prepared, releaseScene } from '../../pipeline/release-scene.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The second revision has failed, and its remedy is still owed. */
async function scene() {
  const release = releaseScene();
  const superseded = new AbortController().signal;
  for (const digest of ['d1', 'd2']) {
    release.manifests.text = configMap('x', digest);
    await reconcileRelease(release.context, { prepared: prepared(digest), aside, superseded, requested: false });
  }
  const failure = { digest: 'd2', at: '', attempts: 1, reason: 'release.not-ready', message: 'm', owed: true };
  if (release.state)
    release.state = { ...release.state, healthy: { version: 1, digest: 'd1', revision: 'r' }, failure };
  release.events.length = 0;
  const entry = { prepared: prepared('d2'), attempts: { digest: '', count: 0 } } as unknown as Entry;
  const { context } = release;
  const enqueued: string[] = [];
  const loop = {
    context,
    emit: context.emit,
    entries: new Map([['shop/dev', entry]]),
    onStanding: async () => undefined,
    marks: () => ({}),
    workloads: () => [],
    queue: { isRunning: () => false },
  } as unknown as Loop;
  const turn = { slot: { aside }, enqueue: (id: string) => void enqueued.push(id) };
  const reason = 'image not found';
  const failed = { turn, prepared: prepared('d2'), version: 2, versions: [1, 2], reason, message: reason };
  return {
    release,
    enqueued,
    loop,
    back: () => rollBack(loop, entry, failed),
    told: () => release.events.map(({ event }) => event),
  };
}

describe('a rollback after a failure', () => {
  test('puts the healthy revision back', async () => {
    const { release, back, told } = await scene();
    await back();
    expect(told()).toEqual(['revision.quarantined', 'rollback.started', 'rollback.done', 'rollback.incident']);
    expect(release.state).toMatchObject({ quarantine: { digest: 'd2' }, deployed: { helmRevision: 3 } });
  });

  test('knows what it put back, whatever is found healthy meanwhile', async () => {
    const { release, back } = await scene();
    const { discovery: before } = release.cluster;
    release.cluster.discovery = async (...given) => {
      // The soak of another revision comes to its end.
      if (release.state) release.state = { ...release.state, healthy: { version: 9, digest: 'other', revision: 'o' } };
      return await before(...given);
    };
    await back();
    expect(release.state?.deployed).toMatchObject({ helmRevision: 3, digest: 'd1', revision: 'r' });
  });

  test('of inputs that are held already tells the quarantine no second time', async () => {
    const { release, loop, back, told } = await scene();
    await quarantine(loop, prepared('d2'), { version: 2, reason: 'it waits' });
    const held = release.state?.quarantine;
    await quarantine(loop, prepared('d2'), { version: 2, reason: 'it waits still' });
    await back();
    expect(told()).toEqual(['revision.quarantined', 'rollback.started', 'rollback.done', 'rollback.incident']);
    expect(release.state?.quarantine).toEqual(held);
  });

  test('that the cluster could not take is told as impossible, with why, and not as begun', async () => {
    const { release, back, told, enqueued } = await scene();
    release.cluster.discovery = async () => ({ ...discovery, resource: () => undefined });
    await back();
    expect(told()).toEqual(['revision.quarantined', 'rollback.impossible', 'rollback.incident']);
    expect(release.events.at(-2)).toMatchObject({
      from: 2,
      message: expect.stringMatching(/^revision 1 cannot be put back: resource mapping not found for ConfigMap\/x: /),
      hint: expect.stringMatching(/; commit a fix, or run: helm-gitops retry$/),
    });
    expect(release.state?.quarantine).toMatchObject({ digest: 'd2', helmRevision: 2 });
    expect(release.state?.failure?.owed).toBeUndefined();
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(enqueued).toEqual([]);
  });

  test('is tried again where what stands in its way may pass, and stays owed until then', async () => {
    const { release, back, told, enqueued } = await scene();
    const { discovery: before } = release.cluster;
    release.cluster.discovery = async () => {
      throw new HelmGitopsError('cluster.overloaded', 'transient', 'too many requests');
    };
    await back();
    expect(told()).toEqual(['release.retrying']);
    expect(release.state?.failure?.owed).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(enqueued).toEqual(['shop/dev']);
    release.cluster.discovery = before;
    await back();
    expect(told().slice(1)).toEqual(['revision.quarantined', 'rollback.started', 'rollback.done', 'rollback.incident']);
  });
});
