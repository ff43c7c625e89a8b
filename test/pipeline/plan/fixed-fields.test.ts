import { expect, test } from 'vitest';
import { objectKey } from '../../../src/foundation/manifest/object.ts';
import { fixedFields } from '../../../src/pipeline/plan/fixed-fields.ts';
import type { Change } from '../../../src/pipeline/plan/plan.ts';

const update = (apiVersion: string, kind: string, pointers: readonly string[], live: object = {}): Change => {
  const object = { apiVersion, kind, metadata: { name: 'x' } };
  const fields = pointers.map((pointer) => ({ pointer, before: 1, after: 2 }));
  const was = { ...object, ...live };
  return { key: objectKey(object), operation: 'update', object, live: was, fields, drift: [], reason: undefined };
};

test.each([
  [
    'apps/v1',
    'Deployment',
    ['/spec/selector/matchLabels/app', '/spec/template/x'],
    {},
    ['/spec/selector/matchLabels/app'],
  ],
  ['apps/v1', 'StatefulSet', ['/spec/serviceName', '/spec/replicas', '/metadata/labels/a'], {}, ['/spec/serviceName']],
  ['apps/v1', 'StatefulSet', ['/spec/template/spec/x', '/spec/templates'], {}, ['/spec/templates']],
  ['batch/v1', 'Job', ['/spec/template/spec/x', '/spec/parallelism'], {}, ['/spec/template/spec/x']],
  [
    'batch/v1',
    'Job',
    ['/spec/template/spec/x', '/spec/completions'],
    { spec: { suspend: true } },
    ['/spec/completions'],
  ],
  ['batch/v1', 'Job', ['/spec/completions'], { spec: { completionMode: 'Indexed' } }, []],
  ['v1', 'ConfigMap', ['/data/a'], {}, []],
  ['v1', 'ConfigMap', ['/data/a', '/metadata/labels/a'], { immutable: true }, ['/data/a']],
  ['v1', 'Secret', ['/type', '/data/a'], {}, ['/type']],
  [
    'v1',
    'PersistentVolumeClaim',
    ['/spec/resources/requests/storage', '/spec/storageClassName'],
    {},
    ['/spec/storageClassName'],
  ],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', ['/roleRef/name', '/subjects'], {}, ['/roleRef/name']],
  ['example.com/v1', 'Deployment', ['/spec/selector'], {}, []],
] as const)('of a %s %s cannot change what the server refuses: %j %j', (apiVersion, kind, pointers, live, fixed) => {
  expect(fixedFields(update(apiVersion, kind, pointers, live))).toEqual(fixed);
});

test('what is created or goes is free', () => {
  const one = update('apps/v1', 'Deployment', ['/spec/selector']);
  expect(fixedFields({ ...one, operation: 'create' })).toEqual([]);
});
