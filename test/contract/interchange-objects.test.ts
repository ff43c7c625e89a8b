/** Odd manifests, by helm and by this program, on a real control plane (HELM_BIN, KUBECONFIG_REAL); skipped without. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/foundation/manifest/object.ts';
import { objectCases } from './interchange-objects.table.ts';
import { comparable, helm, kubeconfig, openScene, type Scene } from './interchange-scene.ts';

const kinds = [
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
] as const;

describe.skipIf(!kubeconfig || !helm)('objects beside helm’s (skipped without KUBECONFIG_REAL and HELM_BIN)', () => {
  let scene: Scene;
  const other = (namespace: string) => `${namespace}-x`;
  beforeAll(async () => {
    scene = await openScene('obj');
    for (const namespace of [scene.theirs, scene.ours]) {
      await scene.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: other(namespace) } });
    }
  });
  afterAll(async () => {
    for (const namespace of [scene.theirs, scene.ours]) {
      await scene.client.delete({ apiVersion: 'v1', kind: 'Namespace', name: other(namespace) });
    }
    await scene[Symbol.asyncDispose]();
  });

  const objects = async (namespace: string) => {
    const found: unknown[] = [];
    for (const where of [namespace, other(namespace)]) {
      for (const [apiVersion, kind] of kinds) {
        const { items } = await scene.client.list({ apiVersion, kind, namespace: where });
        for (const { metadata, status: _status, ...rest } of items) {
          if (metadata.name === 'kube-root-ca.crt' || metadata.name?.startsWith('sh.helm')) continue;
          const { name, labels, annotations, namespace: own, managedFields } = metadata;
          const managers = managedFields
            ?.filter(({ manager }) => manager === 'helm')
            .map(({ time: _, ...entry }) => entry);
          const { 'deployment.kubernetes.io/revision': _revision, ...kept } = annotations ?? {};
          found.push(
            JSON.parse(
              JSON.stringify({ name, own, labels, kept, managers, ...rest }).replaceAll(namespace, 'NAMESPACE'),
            ),
          );
        }
      }
    }
    return found;
  };

  test.each(objectCases.map((one, index) => ({ ...one, release: `o${index}` })))(
    '$name',
    async ({ steps, release, differs }) => {
      for (const [at, step] of steps.entries()) {
        const label = `step ${at + 1}`;
        const files = {
          'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
          'values.yaml': 'a: 1\n',
          'templates/all.yaml': step,
        };
        const theirs = await scene.helm(
          'upgrade',
          '--install',
          release,
          scene.chart(files),
          '-n',
          scene.theirs,
          '--force-conflicts',
        );
        scene.chart(files);
        const ours = await scene.deploy({ name: release, settings: { timeout: 2000 } }).then(
          (result) => (result.result === 'failed' ? result.outcome.error.message : result.result),
          (error: Error) => error.message,
        );
        const said = `${label}: helm said ${theirs.stderr || 'yes'}; this program said ${ours}`;
        if (process.env.SHOW) console.log(said);
        const same = (ours === 'deployed') === (theirs.code === 0);
        expect.soft(same, said).toBe(differs !== 'outcome');
        if (differs === 'outcome') return;
        if (differs !== 'objects') expect.soft(await objects(scene.ours), said).toEqual(await objects(scene.theirs));
        if (theirs.code === 0 && differs !== 'record')
          expect.soft(await records(scene.ours, release), said).toEqual(await records(scene.theirs, release));
      }
      await clean(release);
    },
  );

  const records = async (namespace: string, release: string): Promise<JsonObject[]> =>
    (await scene.records(namespace, release)).map(comparable);

  /** Nothing of one case is left for the next. */
  const clean = async (release: string) => {
    for (const namespace of [scene.theirs, scene.ours]) {
      await scene.helm('uninstall', release, '-n', namespace, '--ignore-not-found');
      for (const where of [namespace, other(namespace)]) {
        for (const [apiVersion, kind] of kinds) {
          const { items } = await scene.client.list({ apiVersion, kind, namespace: where });
          for (const { metadata } of items) {
            if (metadata.name !== 'kube-root-ca.crt')
              await scene.client.delete({ apiVersion, kind, namespace: where, name: metadata.name ?? '' });
          }
        }
      }
    }
  };
});
