import { describe, expect, test } from 'vitest';
import { clusterError } from '../../src/foundation/cluster/cluster-error.ts';
import { parseManifest } from '../../src/foundation/manifest/parse-manifest.ts';
import { deployRevision, type Revision } from '../../src/pipeline/deploy-revision.ts';
import { placeObjects } from '../../src/pipeline/plan/place-objects.ts';
import type { Plan } from '../../src/pipeline/plan/plan.ts';
import { planRelease } from '../../src/pipeline/plan/plan-release.ts';
import {
  aside,
  configMap,
  definition,
  discovery,
  hook,
  releaseScene,
  releaseState,
  settings,
} from './release-scene.ts';

const release = { name: 'shop', namespace: 'web' };

function planOf(manifest: string, parts: Partial<Plan> = {}): Plan {
  const rendered = placeObjects({ objects: parseManifest(manifest), namespace: 'web', discovery, crds: [] });
  const plan = planRelease({
    release,
    recorded: [],
    rendered,
    manifest,
    hooks: [],
    crds: [],
    live: new Map(),
    prune: true,
    takeOwnership: false,
  });
  return { ...plan, ...parts };
}

function revision(parts: Partial<Revision> = {}): Revision {
  return {
    op: 'op1',
    definition,
    action: 'install',
    version: 1,
    source: 'fleet@3f2a1c9',
    digest: 'd1',
    plan: planOf(configMap('x', 'red')),
    chart: {},
    config: {},
    notes: '',
    superseded: new AbortController().signal,
    aside,
    ...parts,
  };
}

/** Jobs named in `failing` fail, all others complete as soon as somebody looks. */
function endJobs(scene: ReturnType<typeof releaseScene>, ...failing: readonly string[]) {
  scene.cluster.before = (call) => {
    if (!call.startsWith('list Job')) return;
    for (const live of scene.cluster.objects.values()) {
      if (live.kind !== 'Job') continue;
      const type = failing.includes(live.metadata.name ?? '') ? 'Failed' : 'Complete';
      scene.cluster.put({ ...live, status: { conditions: [{ type, status: 'True', message: 'so it is' }] } });
    }
  };
}

const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec: {replicas: 1}\n';
const crd = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.x.io}\n';

describe('a revision', () => {
  test('has its intent in state before its record, and its record before the first object', async () => {
    const scene = releaseScene();
    scene.state = releaseState();
    const seen: unknown[] = [];
    scene.cluster.before = (call) => {
      if (/^create Secret/.test(call)) seen.push(['record', scene.state?.intent]);
      if (call === 'apply ConfigMap/x') seen.push('object');
    };
    expect(await deployRevision(scene.context, revision())).toMatchObject({ status: 'deployed' });
    expect(seen).toEqual([['record', { op: 'op1', action: 'install', digest: 'd1', version: 1 }], 'object']);
  });

  test('runs its hooks around the objects, and records their runs', async () => {
    const scene = releaseScene();
    const hooks = [hook('before', { events: ['pre-install'] }), hook('after', { events: ['post-install'] })];
    endJobs(scene);
    const outcome = await deployRevision(scene.context, revision({ plan: planOf(configMap('x', 'red'), { hooks }) }));
    expect(scene.writes().filter((call) => !call.startsWith('delete'))).toEqual([
      'apply Job/before',
      'apply ConfigMap/x',
      'apply Job/after',
    ]);
    expect(outcome).toMatchObject({
      record: { hooks: [{ last_run: { phase: 'Succeeded' } }, { last_run: { phase: 'Succeeded' } }] },
    });
  });

  test('makes its namespace first, with Helm’s label, and its CRDs', async () => {
    const scene = releaseScene();
    scene.cluster.before = (call) => {
      const live = /^get CustomResource/.test(call) && scene.object('CustomResourceDefinition', 'things.x.io', '');
      if (live) scene.cluster.put({ ...live, status: { conditions: [{ type: 'Established', status: 'True' }] } });
    };
    const crds = [{ path: 'crds/things.yaml', text: crd }] as unknown as Plan['crds'];
    const createNamespace = { labels: { team: 'a' }, annotations: {} };
    await deployRevision(
      scene.context,
      revision({ definition: { ...definition, createNamespace }, plan: planOf(configMap('x', 'red'), { crds }) }),
    );
    expect(scene.writes()).toEqual([
      'create Namespace/web',
      'apply CustomResourceDefinition/things.x.io',
      'apply ConfigMap/x',
    ]);
    expect(scene.object('Namespace', 'web', '')?.metadata.labels).toEqual({ name: 'web', team: 'a' });
  });

  test('that must not be begun writes nothing', async () => {
    const scene = releaseScene();
    const plan = planOf(configMap('x', 'red'));
    const changes = plan.changes.map((change) => ({ ...change, operation: 'refused' as const, reason: 'theirs' }));
    const outcome = await deployRevision(scene.context, revision({ plan: { ...plan, changes } }));
    expect(outcome).toMatchObject({
      status: 'failed',
      wrote: false,
      error: { code: 'apply.not-owned', fault: 'user' },
    });
    expect([scene.writes(), await scene.records()]).toEqual([[], []]);
  });

  test('that fails says why in its record', async () => {
    const scene = releaseScene();
    scene.cluster.before = (call) => {
      if (call === 'apply ConfigMap/x') throw clusterError('cluster.denied', 'no');
    };
    const outcome = await deployRevision(scene.context, revision({ action: 'upgrade', version: 1 }));
    expect(outcome).toMatchObject({ status: 'failed', wrote: true, error: { fault: 'user' } });
    expect(await scene.records()).toEqual(['1 failed Upgrade "shop" failed: ConfigMap/x: no (fleet@3f2a1c9)']);
  });

  test('that never becomes ready fails as the workload’s fault', async () => {
    const scene = releaseScene();
    const impatient = { ...definition, settings: { ...settings, timeout: 20 } };
    const outcome = await deployRevision(scene.context, revision({ definition: impatient, plan: planOf(deployment) }));
    expect(outcome).toMatchObject({
      status: 'failed',
      wrote: true,
      error: { code: 'release.not-ready', fault: 'cluster', message: expect.stringContaining('Deployment/app') },
      readiness: { object: 'Deployment/app' },
    });
    expect((await scene.records())[0]).toMatch(/^1 failed Release "shop" failed: Deployment\/app/);
  });

  test('that is superseded while it waits ends as failed, without an error', async () => {
    const scene = releaseScene();
    const newer = new AbortController();
    const running = deployRevision(
      scene.context,
      revision({
        plan: planOf(deployment),
        superseded: newer.signal,
        aside: (wait) => {
          setImmediate(() => newer.abort());
          return wait();
        },
      }),
    );
    expect(await running).toEqual({ status: 'superseded' });
    expect(await scene.records()).toEqual([
      '1 failed Release "shop" failed: superseded by a newer revision (fleet@3f2a1c9)',
    ]);
  });

  test('is deployed although older records could not be put in order', async () => {
    const scene = releaseScene();
    await deployRevision(scene.context, revision());
    scene.cluster.before = (call) => {
      if (call === 'update Secret/sh.helm.release.v1.shop.v1') throw clusterError('cluster.server-error', 'busy');
    };
    expect(await deployRevision(scene.context, revision({ action: 'upgrade', version: 2 }))).toMatchObject({
      status: 'deployed',
    });
    expect((await scene.records()).map((line) => line.slice(0, 10))).toEqual(['1 deployed', '2 deployed']);
    scene.cluster.before = () => undefined;
    const third = await deployRevision(scene.context, revision({ action: 'upgrade', version: 3 }));
    if (third.status === 'deployed') await third.tidied;
    expect((await scene.records()).map((line) => line.slice(0, 12))).toEqual([
      '1 superseded',
      '2 superseded',
      '3 deployed U',
    ]);
  });
});

describe('tests', () => {
  const hooks = [hook('t', { events: ['test'] }), hook('after', { events: ['post-install'] })];
  const tested = { ...definition, settings: { ...settings, tests: true } };

  test('run after everything else where the settings ask for it, and before the revision counts as deployed', async () => {
    const scene = releaseScene();
    endJobs(scene);
    const plan = planOf(configMap('x', 'red'), { hooks });
    const outcome = await deployRevision(scene.context, revision({ plan, definition: tested }));
    expect(outcome).toMatchObject({
      status: 'deployed',
      record: { hooks: [{ last_run: { phase: 'Succeeded' } }, {}] },
    });
    expect(scene.writes().filter((call) => call.startsWith('apply'))).toEqual([
      'apply ConfigMap/x',
      'apply Job/after',
      'apply Job/t',
    ]);
    expect(await scene.records()).toEqual(['1 deployed Install complete (fleet@3f2a1c9)']);
  });

  test.each([
    ['nobody asks for them', { definition, action: 'install' }],
    ['a rollback goes back to what was tested', { definition: tested, action: 'rollback', to: 1 }],
  ] as const)('do not run where %s', async (_sentence, parts) => {
    const scene = releaseScene();
    endJobs(scene, 't');
    const plan = planOf(configMap('x', 'red'), { hooks: hooks.slice(0, 1) });
    expect(await deployRevision(scene.context, revision({ plan, ...parts }))).toMatchObject({ status: 'deployed' });
  });

  test('that fail fail the revision', async () => {
    const scene = releaseScene();
    endJobs(scene, 't');
    const plan = planOf(configMap('x', 'red'), { hooks });
    const outcome = await deployRevision(scene.context, revision({ plan, definition: tested }));
    expect(outcome).toMatchObject({
      status: 'failed',
      wrote: true,
      error: { code: 'test.failed', fault: 'cluster', message: 'test Job/t (templates/t.yaml): so it is' },
      readiness: { object: 'Job/t', reason: 'JobFailed' },
    });
    expect(scene.events).toMatchObject([{ event: 'test.failed', app: 'shop', object: 'Job/t', reason: 'JobFailed' }]);
    const [stored] = await scene.history.list();
    expect(stored?.record.info.status).toBe('failed');
    expect(stored?.record.hooks.map(({ last_run }) => last_run?.phase)).toEqual(['Failed', 'Succeeded']);
  });
});

test('a hook that fails is told when it does, and ends the revision', async () => {
  const scene = releaseScene();
  endJobs(scene, 'before');
  const plan = planOf(configMap('x', 'red'), { hooks: [hook('before', { events: ['pre-install'] })] });
  const outcome = await deployRevision(scene.context, revision({ plan }));
  expect(outcome).toMatchObject({
    status: 'failed',
    error: { code: 'hook.failed' },
    readiness: { object: 'Job/before' },
  });
  expect(scene.events).toMatchObject([{ event: 'hook.failed', hook: 'pre-install', object: 'Job/before' }]);
  expect(scene.object('ConfigMap', 'x')).toBeUndefined();
});

test('a ready condition that is wrong is an error before anything is written', async () => {
  const scene = releaseScene();
  const plan = planOf(configMap('x', 'red', '\n  annotations: {helm-gitops.io/ready: "status.phase =="}'));
  const outcome = await deployRevision(scene.context, revision({ plan }));
  expect(outcome).toMatchObject({
    status: 'failed',
    wrote: false,
    error: { code: 'readiness.expression', fault: 'user' },
  });
  expect(scene.writes()).toEqual([]);
});

describe('a process that stops', () => {
  /** Stops it when that call is made, as the client then fails. */
  async function stoppedAt(call: string, plan = planOf(configMap('x', 'red'))) {
    const scene = releaseScene();
    scene.cluster.before = (made) => {
      if (made === call) scene.stop.abort(new Error('stopping'));
      scene.stop.signal.throwIfAborted();
    };
    const error = await deployRevision(scene.context, revision({ plan })).catch((thrown: unknown) => thrown);
    scene.cluster.before = () => undefined;
    return { scene, error };
  }
  const pending = ['1 pending-install Initial install underway (fleet@3f2a1c9)'];

  test('leaves the pending record while objects are written, and throws on', async () => {
    const { scene, error } = await stoppedAt('apply ConfigMap/x');
    expect([error, await scene.records()]).toEqual([expect.any(Error), pending]);
  });

  test('leaves it while a hook runs, and calls no hook failed', async () => {
    const hooks = [hook('before', { events: ['pre-install'], delete_policies: ['hook-failed'] })];
    const { scene, error } = await stoppedAt('list Job/*', planOf(configMap('x', 'red'), { hooks }));
    expect([error, await scene.records()]).toEqual([expect.any(Error), pending]);
    const [stored] = await scene.history.list();
    expect(stored?.record.hooks[0]?.last_run?.phase).toBe('Running');
    expect(scene.object('Job', 'before')).toBeDefined();
  });

  test('leaves it while it waits for readiness', async () => {
    const scene = releaseScene();
    const running = deployRevision(
      scene.context,
      revision({
        plan: planOf(deployment),
        aside: (wait) => {
          setImmediate(() => scene.stop.abort());
          return wait();
        },
      }),
    );
    await expect(running).rejects.toThrow();
    expect(await scene.records()).toEqual(pending);
  });
});
