import { describe, expect, test } from 'vitest';
import type { Discovery } from '../../../src/foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { parseManifest } from '../../../src/foundation/manifest/parse-manifest.ts';
import { installCrds } from '../../../src/pipeline/apply/install-crds.ts';
import type { CrdFile } from '../../../src/pipeline/render/rendered-release.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const name = 'things.x.io';
const crd = (group: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}}\nspec: {group: ${group}}\n`;
const signal = new AbortController().signal;

/** A cluster that serves a definition at the second look. */
function scene() {
  const cluster = memoryCluster();
  const reference = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name };
  const establish = () => {
    const live = cluster.objects.get(`CustomResourceDefinition//${name}`);
    if (live) cluster.put({ ...live, status: { conditions: [{ type: 'Established', status: 'True' }] } });
  };
  const install = (
    policy: 'skip' | 'create' | 'createReplace',
    group = 'x.io',
    rendered: ReadonlyMap<string, KubernetesObject> = new Map(),
  ) => {
    const crds = [{ path: 'crds/things.yaml', text: crd(group) }] as unknown as CrdFile[];
    const client = { ...cluster, discovery: async () => ({}) as Discovery };
    return installCrds({ client, crds, rendered, policy, signal });
  };
  const spec = async () => (await cluster.get(reference))?.['spec'];
  return { cluster, establish, install, spec };
}

describe('definitions that two releases bring', () => {
  test('are left as the first one made them', async () => {
    const { establish, install, spec } = scene();
    const first = install('create', 'first');
    setTimeout(establish, 1);
    expect(await first).toEqual([name]);
    expect(await install('create', 'second')).toEqual([]);
    expect(await spec()).toEqual({ group: 'first' });
  });

  test('are waited for by the second, too, while they are not served yet', async () => {
    const { cluster, establish, install } = scene();
    const first = install('create');
    while (!cluster.calls.some((call) => call.startsWith('apply'))) await new Promise(setImmediate);
    let done = false;
    const second = install('create').then(() => {
      done = true;
    });
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(done).toBe(false);
    establish();
    await Promise.all([first, second]);
  });

  test('are replaced where that is asked for, and not looked at where they are skipped', async () => {
    const { cluster, establish, install, spec } = scene();
    setTimeout(establish, 1);
    await install('create', 'first');
    expect(await install('createReplace', 'second')).toEqual([name]);
    expect(await spec()).toEqual({ group: 'second' });
    const before = cluster.calls.length;
    expect(await install('skip', 'third')).toEqual([]);
    expect(cluster.calls).toHaveLength(before);
  });

  test('that are among the templates too are made as those have them, and never replaced', async () => {
    const { establish, install, spec } = scene();
    const templates = new Map(parseManifest(crd('template')).map((object) => [name, object]));
    setTimeout(establish, 1);
    expect(await install('createReplace', 'first', templates)).toEqual([name]);
    expect(await install('createReplace', 'second', templates)).toEqual([]);
    expect(await spec()).toEqual({ group: 'template' });
  });
});
