/** Flux's table of decisions for one release, through the whole daemon: on the embedded cluster and on a real one. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import type { JsonObject } from '../../src/foundation/manifest/object.ts';
import { putRequest } from '../../src/foundation/state/put-request.ts';
import { see } from '../support/crash-fleet.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';
import { type Row, rows, type Step } from './atomic-release.table.ts';

const real = process.env['KUBECONFIG_REAL'];
const helm = process.env['HELM_BIN'];
const clusters = ['embedded', 'real'] as const;
const prefix = `atomic-${process.pid}`;

const chart = (color: string) => ({
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'templates/settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: ${color}}\n`,
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {nodeSelector: {{ .Values.node | default dict | toJson }}, containers: [{name: shop, image: "registry.example.com/shop:{{ .Values.tag }}"}]}
`,
  'templates/check.yaml': `{{- if .Values.check }}
apiVersion: batch/v1
kind: Job
metadata: {name: check, annotations: {helm.sh/hook: test}}
spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: check, image: "registry.example.com/check:{{ .Values.check }}"}]}}}
{{- end }}
`,
});

describe.skipIf(!real || !helm)("Flux's decisions (skipped without KUBECONFIG_REAL and HELM_BIN)", () => {
  for (const name of clusters) {
    describe(`${name} cluster`, () => {
      const folder = temporaryFolder();
      const stack = new AsyncDisposableStack();
      const fleet = join(folder.path, 'fleet');
      let admin: string;
      let client: ClusterClient;
      let daemon: RunningDaemon;

      beforeAll(async () => {
        admin = name === 'real' ? (real ?? '') : join(folder.path, 'admin');
        if (name === 'embedded') stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: admin }));
        client = stack.use(await openCluster({ name: 'test', kubeconfig: admin }));
        for (const [path, color] of [
          ['shop', '{{ .Values.color }}'],
          ['other', 'other'],
        ] as const)
          for (const [file, text] of Object.entries(chart(color)))
            writeFiles(fleet, { [`charts/${path}/${file}`]: text });
        mkdirSync(join(fleet, 'apps'));
        const config = join(folder.path, 'config.yaml');
        writeFileSync(
          config,
          `repositories: [{name: fleet, url: fleet, path: apps, watch: true, poll: 1h}]
clusters: [{name: test, kubeconfig: ${JSON.stringify(admin)}}]
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

      test.concurrent.each(rows.map((row, index) => ({ ...row, app: appOf(index) })))(
        '$state → $flux',
        async ({ app, steps, history, color }) => {
          for (const step of steps) {
            const from = daemon.lines.length;
            await carryOut(app, step);
            const { event, ...fields } = step.until ?? { event: '' };
            if (event !== '')
              await daemon.waitFor(event, { ...(event.startsWith('request.') ? {} : { app }), ...fields }, from);
          }
          const look = async () => {
            const seen = await see(client, { prefix, environment: app });
            return `${seen.history}; ${/ConfigMap\/settings=(\w+)/.exec(seen.objects)?.[1]}`;
          };
          await vi.waitFor(async () => expect(await look()).toBe(`${history}; ${color}`), { timeout: 90_000 });
          // And so it stays.
          await new Promise((done) => setTimeout(done, 500));
          expect(await look()).toBe(`${history}; ${color}`);
        },
      );

      async function carryOut(app: string, step: Step): Promise<void> {
        const namespace = `${prefix}-${app}`;
        const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
        if (step.commit) writeFiles(fleet, { [`apps/${app}.yaml`]: definition(app, step.commit) });
        if (step.helm) await runHelm(namespace, step.helm);
        if (step.ask) {
          const target = { kind: 'release', namespace, release: 'shop' } as const;
          await putRequest({ client, namespace: prefix }, target, { verb: step.ask, id: `${app}-1`, arguments: {} });
        }
        if (step.edit !== undefined)
          await client.patch(
            settings,
            { type: 'merge', body: { data: { color: step.edit } } },
            { fieldManager: 'ann' },
          );
        if (step.forget !== undefined)
          await client.delete({
            apiVersion: 'v1',
            kind: 'Secret',
            namespace,
            name: `sh.helm.release.v1.shop.v${step.forget}`,
          });
        if (step.pending !== undefined) await leavePending(namespace, step.pending);
      }

      async function runHelm(namespace: string, { verb, values = {} }: NonNullable<Step['helm']>): Promise<void> {
        const given = Object.entries(values).map(([key, value]) => `${key}=${value}`);
        const set = ['--set', given.join(',')];
        const args = {
          install: ['shop', join(fleet, 'charts/shop'), '--create-namespace', ...set],
          upgrade: ['shop', join(fleet, 'charts/shop'), '--force-conflicts', ...set],
          uninstall: ['shop', '--keep-history'],
        }[verb];
        await new Promise<void>((done, failed) => {
          const all = [verb, ...args, '-n', namespace, '--kubeconfig', admin];
          execFile(helm ?? '', all, (error, _stdout, stderr) => (error ? failed(new Error(stderr)) : done()));
        });
      }

      async function leavePending(namespace: string, age: number): Promise<void> {
        const history = openHistory({ client, namespace, name: 'shop', onUnreadable: () => undefined });
        const record = (await history.get(1))?.record;
        if (!record) throw new Error('there is no first revision');
        const last_deployed = new Date(Date.now() - age).toISOString();
        const info = {
          ...record.info,
          status: 'pending-upgrade',
          description: 'Preparing upgrade',
          last_deployed,
        } as const;
        await history.create({ ...record, version: 2, info });
      }
    });
  }
});

const appOf = (index: number): string => `a${String(index).padStart(2, '0')}`;

function definition(app: string, { values, spec = {} }: NonNullable<Step['commit']>): string {
  const { interval, ...settings } = spec as JsonObject & { interval?: string };
  const all: JsonObject = {
    chart: { path: 'charts/shop' },
    releaseName: 'shop',
    namespace: `${prefix}-${app}`,
    values: [{ inline: values }],
    rollback: { soak: '0s' },
    ...(interval === undefined ? {} : { sync: { interval } }),
    ...settings,
  };
  return `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${app}}\nspec: ${JSON.stringify(all)}\n`;
}

test("each of Flux's 29 decisions has its row", () => {
  expect(rows.length).toBeGreaterThanOrEqual(29);
  expect(new Set(rows.map(({ state }: Row) => state)).size).toBe(rows.length);
});
