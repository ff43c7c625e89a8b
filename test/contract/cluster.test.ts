/** The client against a real control plane (KUBECONFIG_REAL, see tools/realcluster); skipped without one. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OpenCluster } from '../../src/foundation/cluster/create-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';

const kubeconfig = process.env.KUBECONFIG_REAL;
const helm = process.env.HELM_BIN;
const run = promisify(execFile);
const namespace = `contract-cluster-${process.pid}`;

describe.skipIf(!kubeconfig)('a client of a real cluster (skipped without KUBECONFIG_REAL)', () => {
  let client: OpenCluster;
  beforeAll(async () => {
    client = await openCluster({ name: 'real', kubeconfig: kubeconfig ?? '' });
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterAll(async () => {
    await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    await client[Symbol.asyncDispose]();
  });

  const configMap = (name: string, data: object = { a: '1' }): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data,
  });
  const reference = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });

  test('creates, reads, replaces, applies, patches and deletes', async () => {
    const made = await client.create(configMap('crud'), { fieldManager: 'one' });
    expect(await client.get(reference('crud'))).toMatchObject({ data: { a: '1' } });
    const replaced = await client.update({ ...made, data: { a: '2' } });
    await expect(client.update({ ...made, data: { a: '3' } })).rejects.toMatchObject({ code: 'cluster.conflict' });
    expect(await client.apply(configMap('crud', { a: '4' }), { fieldManager: 'helm', dryRun: true })).toMatchObject({
      data: { a: '4' },
    });
    expect((await client.get(reference('crud')))?.metadata.resourceVersion).toBe(replaced.metadata.resourceVersion);
    await expect(
      client.apply(configMap('crud', { a: '4' }), { fieldManager: 'helm', force: false }),
    ).rejects.toMatchObject({ code: 'cluster.conflict' });
    expect(await client.apply(configMap('crud', { a: '4' }), { fieldManager: 'helm' })).toMatchObject({
      data: { a: '4' },
    });
    const json = { type: 'json', body: [{ op: 'replace', path: '/data/a', value: '5' }] } as const;
    expect(await client.patch(reference('crud'), { ...json, body: [...json.body] })).toMatchObject({
      data: { a: '5' },
    });
    expect(await client.patch(reference('crud'), { type: 'strategic', body: { data: { b: '6' } } })).toMatchObject({
      data: { a: '5', b: '6' },
    });
    await expect(client.delete(reference('crud'), { preconditions: { uid: 'other' } })).rejects.toMatchObject({
      code: 'cluster.conflict',
    });
    expect(await client.delete(reference('crud'), { dryRun: true })).toBe(true);
    expect(await client.delete(reference('crud'))).toBe(true);
    expect(await client.delete(reference('crud'))).toBe(false);
    expect(await client.get(reference('crud'))).toBeUndefined();
  });

  test('answers a write with metadata alone where that is asked for', async () => {
    const { data, ...expected } = configMap('slim');
    const made = await client.create({ ...expected, data }, { answerMetadata: true });
    expect(made).toEqual({ ...expected, metadata: expect.objectContaining(expected.metadata) });
    const replaced = await client.update({ ...made, data: { a: '2' } }, { answerMetadata: true });
    expect(Object.keys(replaced).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
    const { resourceVersion } = replaced.metadata;
    expect(await client.get(reference('slim'))).toMatchObject({ data: { a: '2' }, metadata: { resourceVersion } });
  });

  test('keeps fields that no model knows, and the case of names', async () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'Upper:Case', namespace },
      rules: [],
    };
    await client.apply(role, { fieldManager: 'helm' });
    expect((await client.get({ ...role, namespace, name: 'Upper:Case' }))?.metadata.name).toBe('Upper:Case');
  });

  test.each<[string, string, () => Promise<unknown>]>([
    [
      'an unknown field, when strict',
      'cluster.invalid',
      () => client.apply({ ...configMap('x'), nope: 1 }, { fieldManager: 'helm', fieldValidation: 'Strict' }),
    ],
    [
      'an unknown field in a create, when strict',
      'cluster.bad-request',
      () => client.create({ ...configMap('x'), nope: 1 }, { fieldValidation: 'Strict' }),
    ],
    ['a name that is none', 'cluster.invalid', () => client.create(configMap('UPPER'))],
    [
      'a namespace that is not there',
      'cluster.not-found',
      () => client.create({ ...configMap('x'), metadata: { name: 'x', namespace: 'nope' } }),
    ],
    [
      'a kind that is not served',
      'cluster.unknown-kind',
      () => client.create({ ...configMap('x'), apiVersion: 'nope.io/v1', kind: 'Nope' }),
    ],
    [
      'a right that is missing',
      'cluster.forbidden',
      () => client.impersonate({ user: 'nobody' }).list({ apiVersion: 'v1', kind: 'Secret' }),
    ],
    [
      'an object that is too large',
      'cluster.too-large',
      () => client.create(configMap('x', { a: 'x'.repeat(4_000_000) })),
    ],
  ])('tells %s as %s', async (_, code, call) => {
    await expect(call()).rejects.toMatchObject({ code });
  });

  test('reads metadata alone, under the right kind', async () => {
    await client.apply(configMap('meta'), { fieldManager: 'helm' });
    const { items } = await client.list({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace,
      fieldSelector: 'metadata.name=meta',
      metadataOnly: true,
    });
    expect(items).toMatchObject([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'meta' } }]);
    expect(items[0]).not.toHaveProperty('data');
  });

  test('reads more than one page', async () => {
    await Promise.all(
      Array.from({ length: 520 }, (_, index) =>
        client.create({
          ...configMap(`page-${index}`),
          metadata: { name: `page-${index}`, namespace, labels: { page: 'x' } },
        }),
      ),
    );
    const { items } = await client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector: 'page=x' });
    expect(new Set(items.map(({ metadata }) => metadata.name)).size).toBe(520);
  });

  test('follows changes, metadata-only too', async () => {
    const told: string[] = [];
    const handler = {
      replaced: () => undefined,
      changed: (type: string, object: KubernetesObject) => void told.push(`${type} ${object.kind} ${'data' in object}`),
    };
    const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace, fieldSelector: 'metadata.name=watched' };
    await using whole = client.watch(query, handler);
    await whole.synced;
    await client.create(configMap('watched'));
    await vi.waitFor(() => expect(told).toEqual(['ADDED ConfigMap true']), 90_000);
    await using slim = client.watch({ ...query, metadataOnly: true }, handler);
    await slim.synced;
    await client.delete(reference('watched'));
    await vi.waitFor(
      () => expect(told.slice(1).sort()).toEqual(['DELETED ConfigMap false', 'DELETED ConfigMap true']),
      90_000,
    );
  });

  test('knows a kind as soon as its definition is established, and forgets it when that is gone', async () => {
    const group = `contract-${process.pid}.example`;
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'things', singular: 'thing', kind: 'Thing' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    };
    const thing = {
      apiVersion: `${group}/v1`,
      kind: 'Thing',
      metadata: { name: 'a', namespace },
      anything: { goes: [1] },
    };
    expect(await client.get({ ...thing, namespace, name: 'a' })).toBeUndefined();
    await client.create(crd);
    await vi.waitFor(
      async () =>
        expect(await client.apply(thing, { fieldManager: 'helm' })).toMatchObject({ anything: { goes: [1] } }),
      90_000,
    );
    await client.delete({ ...crd, name: crd.metadata.name });
    await vi.waitFor(async () => {
      await client.get({ ...thing, namespace, name: 'a' });
      await expect(client.list({ ...thing, namespace })).rejects.toMatchObject({ code: 'cluster.unknown-kind' });
    });
  });

  test.skipIf(!helm)('discovers what Helm discovers (skipped without HELM_BIN)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'capabilities-'));
    await mkdir(join(folder, 'templates'));
    await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: caps\nversion: 1.0.0\n');
    const template = '{{ range .Capabilities.APIVersions }}{{ . }}\n{{ end }}{{ .Capabilities.KubeVersion }}';
    await writeFile(join(folder, 'templates/NOTES.txt'), template);
    const { stdout } = await run(helm ?? '', [
      'install',
      'caps',
      folder,
      '--dry-run=server',
      '-n',
      namespace,
      '--kubeconfig',
      kubeconfig ?? '',
    ]);
    await rm(folder, { recursive: true });
    const lines = (stdout.split('NOTES:\n')[1] ?? '').trim().split('\n');
    const version = lines.pop();
    const discovery = await client.discovery({ refresh: true });
    expect(discovery.kubeVersion).toBe(version);
    expect([...discovery.apiVersions].sort()).toEqual([...new Set(lines)].sort());
  });
});
