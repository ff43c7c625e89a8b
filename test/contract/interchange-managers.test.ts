/**
 * Who owns which field after our first write to a release that was written client-side, and after others wrote to its
 * objects: held to helm on a real control plane (HELM_BIN, HELM3_BIN, KUBECONFIG_REAL); skipped without.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { type Files, helm, helm3, kubeconfig, openScene, runHelm, type Scene } from './interchange-scene.ts';

const chart = (data: string, more: Files = {}): Files => ({
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'values.yaml': 'a: 1\n',
  'templates/cm.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata: {${data}}\n`,
  'templates/same.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-same\ndata: {a: "1"}\n',
  ...more,
});
const deployment = (replicas: string, env = 'A'): Files => ({
  'templates/deployment.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: "{{ .Release.Name }}"}\nspec:\n  ${replicas}\n  selector: {matchLabels: {app: "{{ .Release.Name }}"}}\n  template:\n    metadata: {labels: {app: "{{ .Release.Name }}"}}\n    spec:\n      containers:\n      - {name: web, image: "web:1", env: [{name: ${env}, value: "1"}]}\n`,
});

const ways = [
  ['Helm 3', helm3, ['install']],
  ['Helm 4 --server-side=false', helm, ['install', '--server-side=false']],
] as const;

describe.skipIf(!kubeconfig || !helm || !helm3)(
  'owners of fields (skipped without KUBECONFIG_REAL, HELM_BIN and HELM3_BIN)',
  () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await openScene('mf');
    });
    afterAll(() => scene[Symbol.asyncDispose]());

    const both = async (binary: string, args: readonly string[]) => {
      for (const namespace of [scene.theirs, scene.ours]) {
        const ran = await runHelm(binary, [...args, '-n', namespace]);
        expect(ran.code, ran.stderr).toBe(0);
      }
    };
    const onBoth = async (act: (namespace: string) => Promise<unknown>) => {
      for (const namespace of [scene.theirs, scene.ours]) await act(namespace);
    };
    const deployed = async (name: string) => {
      const result = await scene.deploy({ name });
      expect(result.result, JSON.stringify(result)).toBe('deployed');
    };
    const expectSame = async (apiVersion: string, kind: string, name: string) => {
      const [theirs, ours] = await Promise.all(
        [scene.theirs, scene.ours].map(async (namespace) =>
          owned(await scene.live(namespace, apiVersion, kind, name), namespace),
        ),
      );
      expect(ours).toEqual(theirs);
    };

    test.each(ways.map(([way, binary, args], index) => ({ way, binary, args, name: `w${index}` })))(
      'a release of $way is handed over as helm upgrade --server-side=true hands it over',
      async ({ binary, args, name }) => {
        const before = scene.chart(chart('a: "1", gone: "1"', deployment('replicas: 1', 'A')));
        await both(binary, [...args, name, before]);
        const after = scene.chart(chart('a: "2"', deployment('replicas: 1', 'B')));
        const ran = await scene.helm(
          'upgrade',
          name,
          after,
          '-n',
          scene.theirs,
          '--server-side=true',
          '--force-conflicts',
          '--wait',
        );
        expect(ran.code, ran.stderr).toBe(0);
        await deployed(name);
        await expectSame('v1', 'ConfigMap', name);
        await expectSame('v1', 'ConfigMap', `${name}-same`);
        await expectSame('apps/v1', 'Deployment', name);
        expect((await scene.live(scene.ours, 'v1', 'ConfigMap', name))?.data).toEqual({ a: '2' });
        const record = (await scene.records(scene.ours, name)).at(-1);
        expect(record?.apply_method).toBe('ssa');
        const again = scene.chart(chart('b: "2"', deployment('replicas: 1', 'B')));
        await both(helm, ['upgrade', name, again]);
        await expectSame('v1', 'ConfigMap', name);
        expect((await scene.live(scene.ours, 'v1', 'ConfigMap', name))?.data).toEqual({ b: '2' });
      },
    );

    test('what Helm 3 added to a release of ours goes when the chart drops it', async () => {
      scene.chart(chart('a: "1"'));
      await deployed('three');
      const args = ['upgrade', 'three', scene.chart(chart('a: "1", added: "3"')), '-n', scene.ours];
      const ran = await runHelm(helm3, args);
      expect(ran.code, ran.stderr).toBe(0);
      scene.chart(chart('a: "2"'));
      await deployed('three');
      const live = await scene.live(scene.ours, 'v1', 'ConfigMap', 'three');
      expect(live?.data).toEqual({ a: '2' });
      expect(live?.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`)).toEqual([
        'helm Apply',
      ]);
      scene.chart(chart('a: "3"'));
      await deployed('three');
    });

    test('fields that another manager had are taken, and told', async () => {
      await both(helm, ['install', 'taken', scene.chart(chart('a: "1", b: "1"'))]);
      await onBoth((namespace) =>
        scene.client.apply(
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'taken', namespace },
            data: { a: 'x', b: '1', c: 'mine' },
          },
          { fieldManager: 'other' },
        ),
      );
      await onBoth((namespace) =>
        scene.client.patch(
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'taken', namespace },
          { type: 'merge', body: { metadata: { annotations: { 'example.com/x': 'y' } }, data: { b: 'edited' } } },
          { fieldManager: 'kubectl-edit' },
        ),
      );
      const after = scene.chart(chart('a: "2", b: "1"'));
      const ran = await scene.helm('upgrade', 'taken', after, '-n', scene.theirs, '--force-conflicts');
      expect(ran.code, ran.stderr).toBe(0);
      await deployed('taken');
      await expectSame('v1', 'ConfigMap', 'taken');
      expect(scene.events.filter(({ event }) => event === 'release.takenOver')).toMatchObject([
        { object: 'ConfigMap/taken', manager: 'other', fields: '/data/a' },
        { object: 'ConfigMap/taken', manager: 'kubectl-edit', fields: '/data/b' },
      ]);
    });

    test('the replicas that an autoscaler set stay, and are no drift', async () => {
      const hpa: Files = {
        'templates/hpa.yaml':
          'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: "{{ .Release.Name }}"}\nspec:\n  minReplicas: 3\n  maxReplicas: 5\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: "{{ .Release.Name }}"}\n  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]\n',
      };
      scene.chart(chart('a: "1"', { ...hpa, ...deployment('replicas: 1', 'A') }));
      await deployed('scaled');
      const replicas = async () => {
        const live = await scene.live(scene.ours, 'apps/v1', 'Deployment', 'scaled');
        return (live?.['spec'] as { replicas: number } | undefined)?.replicas;
      };
      await expect.poll(replicas, { timeout: 90_000, interval: 500 }).toBe(3);
      scene.chart(chart('a: "2"', { ...hpa, ...deployment('replicas: 1', 'B') }));
      await deployed('scaled');
      expect(await replicas()).toBe(3);
      expect(scene.events.filter((event) => event.event === 'release.takenOver' && event.release === 'scaled')).toEqual(
        [],
      );
    });
  },
);

/** What is not the server's own: data, labels and who owns them. */
function owned(object: KubernetesObject | undefined, namespace: string): unknown {
  const { metadata, data, spec } = object ?? { metadata: {}, data: undefined, spec: undefined };
  const managers = (metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource === undefined)
    .filter(({ manager }) => manager !== 'kube-controller-manager')
    .map(({ time: _time, ...entry }) => entry)
    .sort((a, b) => String(a.manager).localeCompare(String(b.manager)));
  const { labels, annotations } = metadata;
  return JSON.parse(JSON.stringify({ labels, annotations, data, spec, managers }).replaceAll(namespace, 'NAMESPACE'));
}
