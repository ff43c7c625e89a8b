import { describe, expect, test } from 'vitest';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../../../src/foundation/manifest/object.ts';
import { migrateObject } from '../../../src/pipeline/apply/migrate-object.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const entry = (manager: string, operation: 'Apply' | 'Update'): ManagedFieldsEntry => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': { 'f:a': {} } },
});

function scene(managedFields: ManagedFieldsEntry[]) {
  const cluster = memoryCluster();
  const object: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', managedFields } };
  const live = cluster.put(object);
  const run = () => migrateObject({ client: cluster, live, manager: 'helm', signal: new AbortController().signal });
  const bodies: unknown[] = [];
  return { cluster, live, run, bodies };
}

describe('handing an object over', () => {
  test('costs nothing where helm applied, and where others alone updated', async () => {
    const { cluster, run, live } = scene([entry('helm', 'Apply'), entry('kubectl-client-side-apply', 'Update')]);
    expect(await run()).toBe(live);
    expect(cluster.calls).toEqual([]);
  });

  test('makes helm’s update an apply, at the version that was read', async () => {
    const { cluster, run, live, bodies } = scene([entry('helm', 'Update'), entry('other', 'Update')]);
    cluster.before = (_call, body) => void bodies.push(body);
    await run();
    expect(bodies).toEqual([
      [
        {
          op: 'replace',
          path: '/metadata/managedFields',
          value: [entry('helm', 'Apply'), entry('other', 'Update')],
        },
        { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
      ],
    ]);
  });

  test('reads again where somebody wrote in between, and gives up after five times', async () => {
    const { cluster, run } = scene([entry('helm', 'Update')]);
    cluster.before = (call) => {
      if (call.startsWith('patch')) throw clusterError('cluster.conflict', 'changed');
    };
    await expect(run()).rejects.toMatchObject({ code: 'cluster.conflict' });
    expect(cluster.calls.filter((call) => call.startsWith('patch'))).toHaveLength(5);
  });

  test('finds nothing where the object went', async () => {
    const { cluster, run } = scene([entry('helm', 'Update')]);
    cluster.objects.clear();
    expect(await run()).toBeUndefined();
  });
});
