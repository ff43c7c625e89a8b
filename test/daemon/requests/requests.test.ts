import { expect, test } from 'vitest';
import type { ClusterSession } from '../../../src/daemon/clusters/cluster-session.ts';
import type { Freezes } from '../../../src/daemon/requests/freezes.ts';
import { answerRequest } from '../../../src/daemon/requests/requests.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { StateStore } from '../../../src/foundation/state/open-state.ts';
import type { PersonRequest } from '../../../src/foundation/state/release-state.ts';
import { reconcileRelease } from '../../../src/pipeline/reconcile-release.ts';
import { aside, configMap, discovery, prepared, releaseScene } from '../../pipeline/release-scene.ts';

async function scene() {
  const release = releaseScene();
  const superseded = new AbortController().signal;
  const deploy = async (digest: string, color: string) => {
    release.manifests.text = configMap('x', color);
    await reconcileRelease(release.context, { prepared: prepared(digest), aside, superseded, requested: false });
  };
  await deploy('d1', 'red');
  await deploy('d2', 'green');
  const events: Event[] = [];
  const states = {
    read: release.context.states.read,
    answerRequest: async ({ change }: Parameters<StateStore['answerRequest']>[0]) => {
      if (change && release.state) release.state = change(release.state);
    },
  } as unknown as StateStore;
  const session = {
    context: release.context,
    loop: {
      prepared: () => prepared('d2'),
      wish: () => undefined,
      act: (_id: string, action: (slot: { aside: typeof aside }) => Promise<void>) => {
        void action({ aside });
        return true;
      },
    },
  } as unknown as ClusterSession;
  const ask = (id: string, verb = 'rollback') => {
    const request = { verb, id, arguments: { by: 'ann' } } as unknown as PersonRequest;
    const emit = (event: Event) => void events.push(event);
    const freezes = { of: () => undefined } as unknown as Freezes;
    const answers = { onConfirmed: () => undefined, takeBack: () => Promise.reject(new Error('nobody asked')) };
    const options = { session, states, freezes, emit, now: release.context.now, ...answers };
    return answerRequest(options, { kind: 'release', namespace: 'web', release: 'shop' }, request);
  };
  return { release, ask, events, told: () => events.findLast(({ event }) => event.startsWith('request.')) };
}

test('a rollback is made once, though the process was killed before it was answered', async () => {
  const { release, ask, told } = await scene();
  await ask('r1');
  expect(told()).toMatchObject({ event: 'request.done', message: 'revision 3 repeats revision 1' });
  expect(release.state?.begun).toBeUndefined();
  // What was left does not count as what runs: `retry` would deploy it.
  expect(release.state?.deployed).toMatchObject({ helmRevision: 3, digest: 'unknown' });
  // As the kill left it: the revision is there, the annotation too.
  if (release.state) release.state = { ...release.state, begun: { id: 'r1', version: 3 } };
  await ask('r1');
  expect(told()).toMatchObject({ event: 'request.done', message: 'revision 3 was begun before a restart' });
  expect(release.state?.begun).toBeUndefined();
  expect(await release.records()).toHaveLength(3);
});

test('a rollback that was only meant to begin is begun', async () => {
  const { release, ask, told } = await scene();
  if (release.state) release.state = { ...release.state, begun: { id: 'r1', version: 3 } };
  await ask('r1');
  expect(told()).toMatchObject({ event: 'request.done', message: 'revision 3 repeats revision 1' });
  expect(await release.records()).toHaveLength(3);
});

test('a retry tells what it lifts, once', async () => {
  const { release, ask, events } = await scene();
  await ask('r1');
  expect(release.state?.quarantine).toMatchObject({ digest: 'd2' });
  await ask('r2', 'retry');
  await ask('r3', 'retry');
  expect(release.state?.quarantine).toBeUndefined();
  expect(events.filter(({ event }) => event === 'revision.released')).toEqual([
    expect.objectContaining({ op: 'r2', app: 'shop', digest: 'd2', reason: 'retry, asked by ann' }),
  ]);
});

test('what a person took back waits for a person: no time lifts it, and a failure before does not count', async () => {
  const { release, ask } = await scene();
  const before = {
    digest: 'd2',
    helmRevision: 2,
    revision: 'r',
    reason: 'image not found',
    at: '2026-11-20T11:00:00Z',
  };
  if (release.state) release.state = { ...release.state, quarantine: before };
  await ask('r1');
  expect(release.state?.quarantine).toMatchObject({ digest: 'd2', by: 'ann', reason: 'asked by ann' });
});

test('a rollback that is refused leaves what runs as it is, and nothing of it is held', async () => {
  const { release, ask, events, told } = await scene();
  release.cluster.discovery = async () => ({ ...discovery, resource: () => undefined });
  await ask('r1');
  expect(told()).toMatchObject({
    event: 'request.refused',
    message: expect.stringContaining('no matches for kind "ConfigMap"'),
  });
  expect(release.state).toMatchObject({ deployed: { digest: 'd2', helmRevision: 2 } });
  expect([release.state?.quarantine, release.state?.begun, release.state?.intent]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([...events, ...release.events].filter(({ event }) => /rollback|quarantined/.test(event))).toEqual([]);
  expect(await release.records()).toHaveLength(2);
});
