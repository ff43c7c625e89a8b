import { describe, expect, onTestFinished, test } from 'vitest';
import { strategicMergePatch } from '../../../src/foundation/fields/strategic-merge.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { groupVersionKind } from '../../../src/foundation/manifest/object.ts';
import { realServer } from './real-server.ts';

const kubeconfig = process.env.KUBECONFIG_REAL;

interface Spec {
  readonly containers: readonly { name: string; image: string; args?: string[]; ports?: object[] }[];
  readonly volumes: readonly object[];
  readonly nodeSelector: object;
  readonly tolerations?: object[];
}

const podTemplate = (): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'PodTemplate',
  metadata: { name: 'x', labels: { a: '1', b: '2' }, finalizers: ['x.io/a', 'x.io/b'] },
  template: {
    metadata: { labels: { a: 'b' } },
    spec: {
      containers: [
        {
          name: 'one',
          image: 'i:1',
          args: ['a', 'b'],
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          ports: [{ containerPort: 80, protocol: 'TCP' }],
        },
        { name: 'two', image: 'i:1' },
        { name: 'three', image: 'i:1' },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
      nodeSelector: { disk: 'fast', zone: 'a' },
      tolerations: [{ key: 'k', operator: 'Exists' }],
    },
  },
});
const containers = (list: unknown[]) => ({ template: { spec: { containers: list } } });

const cases: {
  name: string;
  patch: object;
  check: (spec: Spec, object: KubernetesObject) => unknown;
  expected: unknown;
}[] = [
  {
    name: 'an element is merged by its key and others stay',
    patch: containers([{ name: 'two', image: 'i:2' }]),
    check: (spec) => images(spec),
    expected: ['one=i:1', 'two=i:2', 'three=i:1'],
  },
  {
    name: 'a new element is appended',
    patch: containers([{ name: 'four', image: 'i:4' }]),
    check: (spec) => images(spec).length,
    expected: 4,
  },
  {
    name: '$patch: delete takes an element out',
    patch: containers([{ name: 'one', $patch: 'delete' }]),
    check: (spec) => images(spec),
    expected: ['two=i:1', 'three=i:1'],
  },
  {
    name: '$patch: replace replaces the list',
    patch: containers([{ name: 'only', image: 'i:9' }, { $patch: 'replace' }]),
    check: (spec) => images(spec),
    expected: ['only=i:9'],
  },
  {
    name: '$patch: replace replaces a map',
    patch: { metadata: { labels: { $patch: 'replace', c: '3' } } },
    check: (_spec, { metadata }) => metadata.labels,
    expected: { c: '3' },
  },
  {
    name: 'null deletes a field',
    patch: { metadata: { labels: { a: null } }, template: { spec: { tolerations: null } } },
    check: (spec, { metadata }) => [metadata.labels, spec.tolerations],
    expected: [{ b: '2' }, undefined],
  },
  {
    name: '$setElementOrder orders the list',
    patch: {
      template: {
        spec: {
          '$setElementOrder/containers': [{ name: 'three' }, { name: 'one' }, { name: 'two' }],
          containers: [{ name: 'three', image: 'i:3' }],
        },
      },
    },
    check: (spec) => images(spec),
    expected: ['three=i:3', 'one=i:1', 'two=i:1'],
  },
  {
    name: '$retainKeys drops what it does not name',
    patch: {
      template: { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] } },
    },
    check: (spec) => Object.keys(spec.volumes[0] ?? {}).sort(),
    expected: ['configMap', 'name'],
  },
  {
    name: 'a list without a key is replaced',
    patch: containers([{ name: 'one', args: ['z'] }]),
    check: (spec) => spec.containers.find(({ args }) => args)?.args,
    expected: ['z'],
  },
  {
    name: 'scalars of a set are added and taken out',
    patch: { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.io/a'], finalizers: ['x.io/c'] } },
    check: (_spec, { metadata }) => [...(metadata.finalizers ?? [])].sort(),
    expected: ['x.io/b', 'x.io/c'],
  },
  {
    name: 'a map that server-side apply takes whole is merged by key',
    patch: { template: { spec: { nodeSelector: { zone: null, arch: 'arm' } } } },
    check: (spec) => spec.nodeSelector,
    expected: { arch: 'arm', disk: 'fast' },
  },
  {
    name: 'ports merge by containerPort alone',
    patch: containers([{ name: 'one', ports: [{ containerPort: 80, name: 'http' }] }]),
    check: (spec) => spec.containers.find(({ ports }) => ports)?.ports,
    expected: [{ containerPort: 80, name: 'http', protocol: 'TCP' }],
  },
];

function images(spec: Spec): string[] {
  return spec.containers.map(({ name, image }) => `${name}=${image}`);
}

const specOf = (object: KubernetesObject) => (object.template as { spec: Spec }).spec;

describe('a strategic merge patch', () => {
  test.each(cases)('$name', ({ patch, check, expected }) => {
    const original = podTemplate();
    const before = structuredClone(original);
    const patched = strategicMergePatch(original, patch, groupVersionKind(original));
    expect(check(specOf(patched), patched)).toEqual(expected);
    expect(original).toEqual(before);
  });

  test('a list element without its key is refused', () => {
    const original = podTemplate();
    expect(() => strategicMergePatch(original, containers([{ image: 'i' }]), groupVersionKind(original))).toThrow(
      'merge key: name',
    );
  });

  test('a Deployment changes its strategy with $retainKeys', () => {
    const original: KubernetesObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {},
      spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
    };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(strategicMergePatch(original, patch, groupVersionKind(original)).spec).toEqual({
      strategy: { type: 'Recreate' },
    });
  });

  test('foreign keys touch no prototype', () => {
    const patch = JSON.parse('{"metadata":{"labels":{"__proto__":{"polluted":"yes"}}}}') as object;
    const patched = strategicMergePatch(podTemplate(), patch, { group: '', version: 'v1', kind: 'PodTemplate' });
    expect(Object.hasOwn(patched.metadata.labels ?? {}, '__proto__')).toBe(true);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

describe.skipIf(!kubeconfig)('a strategic merge patch at a real API server (needs KUBECONFIG_REAL)', () => {
  test.each(cases)('$name', async ({ patch, check, expected }) => {
    const call = realServer(kubeconfig ?? '');
    const name = `smp-${process.pid}-${Date.now()}`;
    const path = '/api/v1/namespaces/default/podtemplates';
    onTestFinished(async () => {
      await call({
        method: 'PATCH',
        path: `${path}/${name}`,
        type: 'application/merge-patch+json',
        body: { metadata: { finalizers: null } },
      });
      await call({ method: 'DELETE', path: `${path}/${name}` });
    });
    await call({ method: 'POST', path, body: { ...podTemplate(), metadata: { ...podTemplate().metadata, name } } });
    const { status, body } = await call({
      method: 'PATCH',
      path: `${path}/${name}`,
      type: 'application/strategic-merge-patch+json',
      body: patch,
    });
    expect(status, body.message).toBe(200);
    expect(check(specOf(body), body)).toEqual(expected);
  });
});
