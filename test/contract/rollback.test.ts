/** Changes that go wrong, through the whole daemon: each row on the embedded cluster and, where KUBECONFIG_REAL names one, on a real one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import type { JsonObject, KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { putRequest } from '../../src/foundation/state/put-request.ts';
import type { ReleaseState } from '../../src/foundation/state/release-state.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';
import { rows, type Step } from './rollback.table.ts';

const real = process.env['KUBECONFIG_REAL'];
const prefix = `rollback-${process.pid}`;
const kinds: Readonly<Record<string, string>> = {
  ConfigMap: 'v1',
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  Service: 'v1',
  PersistentVolumeClaim: 'v1',
  Role: 'rbac.authorization.k8s.io/v1',
};

// On the embedded cluster too only beside the real one: it takes longer than a test of every day may.
for (const cluster of ['embedded', 'real'] as const)
  describe.skipIf(!real)(
    `rollbacks on the ${cluster} cluster${real ? '' : ' (skipped: KUBECONFIG_REAL names none)'}`,
    () => {
      const folder = temporaryFolder();
      const stack = new AsyncDisposableStack();
      const fleet = join(folder.path, 'fleet');
      let client: ClusterClient;
      let daemon: RunningDaemon;

      beforeAll(async () => {
        const kubeconfig = cluster === 'real' ? (real ?? '') : join(folder.path, 'admin');
        if (cluster === 'embedded') stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: kubeconfig }));
        client = stack.use(await openCluster({ name: 'test', kubeconfig }));
        writeFiles(fleet, {
          'charts/any/Chart.yaml': 'apiVersion: v2\nname: any\nversion: 1.0.0\n',
          'charts/any/templates/all.yaml': '{{ range .Values.objects }}---\n{{ toYaml . }}\n{{ end }}',
        });
        mkdirSync(join(fleet, 'apps'));
        const config = join(folder.path, 'config.yaml');
        writeFileSync(
          config,
          `repositories: [{name: fleet, url: fleet, path: apps, watch: true, poll: 1h}]
clusters: [{name: test, kubeconfig: ${JSON.stringify(kubeconfig)}}]
state: {namespace: ${prefix}}
server: {listen: "127.0.0.1:0"}
concurrency: 100
`,
        );
        daemon = startDaemon(config);
        await daemon.waitFor('daemon.ready');
      });
      afterAll(async () => {
        await daemon?.stop();
        for (const namespace of [prefix, ...rows.map((_, index) => `${prefix}-${appOf(index)}`)])
          await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
        await stack[Symbol.asyncDispose]();
        folder.remove();
      });

      test.concurrent.each(rows.map((row, index) => ({ ...row, app: appOf(index) })))('$name', async (row) => {
        const { app, steps, history, objects, state, incident } = row;
        for (const [index, step] of steps.entries()) {
          const from = daemon.lines.length;
          await carryOut(app, step, index);
          const { event, ...fields } = step.until ?? { event: '' };
          if (event !== '') await daemon.waitFor(event, { app, ...fields }, from);
        }
        const wanted = { history, objects, state, incident };
        await vi.waitFor(async () => expect(await look(app)).toEqual(wanted), { timeout: 90_000, interval: 250 });
        // And so it stays.
        await new Promise((passed) => setTimeout(passed, 500));
        expect(await look(app)).toEqual(wanted);
      });

      async function carryOut(app: string, step: Step, index: number): Promise<void> {
        const namespace = `${prefix}-${app}`;
        const at = ({ kind, name }: { kind: string; name: string }) => ({
          apiVersion: kinds[kind] ?? 'v1',
          kind,
          namespace,
          name,
        });
        if (step.commit) writeFiles(fleet, { [`apps/${app}.yaml`]: definition(app, step.commit) });
        if (step.make) {
          const object = { ...step.make, metadata: { ...(step.make['metadata'] as JsonObject), namespace } };
          await client.apply(object as unknown as KubernetesObject, { fieldManager: 'ann', force: true });
          if (step.make['kind'] === 'ResourceQuota') await untilRefused(namespace);
        }
        if (step.patch) {
          const body = { type: 'merge', body: step.patch.body } as const;
          await client.patch(at(step.patch), body, { fieldManager: 'ann' });
        }
        if (step.remove?.name === '*') await removeAll({ apiVersion: 'v1', kind: step.remove.kind, namespace });
        else if (step.remove) await client.delete(at(step.remove));
        if (step.ask) {
          const target = { kind: 'release', namespace, release: 'shop' } as const;
          const { verb, arguments: given = {} } = step.ask;
          await putRequest({ client, namespace: prefix }, target, { verb, id: `${app}-${index}`, arguments: given });
        }
      }

      /** The API server knows of a quota a moment after it was made; until then it lets more pods in. */
      async function untilRefused(namespace: string) {
        const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one-more', namespace } };
        const spec = { containers: [{ name: 'main', image: 'registry.example.com/one-more:1' }] };
        const once = () => client.create({ ...pod, spec }, { dryRun: true });
        await vi.waitFor(() => expect(once()).rejects.toThrow('exceeded quota'), { timeout: 90_000, interval: 250 });
      }

      /** What a quota keeps away may have come back before the API server knew of that. */
      async function removeAll(all: { apiVersion: string; kind: string; namespace: string }) {
        const once = async () => {
          const { items } = await client.list(all);
          for (const { metadata } of items) await client.delete({ ...all, name: metadata.name ?? '' });
          expect(items).toEqual([]);
        };
        await vi.waitFor(once, { timeout: 90_000, interval: 500 });
      }

      async function look(app: string) {
        const namespace = `${prefix}-${app}`;
        const fail = (_object: string, error: Error) => {
          throw error;
        };
        const records = await openHistory({ client, namespace, name: 'shop', onUnreadable: fail }).list();
        const lists = await Promise.all(
          Object.entries(kinds).map(
            async ([kind, apiVersion]) => (await client.list({ apiVersion, kind, namespace })).items,
          ),
        );
        const state = await stateOf(namespace);
        const { intent, deployed, healthy, quarantine, incidents } = state ?? {};
        const parts = [
          intent && `intent ${intent.action} ${intent.version}`,
          deployed && `deployed ${deployed.helmRevision}`,
          healthy && `healthy ${healthy.version}`,
          quarantine && `quarantine ${quarantine.helmRevision}`,
        ];
        return {
          history: records.map(({ record: { version, info } }) => `${version} ${info.status}`).join(', '),
          objects: lists
            .flat()
            .filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')
            .map(spelled)
            .sort()
            .join(' '),
          state: parts.filter(Boolean).join(', '),
          incident: incidents?.at(-1)?.outcome,
        };
      }

      async function stateOf(namespace: string): Promise<ReleaseState | undefined> {
        const name = `release.${namespace}.shop`;
        const found = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: prefix, name });
        const text = (found?.['data'] as Record<string, string> | undefined)?.['state.json'];
        return text === undefined ? undefined : (JSON.parse(text) as ReleaseState);
      }
    },
  );

const appOf = (index: number): string => `r${String(index).padStart(2, '0')}`;

function spelled(object: KubernetesObject): string {
  const { kind, metadata } = object;
  const data = (object['data'] as { color?: string } | undefined)?.color;
  const spec = object['spec'] as { template?: { spec: { containers: { image: string }[] } } } | undefined;
  const value = data ?? spec?.template?.spec.containers[0]?.image.split(':')[1];
  return `${kind}/${metadata.name}${value ? `=${value}` : ''}${metadata.deletionTimestamp && kind !== 'PersistentVolumeClaim' ? ' terminating' : ''}`;
}

function definition(app: string, { objects, spec = {} }: NonNullable<Step['commit']>): string {
  const all = {
    chart: { path: 'charts/any' },
    releaseName: 'shop',
    namespace: `${prefix}-${app}`,
    values: [{ inline: { objects } }],
    rollback: { soak: '0s' },
    sync: { retry: { limit: 1, initial: '200ms' } },
    ...spec,
  };
  const text = JSON.stringify(all).replaceAll('PREFIX', `${prefix}-${app}`);
  return `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${app}}\nspec: ${text}\n`;
}

test('there are at least forty rollbacks, each told apart', () => {
  expect(rows.length).toBeGreaterThanOrEqual(40);
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
});
