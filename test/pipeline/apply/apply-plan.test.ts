import { describe, expect, test } from 'vitest';
import type { Discovery } from '../../../src/foundation/cluster/cluster-client.ts';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import { type KubernetesObject, objectKey } from '../../../src/foundation/manifest/object.ts';
import { applyPlan } from '../../../src/pipeline/apply/apply-plan.ts';
import type { Change, Operation, Plan } from '../../../src/pipeline/plan/plan.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

function change(operation: Operation, kind: string, name: string, live?: KubernetesObject): Change {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  const object = { apiVersion, kind, metadata: { name, namespace: 'web' }, spec: { replicas: 1 } };
  return { key: objectKey(object), operation, object, live, fields: [], drift: [], reason: 'because' };
}

function scene(changes: readonly Change[], fails: Record<string, Error> = {}) {
  const cluster = memoryCluster();
  cluster.before = (call) => {
    if (fails[call]) throw fails[call];
  };
  const plan: Plan = { changes, crds: [], hooks: [], manifest: '' };
  const signal = new AbortController().signal;
  return { cluster, run: () => applyPlan({ client: cluster, plan, ignore: [], signal }) };
}

describe('applying a plan', () => {
  test('writes what is new, changed or adopted, in order, and deletes last, in Helm’s uninstall order', async () => {
    const { cluster, run } = scene([
      change('delete', 'ConfigMap', 'd1'),
      change('create', 'ConfigMap', 'c1'),
      change('unchanged', 'ConfigMap', 'same'),
      change('keep', 'ConfigMap', 'kept'),
      change('adopt', 'Service', 's1'),
      change('update', 'Deployment', 'w1'),
      change('delete', 'Deployment', 'd2'),
    ]);
    const result = await run();
    expect(cluster.calls).toEqual([
      'apply ConfigMap/c1',
      'apply Service/s1',
      'apply Deployment/w1',
      'delete Deployment/d2',
      'delete ConfigMap/d1',
    ]);
    expect(result.written.map(({ metadata }) => metadata.name)).toEqual(['c1', 's1', 'w1']);
    expect(result.deleted).toEqual(['Deployment/d2', 'ConfigMap/d1']);
  });

  test('waits for a definition among the objects where one of its kind comes after it', async () => {
    const cluster = memoryCluster();
    const name = 'things.x.io';
    const spec = { group: 'x.io', names: { kind: 'Thing' } };
    const objects: KubernetesObject[] = [
      { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name }, spec },
      { apiVersion: 'x.io/v1', kind: 'Thing', metadata: { name: 'one', namespace: 'web' } },
    ];
    let looks = 0;
    cluster.before = (call) => {
      const live = cluster.objects.get(`CustomResourceDefinition//${name}`);
      if (!call.startsWith('get CustomResourceDefinition') || !live || ++looks < 2) return;
      cluster.put({ ...live, status: { conditions: [{ type: 'Established', status: 'True' }] } });
    };
    const client = { ...cluster, discovery: async () => ({}) as Discovery };
    const changes = objects.map((object) => ({ ...change('create', '', ''), key: objectKey(object), object }));
    const plan: Plan = { changes, crds: [], hooks: [], manifest: '' };
    await applyPlan({ client, plan, ignore: [], signal: new AbortController().signal });
    const look = `get CustomResourceDefinition/${name}`;
    expect(cluster.calls).toEqual([`apply CustomResourceDefinition/${name}`, look, look, 'apply Thing/one']);
  });

  test('tries every object of a kind, joins what failed, begins no other kind and deletes nothing', async () => {
    const { cluster, run } = scene(
      [
        change('create', 'ConfigMap', 'a'),
        change('create', 'ConfigMap', 'b'),
        change('create', 'ConfigMap', 'c'),
        change('create', 'Service', 's'),
        change('delete', 'ConfigMap', 'd'),
      ],
      {
        'apply ConfigMap/a': clusterError('cluster.denied', 'no', { hint: 'ask' }),
        'apply ConfigMap/c': clusterError('cluster.server-error', 'busy'),
      },
    );
    await expect(run()).rejects.toMatchObject({
      code: 'cluster.denied',
      fault: 'user',
      message: 'ConfigMap/a: no && ConfigMap/c: busy',
      hint: 'ask',
    });
    expect(cluster.calls).toEqual(['apply ConfigMap/a', 'apply ConfigMap/b', 'apply ConfigMap/c']);
  });

  test.each([
    [
      'refused',
      'apply.not-owned',
      'Service "s" in namespace "web" exists and cannot be imported into the current release: because',
    ],
    ['replacementRefused', 'apply.immutable-field', 'Service/s cannot be changed in place: because'],
  ] as const)('a plan with a %s object is not begun', async (operation, code, message) => {
    const { cluster, run } = scene([change('create', 'ConfigMap', 'a'), change(operation, 'Service', 's')]);
    await expect(run()).rejects.toMatchObject({ code, fault: 'user', message });
    expect(cluster.calls).toEqual([]);
  });

  test('keeps an autoscaler’s replicas', async () => {
    const live = change('update', 'Deployment', 'w').object;
    const managedFields = [
      { manager: 'kube-controller-manager', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ];
    const scaled = { ...live, metadata: { ...live.metadata, managedFields }, spec: { replicas: 7 } };
    const { run } = scene([change('update', 'Deployment', 'w', scaled)]);
    expect((await run()).written[0]).toMatchObject({ spec: { replicas: 7 } });
  });

  test('an error of ours is told as one', async () => {
    const { run } = scene([change('create', 'ConfigMap', 'a')], {
      'apply ConfigMap/a': new TypeError('x is undefined'),
    });
    await expect(run()).rejects.toMatchObject({ code: 'apply.failed', fault: 'internal' });
  });

  test('more objects than are written at once all arrive, in order', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
    const { run } = scene(names.map((name) => change('create', 'ConfigMap', name)));
    expect((await run()).written.map(({ metadata }) => metadata.name)).toEqual(names);
  });

  test('hands what is unchanged over where the revision before was another hand’s, and only then', async () => {
    const updated = { manager: 'helm', operation: 'Update' as const, apiVersion: 'v1', fieldsV1: { 'f:spec': {} } };
    const live: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'same', namespace: 'web', managedFields: [updated] },
    };
    const run = async (handsOver: boolean) => {
      const cluster = memoryCluster();
      cluster.put(live);
      const applied = { ...live, metadata: { ...live.metadata, name: 'applied', managedFields: [] } };
      cluster.put(applied);
      const other = { ...live, metadata: { ...live.metadata, name: 'other' } };
      cluster.put(other);
      const changes = [
        change('unchanged', 'ConfigMap', 'same', live),
        change('unchanged', 'ConfigMap', 'applied'),
        change('update', 'ConfigMap', 'other'),
      ];
      const plan: Plan = { changes, crds: [], hooks: [], manifest: '' };
      const signal = new AbortController().signal;
      const { written } = await applyPlan({ client: cluster, plan, ignore: [], signal, handsOver });
      expect(written).toHaveLength(1);
      return cluster.calls;
    };
    expect(await run(false)).toEqual(['apply ConfigMap/other']);
    expect((await run(true)).toSorted()).toEqual([
      'apply ConfigMap/other',
      'apply ConfigMap/same',
      'get ConfigMap/applied',
      'get ConfigMap/other',
      'patch ConfigMap/other',
      'patch ConfigMap/same',
    ]);
  });
});
