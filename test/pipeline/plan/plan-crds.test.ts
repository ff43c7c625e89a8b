import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/pipeline/plan/plan.ts';
import { compareCrds, planCrds } from '../../../src/pipeline/plan/plan-crds.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const crd = (name: string, scope = 'Namespaced') =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}.x.io}\nspec: {scope: ${scope}}\n`;
const files = (...texts: string[]) => [{ name: 'web/crds/all.yaml', text: texts.join('---\n') }];
const shown = (changes: readonly Change[]) =>
  changes.map(({ key, operation, fields }) => [operation, key.name, fields.map(({ pointer }) => pointer)]);
const { signal } = new AbortController();

const scene = () => {
  const cluster = memoryCluster();
  for (const [name, scope] of [
    ['there', 'Cluster'],
    ['same', 'Namespaced'],
  ] as const)
    cluster.put({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${name}.x.io` },
      spec: { scope },
    });
  return cluster;
};
const crds = files(crd('there'), crd('same'), crd('fresh'), crd('fresh', 'Cluster'));

describe('definitions of crds/', () => {
  test.each([
    ['skip', []],
    ['create', [['create', 'fresh.x.io', []]]],
    [
      'createReplace',
      [
        ['update', 'there.x.io', ['/spec/scope']],
        ['create', 'fresh.x.io', []],
      ],
    ],
  ] as const)('%s', async (policy, expected) => {
    const cluster = scene();
    const before = JSON.stringify([...cluster.objects]);
    expect(shown(await planCrds(cluster, { crds, changes: [], policy }, signal))).toEqual(expected);
    expect(JSON.stringify([...cluster.objects])).toBe(before);
    const known = files(crd('there', 'Cluster'), crd('same'));
    expect(shown(compareCrds(known, { crds, changes: [], policy }))).toEqual(expected);
  });

  test('that are among the templates too are planned there', async () => {
    const key = { kind: 'CustomResourceDefinition', name: 'fresh.x.io' } as never;
    const planned = async (operation: Change['operation']) =>
      shown(
        await planCrds(scene(), { crds, changes: [{ key, operation } as unknown as Change], policy: 'create' }, signal),
      );
    expect(await planned('create')).toEqual([]);
    expect(await planned('keep')).toHaveLength(1);
  });
});
