import { describe, expect, test } from 'vitest';
import { clusterError } from '../../src/foundation/cluster/cluster-error.ts';
import { type ReconcileInput, reconcileRelease } from '../../src/pipeline/reconcile-release.ts';
import { rollbackRelease } from '../../src/pipeline/rollback-release.ts';
import { aside, configMap, prepared, releaseScene, releaseState, settings } from './release-scene.ts';

type Scene = ReturnType<typeof releaseScene>;
const source = '(fleet@3f2a1c9 Raise replicas)';

function reconcile(scene: Scene, digest = 'd1', more: Partial<ReconcileInput> = {}) {
  const superseded = new AbortController().signal;
  return reconcileRelease(scene.context, { prepared: prepared(digest), requested: false, superseded, aside, ...more });
}

/** Read anew: an assignment before it tells the compiler nothing of what a deploy did since. */
const stateOf = (scene: Scene) => scene.state;

async function upgraded(): Promise<Scene> {
  const scene = releaseScene();
  await reconcile(scene, 'd1');
  scene.manifests.text = configMap('x', 'blue');
  await reconcile(scene, 'd2');
  scene.cluster.calls.length = 0;
  return scene;
}

describe('a release', () => {
  test('that runs other values than git has tells the mask what of its record was secret', async () => {
    const scene = releaseScene();
    await reconcile(scene);
    const told: string[] = [];
    const mask = { add: (secrets: Iterable<string>) => void told.push(...secrets), text: (text: string) => text };
    const context = { ...scene.context, mask };
    const look = (digest: string) =>
      reconcileRelease(context, {
        ...{ prepared: prepared(digest), requested: false, aside, superseded: new AbortController().signal },
      });
    const history = context.history('web', 'shop');
    const stored = await history.get(1);
    if (!stored || !scene.state?.deployed) throw new Error('it is not deployed');
    const config = { db: { password: 'of old', port: 5432 }, keys: ['first', { inner: 2 }], open: 'to all' };
    await history.update(stored, { ...stored.record, config });
    const secretKeys = ['db.password', 'keys', 'gone.since'];
    scene.state = { ...scene.state, deployed: { ...scene.state.deployed, secretKeys } };
    await look('d1');
    expect(told).toEqual([]);
    await look('d2');
    expect(told).toEqual(['of old', 'first', '2']);
  });

  test('is installed, settles, is upgraded, and costs no write when nothing changed', async () => {
    const scene = releaseScene();
    expect(await reconcile(scene)).toMatchObject({ result: 'deployed', version: 1, previous: undefined });
    expect(await scene.records()).toEqual([`1 deployed Install complete ${source}`]);
    expect(scene.state).toMatchObject({ deployed: { digest: 'd1', helmRevision: 1 } });
    expect(scene.state).not.toHaveProperty('intent');
    scene.cluster.calls.length = 0;
    expect(await reconcile(scene)).toMatchObject({ result: 'settled' });
    expect(scene.writes()).toEqual([]);
    scene.manifests.text = configMap('x', 'blue');
    expect(await reconcile(scene, 'd2')).toMatchObject({ result: 'deployed', version: 2, previous: 1 });
    expect(await scene.records()).toEqual([
      `1 superseded Install complete ${source}`,
      `2 deployed Upgrade complete ${source}`,
    ]);
    expect(scene.object('ConfigMap', 'x')).toMatchObject({ data: { color: 'blue' } });
  });

  test('what is no longer rendered goes', async () => {
    const scene = releaseScene();
    scene.manifests.text = configMap('x', 'red') + configMap('z', 'red');
    await reconcile(scene, 'd1');
    scene.manifests.text = configMap('x', 'red');
    await reconcile(scene, 'd2');
    expect([scene.object('ConfigMap', 'x'), scene.object('ConfigMap', 'z')]).toEqual([expect.anything(), undefined]);
  });

  test('what a failed revision was to delete goes with the next', async () => {
    const scene = releaseScene();
    scene.manifests.text = configMap('x', 'red') + configMap('z', 'red');
    await reconcile(scene, 'd1');
    scene.manifests.text = configMap('x', 'blue');
    scene.cluster.before = (call) => {
      if (call === 'apply ConfigMap/x') throw clusterError('cluster.server-error', 'busy');
    };
    expect(await reconcile(scene, 'd2')).toMatchObject({ result: 'failed' });
    expect(scene.object('ConfigMap', 'z')).toBeDefined();
    scene.cluster.before = () => undefined;
    expect(await reconcile(scene, 'd2')).toMatchObject({ result: 'deployed', version: 3 });
    expect(scene.object('ConfigMap', 'z')).toBeUndefined();
  });

  test('a crash after the record and before the state makes no second revision', async () => {
    const scene = releaseScene();
    const { change } = scene.context.states;
    let crashing = false;
    scene.context.states.change = async (...given) => {
      if (crashing && scene.cluster.calls.includes('apply ConfigMap/x')) throw new Error('killed');
      await change(...given);
    };
    crashing = true;
    await expect(reconcile(scene)).rejects.toThrow('killed');
    crashing = false;
    expect(await reconcile(scene)).toMatchObject({ result: 'settled' });
    expect(await scene.records()).toHaveLength(1);
    expect(scene.state?.deployed).toMatchObject({ digest: 'd1', helmRevision: 1 });
  });

  test('a stop in the middle leaves the pending record, and the next start carries it on as it is recorded', async () => {
    const scene = releaseScene();
    scene.cluster.before = (call) => {
      if (call !== 'apply ConfigMap/x') return;
      scene.stop.abort();
      throw clusterError('cluster.aborted', 'apply ConfigMap/x');
    };
    await expect(reconcile(scene)).rejects.toThrow('apply ConfigMap/x');
    expect(await scene.records()).toEqual([`1 pending-install Initial install underway ${source}`]);
    scene.cluster.before = () => undefined;
    const next = { ...scene.context, signal: new AbortController().signal };
    scene.manifests.text = configMap('x', 'random-again');
    expect(await reconcile({ ...scene, context: next })).toMatchObject({
      result: 'deployed',
      version: 1,
      trigger: 'restart',
    });
    const [stored] = await scene.history.list();
    expect(stored?.record).toMatchObject({ manifest: configMap('x', 'red'), info: { status: 'deployed' } });
    expect(scene.object('ConfigMap', 'x')).toMatchObject({ data: { color: 'red' } });
  });

  test('a pending revision of other inputs is marked failed and followed', async () => {
    const scene = releaseScene();
    scene.cluster.before = (call) => {
      if (call === 'apply ConfigMap/x') scene.stop.abort(new Error('stop'));
      scene.stop.signal.throwIfAborted();
    };
    await expect(reconcile(scene)).rejects.toThrow();
    scene.cluster.before = () => undefined;
    const next = { ...scene.context, signal: new AbortController().signal };
    expect(await reconcile({ ...scene, context: next }, 'd2')).toMatchObject({ result: 'deployed', version: 2 });
    expect(await scene.records()).toEqual([
      `1 failed Abandoned: Initial install underway ${source}`,
      `2 deployed Upgrade complete ${source}`,
    ]);
  });

  test('a failed first install is tried again', async () => {
    const scene = releaseScene();
    scene.cluster.before = (call) => {
      if (call === 'apply ConfigMap/x') throw clusterError('cluster.server-error', 'busy');
    };
    expect(await reconcile(scene)).toMatchObject({
      result: 'failed',
      outcome: { wrote: true, error: { fault: 'transient' } },
    });
    expect(await scene.records()).toEqual([`1 failed Release "shop" failed: ConfigMap/x: busy ${source}`]);
    scene.cluster.before = () => undefined;
    expect(await reconcile(scene)).toMatchObject({ result: 'deployed', version: 2, trigger: 'retry' });
  });

  test('without state, a record of ours is adopted where it is what is rendered', async () => {
    const scene = await upgraded();
    scene.state = undefined;
    expect(await reconcile(scene, 'd2')).toMatchObject({ result: 'settled' });
    expect([scene.writes(), stateOf(scene)?.deployed]).toEqual([
      [],
      expect.objectContaining({ digest: 'd2', helmRevision: 2 }),
    ]);
    expect(scene.events.at(-1)).toMatchObject({ event: 'release.adopted', version: 2 });
  });

  test('a foreign release that differs waits for a person, or is taken with adopt: always', async () => {
    const scene = releaseScene();
    const info = {
      first_deployed: '',
      last_deployed: '',
      description: 'Install complete',
      status: 'deployed' as const,
    };
    const base = { name: 'shop', namespace: 'web', chart: {}, config: {}, hooks: [] };
    await scene.history.create({ ...base, version: 1, info, manifest: configMap('x', 'theirs') });
    expect(await reconcile(scene)).toMatchObject({ result: 'held', step: { reason: 'foreign-revision' } });
    const always = prepared('d1', { settings: { ...settings, adopt: 'always' } });
    expect(await reconcile(scene, 'd1', { prepared: always })).toMatchObject({
      result: 'deployed',
      version: 2,
      trigger: 'adopted',
    });
  });

  test('without state, a record of ours that is rendered otherwise now is upgraded; without our label it waits', async () => {
    const scene = await upgraded();
    scene.state = undefined;
    scene.manifests.text = configMap('x', 'green');
    expect(await reconcile(scene, 'd3')).toMatchObject({ result: 'deployed', version: 3, trigger: 'adopted' });
    scene.state = undefined;
    const newest = await scene.history.get(3);
    if (!newest) throw new Error('it is not deployed');
    await scene.history.update(newest, { ...newest.record, labels: {} });
    scene.manifests.text = configMap('x', 'blue');
    expect(await reconcile(scene, 'd4')).toMatchObject({ result: 'held', step: { reason: 'foreign-revision' } });
  });

  test('of another installation waits though it is the same, is taken by a revision, and then is left alone there', async () => {
    const scene = await upgraded();
    const theirs = scene.state;
    const other = { ...scene, context: { ...scene.context, stateNamespace: 'others' } };
    scene.state = undefined;
    const told =
      'release shop exists (revision 2) and belongs to another installation, whose state is in namespace helm-gitops';
    const waits = { result: 'held', step: { reason: 'foreign-revision', message: told } };
    expect(await reconcile(other, 'd2')).toMatchObject(waits);
    expect(await reconcile(other, 'd2', { requested: true })).toMatchObject(waits);
    expect(scene.writes()).toEqual([]);
    const adopt = { settings: { ...settings, adopt: 'always' as const } };
    expect(await reconcile(other, 'd2', { prepared: prepared('d2', adopt) })).toMatchObject({ version: 3 });
    expect((await scene.history.get(3))?.record.labels).toEqual({ 'helm-gitops.io/state-namespace': 'others' });

    scene.state = theirs;
    scene.cluster.calls.length = 0;
    const correct = { settings: { ...settings, drift: { ...settings.drift, policy: 'correct' as const } } };
    for (const input of [prepared('d2'), prepared('d3'), prepared('d2', correct)])
      expect(await reconcile(scene, input.digest, { prepared: input })).toMatchObject({
        result: 'held',
        step: { message: told.replace('2', '3').replace('helm-gitops', 'others') },
      });
    expect(scene.writes()).toEqual([]);
  });

  test('an uninstall by hand is held, and undone on request', async () => {
    const scene = await upgraded();
    for (const { record } of await scene.history.list()) await scene.history.delete(record.version);
    expect(await reconcile(scene, 'd2')).toMatchObject({ result: 'held', step: { reason: 'removed-by-hand' } });
    expect(await reconcile(scene, 'd2', { requested: true })).toMatchObject({ result: 'deployed', version: 1 });
  });

  test.each([
    ['another version of Kubernetes', { kubeVersion: 'v1.20.0' }],
    ['an API version that is not served any more', { apiVersions: { 'old/v1': true } }],
    ['another list of API versions', { apiVersionList: 'other' }],
  ])('%s that changes nothing is remembered without a revision', async (_, answers) => {
    const scene = await upgraded();
    scene.state = releaseState({
      deployed: { digest: 'd2', helmRevision: 2, revision: 'r', ...answers },
    });
    expect(await reconcile(scene, 'd2')).toMatchObject({ result: 'settled' });
    expect(await scene.records()).toHaveLength(2);
    expect(stateOf(scene)?.deployed).not.toMatchObject(answers);
  });
});

describe('a rollback', () => {
  const back = (scene: Scene, to = 1) =>
    rollbackRelease(scene.context, { prepared: prepared('d2'), to, reason: 'image not found', aside });

  test('applies the stored manifest as a new revision and quarantines the digest it leaves', async () => {
    const scene = await upgraded();
    expect(await back(scene)).toMatchObject({ version: 3, outcome: { status: 'deployed' } });
    expect((await scene.records()).slice(1)).toEqual([
      `2 superseded Upgrade complete ${source}`,
      `3 deployed Rollback to 1 ${source}`,
    ]);
    expect(scene.object('ConfigMap', 'x')).toMatchObject({ data: { color: 'red' } });
    expect(scene.state).toMatchObject({ quarantine: { digest: 'd2', helmRevision: 2, reason: 'image not found' } });
    expect(await reconcile(scene, 'd2')).toMatchObject({ result: 'held', step: { reason: 'quarantined' } });
  });

  test('other inputs lift the quarantine when they are deployed, and that is told', async () => {
    const scene = await upgraded();
    await back(scene);
    scene.manifests.text = configMap('x', 'blue');
    expect(await reconcile(scene, 'd3')).toMatchObject({ result: 'deployed', version: 4 });
    expect(scene.state?.quarantine).toBeUndefined();
    expect(scene.events.filter(({ event }) => event === 'revision.released')).toEqual([
      expect.objectContaining({ digest: 'd2', reason: '3f2a1c9 is deployed instead', release: 'shop' }),
    ]);
  });

  test('the same inputs are tried again after rollback.retryAfter, and told; what fails then waits as long again', async () => {
    const scene = await upgraded();
    await back(scene);
    const later = (minutes: number) => {
      const now = () => new Date(scene.context.now().getTime() + minutes * 60_000);
      return { ...scene, context: { ...scene.context, now } };
    };
    const patient = prepared('d2', {
      settings: { ...settings, rollback: { ...settings.rollback, retryAfter: 3_600_000 } },
    });
    expect(await reconcile(later(20), 'd2', { prepared: patient })).toMatchObject({
      step: { reason: 'quarantined', for: 2_400_000 },
    });
    scene.manifests.text = configMap('x', 'green');
    expect(await reconcile(later(60), 'd2', { prepared: patient })).toMatchObject({ result: 'deployed', version: 4 });
    expect(scene.events.filter(({ event }) => event === 'revision.released')).toEqual([
      expect.objectContaining({ digest: 'd2', reason: 'rollback.retryAfter: 1h are over' }),
    ]);
    await rollbackRelease(later(60).context, { prepared: patient, to: 1, reason: 'image not found', aside });
    expect(await reconcile(later(61), 'd2', { prepared: patient })).toMatchObject({
      step: { reason: 'quarantined', for: 3_540_000 },
    });
  });

  test('quarantines before it writes, so that a crash cannot redeploy', async () => {
    const scene = await upgraded();
    scene.cluster.before = (call) => {
      if (/^(create|apply) /.test(call)) expect(scene.state?.quarantine?.digest).toBe('d2');
    };
    await back(scene);
    expect(scene.writes()).toContain('apply ConfigMap/x');
  });

  test('one that was cut short is carried on in its own revision', async () => {
    const scene = await upgraded();
    scene.cluster.before = (call) => {
      if (call === 'apply ConfigMap/x') scene.stop.abort();
      scene.stop.signal.throwIfAborted();
    };
    await expect(back(scene)).rejects.toThrow();
    scene.cluster.before = () => undefined;
    const next = { ...scene, context: { ...scene.context, signal: new AbortController().signal } };
    expect(await reconcile(next, 'd2')).toMatchObject({ result: 'rollback', from: 2, to: 1 });
    expect(await back(next)).toMatchObject({ version: 3, outcome: { status: 'deployed' } });
    expect((await scene.records()).slice(1)).toEqual([
      `2 superseded Upgrade complete ${source}`,
      `3 deployed Rollback to 1 ${source}`,
    ]);
    expect(scene.state?.intent).toBeUndefined();
  });

  test('one that ended just before a crash is remembered, and not told as deployed from git', async () => {
    const scene = await upgraded();
    const change = scene.context.states.change;
    const context = {
      ...scene.context,
      states: {
        ...scene.context.states,
        change: async (...[namespace, release, make]: Parameters<typeof change>) => {
          if ((await scene.records()).at(2)?.startsWith('3 deployed')) throw new Error('killed');
          await change(namespace, release, make);
        },
      },
    };
    await expect(back({ ...scene, context })).rejects.toThrow('killed');
    expect(await reconcile(scene, 'd2')).toMatchObject({ result: 'held', step: { reason: 'quarantined' } });
    expect(scene.state).toMatchObject({ deployed: { helmRevision: 3 } });
    expect(scene.state?.intent).toBeUndefined();
    expect((await scene.records()).map((record) => record.split(' ')[1])).toEqual([
      'superseded',
      'superseded',
      'deployed',
    ]);
  });

  test('takes back what every unfinished revision brought', async () => {
    const scene = await upgraded();
    scene.manifests.text = `${configMap('x', 'green')}${configMap('extra', 'green')}`;
    scene.cluster.before = (call) => {
      if (call === 'apply ConfigMap/x') throw clusterError('cluster.invalid', 'refused');
    };
    expect(await reconcile(scene, 'd3')).toMatchObject({ result: 'failed', version: 3 });
    expect(scene.state?.failure).toMatchObject({ digest: 'd3', reason: 'cluster.invalid' });
    scene.cluster.before = () => undefined;
    expect(scene.object('ConfigMap', 'extra')).toBeDefined();
    expect(await reconcile(scene, 'd3')).toMatchObject({ result: 'failed', version: 3 });
    expect(await back(scene, 2)).toMatchObject({ version: 4, outcome: { status: 'deployed' } });
    expect(scene.object('ConfigMap', 'extra')).toBeUndefined();
    expect(scene.state?.failure).toBeUndefined();
  });

  test('to a revision that is not there is the user’s error and writes nothing', async () => {
    const scene = await upgraded();
    await expect(back(scene, 9)).rejects.toMatchObject({ code: 'rollback.no-revision', fault: 'user' });
    expect([scene.writes(), scene.state?.quarantine]).toEqual([[], undefined]);
  });
});
