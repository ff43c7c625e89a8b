import { describe, expect, test } from 'vitest';
import { clusterError } from '../../src/foundation/cluster/cluster-error.ts';
import type { ReleaseRecord } from '../../src/foundation/history/release-record.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { checkDrift, type DriftInput } from '../../src/pipeline/check-drift.ts';
import { correctDrift } from '../../src/pipeline/correct-drift.ts';
import { withOwnership } from '../../src/pipeline/plan/ownership.ts';
import { configMap, releaseScene } from './release-scene.ts';

const signal = new AbortController().signal;
const release = { name: 'shop', namespace: 'web' };

function record(manifest: string): ReleaseRecord {
  const info = { first_deployed: '', last_deployed: '', description: '', status: 'deployed' as const };
  return { ...release, version: 1, info, chart: {}, config: {}, manifest, hooks: [] };
}

const secret = (fields: string) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n${fields}\n`;

/** The object as the server holds it after an apply, then changed by another hand. */
function live(kind: string, name: string, fields: object, metadata: object = {}): KubernetesObject {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  const owned = withOwnership({ apiVersion, kind, metadata: { name, namespace: 'web' } }, release);
  return { ...owned, ...fields, metadata: { ...owned.metadata, ...metadata } };
}

function scene(manifest: string, objects: readonly KubernetesObject[]) {
  const { cluster } = releaseScene();
  for (const object of objects) cluster.put(object);
  const check = (parts: Partial<DriftInput> = {}) =>
    checkDrift({ client: cluster, record: record(manifest), ignore: [], crds: true, signal, ...parts });
  return { cluster, check };
}

const red = configMap('x', 'red');

describe('drift', () => {
  test('is none where live is what was recorded', async () => {
    const { cluster, check } = scene(red, [live('ConfigMap', 'x', { data: { color: 'red' } })]);
    expect(await check()).toEqual([]);
    expect(cluster.calls).toEqual(['get ConfigMap/x', 'dry-run ConfigMap/x']);
  });

  test('is told of the others where an API without a backend hides one', async () => {
    const objects = ['x', 'z'].map((name) => live('ConfigMap', name, { data: { color: 'blue' } }));
    const { cluster, check } = scene(`${red}---\n${configMap('z', 'red')}`, objects);
    cluster.before = (call) => {
      if (call === 'get ConfigMap/z') throw clusterError('cluster.unavailable', 'the server is unable');
    };
    const unknown: string[] = [];
    const found = await check({
      onUnknown: ({ metadata }, { message }) => void unknown.push(`${metadata.name}: ${message}`),
    });
    expect(found.map(({ key }) => key.name)).toEqual(['x']);
    expect(unknown).toEqual(['z: the server is unable']);
    await expect(check()).rejects.toMatchObject({ code: 'cluster.unavailable' });
  });

  test('is told by ownership, marked approximate and never taken for equal, where a webhook is down', async () => {
    const ours = { manager: 'helm', operation: 'Apply' as const };
    const managedFields = (...keys: string[]) => [
      { ...ours, fieldsV1: { 'f:data': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) } },
    ];
    const { cluster, check } = scene(`${red}---\n${configMap('z', 'red')}`, [
      live(
        'ConfigMap',
        'x',
        { data: { color: 'as the webhook writes it' } },
        { managedFields: managedFields('color') },
      ),
      live('ConfigMap', 'z', { data: { color: 'blue' } }, { managedFields: managedFields('size') }),
    ]);
    cluster.before = (call) => {
      if (call.startsWith('dry-run')) throw clusterError('cluster.server-error', 'failed calling webhook "w"');
    };
    const equal: unknown[] = [];
    const found = await check({ onEqual: (object) => equal.push(object) });
    expect(found).toMatchObject([{ key: { name: 'z' }, approximate: true, fields: [{ pointer: '/data/color' }] }]);
    expect(equal).toEqual([]);
  });

  test('names the field with both values, and who changed it', async () => {
    const managedFields = [
      { manager: 'helm', operation: 'Apply', fieldsV1: { 'f:metadata': {} } },
      { manager: 'kubectl-edit', operation: 'Update', fieldsV1: { 'f:data': { 'f:color': {} } } },
    ];
    const { check } = scene(red, [live('ConfigMap', 'x', { data: { color: 'blue' } }, { managedFields })]);
    expect(await check()).toEqual([
      expect.objectContaining({
        key: { group: '', kind: 'ConfigMap', namespace: 'web', name: 'x' },
        kind: 'changed',
        fields: [expect.objectContaining({ pointer: '/data/color', recorded: 'red', live: 'blue' })],
        manager: 'kubectl-edit',
        severity: 'workload',
      }),
    ]);
  });

  test('is missing where the object is gone', async () => {
    const { check } = scene(red, []);
    expect(await check()).toEqual([expect.objectContaining({ kind: 'missing', fields: [], manager: 'unknown' })]);
  });

  test('is looked for only where it is asked for', async () => {
    const { cluster, check } = scene(red + configMap('z', 'red'), []);
    expect(await check({ only: new Set(['/ConfigMap/web/z']) })).toHaveLength(1);
    expect(cluster.calls).toEqual(['get ConfigMap/z']);
  });

  test('has its worst field first', async () => {
    const manifest = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 1, template: {spec: {containers: [{name: a, image: "a:1"}]}}}\n`;
    const spec = { replicas: 2, template: { spec: { containers: [{ name: 'a', image: 'evil:1' }] } } };
    const { check } = scene(manifest, [live('Deployment', 'd', { spec })]);
    const [drift] = await check();
    expect(drift?.fields.map(({ pointer }) => pointer)).toEqual([
      '/spec/template/spec/containers/0/image',
      '/spec/replicas',
    ]);
    expect(drift?.severity).toBe('security');
  });

  test.each([
    ['an ignored field', [{ kind: 'ConfigMap', name: 'x', paths: ['/data/color'] }], { color: 'blue' }],
    ['an ignored field that somebody removed', [{ kind: undefined, name: undefined, paths: ['/data/color'] }], {}],
    ['an ignored object', [{ kind: 'ConfigMap', name: undefined, paths: [] }], { color: 'blue' }],
  ])('is none in %s', async (_what, ignore, data) => {
    const { check } = scene(red, [live('ConfigMap', 'x', { data })]);
    expect(await check({ ignore })).toEqual([]);
  });

  test('is none where the object goes while it is looked at', async () => {
    const { cluster, check } = scene(red, [live('ConfigMap', 'x', { data: { color: 'blue' } })]);
    cluster.before = (call) => {
      if (call.startsWith('dry-run')) throw clusterError('cluster.not-found', 'namespace gone');
    };
    expect(await check()).toEqual([]);
  });

  test.each(['cluster.invalid', 'cluster.forbidden'] as const)(
    'is found by comparison where the server refuses the dry run with %s, and hides no other object’s',
    async (code) => {
      const { cluster, check } = scene(red + configMap('z', 'red'), [
        live('ConfigMap', 'x', { data: { color: 'blue', extra: 'theirs' } }),
        live('ConfigMap', 'z', { data: { color: 'green' } }),
      ]);
      cluster.before = (call) => {
        if (call === 'dry-run ConfigMap/x') throw clusterError(code, 'immutable');
      };
      const found = await check();
      expect(found.map(({ fields }) => fields.map((field) => [field.pointer, field.live]))).toEqual([
        [['/data/color', 'blue']],
        [['/data/color', 'green']],
      ]);
    },
  );

  test('is not guessed where the server cannot be asked', async () => {
    const { cluster, check } = scene(red, [live('ConfigMap', 'x', {})]);
    cluster.before = () => {
      throw clusterError('cluster.unreachable', 'down');
    };
    await expect(check()).rejects.toMatchObject({ code: 'cluster.unreachable' });
  });
});

describe('drift of Secrets', () => {
  test('is none where stringData was stored as data', async () => {
    const { check } = scene(secret('stringData: {p: hunter2}'), [live('Secret', 's', { data: { p: 'aHVudGVyMg==' } })]);
    expect(await check()).toEqual([]);
  });

  test.each([
    ['stringData', 'stringData: {p: hunter2}', { data: { p: 'aHVudGVyMw==' } }, {}],
    ['data', 'data: {p: aHVudGVyMg==}', { data: { p: 'aHVudGVyMw==' } }, {}],
    ['a key that is gone', 'stringData: {p: hunter2}', {}, {}],
    [
      'kubectl’s copy',
      'data: {}',
      { data: {} },
      { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"p":"hunter2"}' } },
    ],
  ])('is found, and shows no value: %s', async (_what, recorded, fields, metadata) => {
    const { check } = scene(secret(recorded), [live('Secret', 's', fields, metadata)]);
    const found = await check();
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found[0]?.fields)).not.toMatch(/hunter|aHVudGVy/);
  });
});

describe('a correction', () => {
  async function drifted() {
    const { cluster, check } = scene(red, [live('ConfigMap', 'x', { data: { color: 'blue' } })]);
    const [drift] = await check();
    if (!drift) throw new Error('no drift');
    cluster.calls.length = 0;
    return { cluster, drift };
  }

  test('applies the complete recorded object, as of the version that it read', async () => {
    const { cluster, drift } = await drifted();
    const sent: unknown[] = [];
    cluster.before = (call, object) => {
      if (call.startsWith('apply')) sent.push(object);
    };
    await correctDrift(cluster, drift, { ignore: [], signal });
    expect(sent).toMatchObject([{ metadata: { resourceVersion: '1', labels: {} }, data: { color: 'red' } }]);
    expect(cluster.objects.get('ConfigMap/web/x')).toMatchObject({ data: { color: 'red' } });
  });

  test('creates what is missing', async () => {
    const { cluster, drift } = await drifted();
    cluster.objects.clear();
    await correctDrift(cluster, drift, { ignore: [], signal });
    expect(cluster.objects.get('ConfigMap/web/x')).toMatchObject({ data: { color: 'red' } });
  });

  test('reads again after a conflict, and gives up after five', async () => {
    const { cluster, drift } = await drifted();
    let conflicts = 2;
    cluster.before = (call) => {
      if (call.startsWith('apply') && conflicts-- > 0) throw clusterError('cluster.conflict', 'moved');
    };
    await correctDrift(cluster, drift, { ignore: [], signal });
    expect(cluster.calls.filter((call) => call === 'get ConfigMap/x')).toHaveLength(3);
    conflicts = 5;
    await expect(correctDrift(cluster, drift, { ignore: [], signal })).rejects.toMatchObject({
      code: 'cluster.conflict',
    });
  });

  test('stops at any other error', async () => {
    const { cluster, drift } = await drifted();
    cluster.before = (call) => {
      if (call.startsWith('apply')) throw clusterError('cluster.denied', 'no');
    };
    await expect(correctDrift(cluster, drift, { ignore: [], signal })).rejects.toMatchObject({
      code: 'cluster.denied',
    });
    expect(cluster.calls.filter((call) => call.startsWith('apply'))).toHaveLength(1);
  });
});
