/**
 * A version of a custom resource that is served no more, while a release's record still holds it: the object is still
 * there, in another version. On the embedded cluster, and on a real one; what was known of the API before is stale.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { plainUninstall } from '../../src/pipeline/apply/uninstall-release.ts';
import { adminOf } from '../support/clusters.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { openScene, type Scene } from './interchange-scene.ts';

const group = `served-${process.pid}.example.com`;
const schema = {
  openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { a: { type: 'integer' } } } } },
};

describeOnEach('a version served no more', (cluster) => {
  const folder = mkdtempSync(join(tmpdir(), 'served-'));
  const stack = new AsyncDisposableStack();
  let admin: string;
  let scene: Scene;
  let made = 0;

  beforeAll(async () => {
    admin = await adminOf(cluster, folder, stack);
    scene = stack.use(await openScene(`served-${cluster.name}`, 'helm4', admin));
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** A kind of its own, one release that holds an object of its version v1, and then only v2 is served. */
  async function stale() {
    made += 1;
    const [kind, plural] = [`Thing${made}`, `thing${made}s`];
    const crd = (old: boolean): KubernetesObject => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural, singular: `thing${made}` },
        versions: [
          { name: 'v1', served: old, storage: false, schema },
          { name: 'v2', served: true, storage: true, schema },
        ],
      },
    });
    const admit = (object: KubernetesObject) => scene.client.apply(object, { fieldManager: 'test', force: true });
    await admit(crd(true));
    const own = `s${made}`;
    const at = (version: string) => ({ apiVersion: `${group}/${version}`, kind, namespace: scene.ours, name: own });
    const thing = (version: string, a: number) =>
      `apiVersion: ${group}/${version}\nkind: ${kind}\nmetadata: {name: ${own}}\nspec: {a: ${a}}\n`;
    const other = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${own}}\n`;
    const deploy = async (...documents: string[]) => {
      const chart = scene.chart({
        'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
        'templates/all.yaml': [other, ...documents].join('---\n'),
      });
      const options = { name: own, chart, requested: true };
      // Once the definition is established.
      for (let left = 50; ; left -= 1) {
        const ended = await scene.deploy(options).then(
          (result) => (result.result === 'failed' ? result.outcome.error.message : result.result),
          (error: Error & { hint?: string }) => `${error.message} (${error.hint})`,
        );
        if (
          left === 0 ||
          !/resource mapping not found.*v1"|not found/.test(ended) ||
          !documents.join().includes('/v1\n')
        )
          return ended;
        if (gone) return ended;
        await delay(100);
      }
    };
    let gone = false;
    expect(await deploy(thing('v1', 1))).toBe('deployed');
    const uid = (await scene.client.get(at('v2')))?.metadata.uid;
    await admit(crd(false));
    gone = true;
    // Seen by a client that knows nothing yet: the server itself has left it behind.
    for (let left = 50; left > 0; left -= 1) {
      await using fresh = await openCluster({ name: 'fresh', kubeconfig: admin });
      if ((await fresh.discovery()).resource({ group, version: 'v1', kind }) === undefined) break;
      await delay(100);
    }
    const live = async () => {
      const found = await scene.client.get(at('v2'));
      return found && { a: (found['spec'] as { a: number }).a, same: found.metadata.uid === uid };
    };
    return { own, deploy, thing, live, uninstall: () => scene.uninstallOnRequest(own, plainUninstall) };
  }

  test('a chart that moved on updates the object, and does not replace it', async () => {
    const { deploy, thing, live } = await stale();
    expect(await deploy(thing('v2', 2))).toBe('deployed');
    expect(await live()).toEqual({ a: 2, same: true });
  });

  test('a chart that dropped the object takes it away', async () => {
    const { deploy, live } = await stale();
    expect(await deploy()).toBe('deployed');
    expect(await live()).toBeUndefined();
  });

  test('an uninstall takes it away', async () => {
    const { uninstall, live } = await stale();
    expect(await uninstall()).toBe('uninstalled');
    expect(await live()).toBeUndefined();
  });

  test('a chart that still says the old version is refused, with the version that is served', async () => {
    const { deploy, thing, live } = await stale();
    expect(await deploy(thing('v1', 3))).toMatch(
      /no matches for kind "Thing\d+" in version "\S+\/v1".* \(the cluster serves Thing\d+ as \S+\/v2: use that apiVersion\)/,
    );
    expect(await live()).toEqual({ a: 1, same: true });
  });

  test('a rollback to the old version is refused before it changes anything', async () => {
    const { own, deploy, thing, live } = await stale();
    expect(await deploy(thing('v2', 2))).toBe('deployed');
    await expect(scene.rollback(own, 1)).rejects.toThrow(/no matches for kind "Thing\d+" in version/);
    expect(await live()).toEqual({ a: 2, same: true });
  });
});
