/**
 * Hooks as the real helm runs them (HELM_BIN, KUBECONFIG_REAL) and as this program does, there and on the embedded
 * cluster: each is watched, and has to leave the same trace.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import type { Event } from '../../src/foundation/events/event.ts';
import type { RecordedHook } from '../../src/foundation/history/release-record.ts';
import { resolveChart } from '../../src/pipeline/chart/resolve-chart.ts';
import { renderChart } from '../../src/pipeline/render/render-chart.ts';
import type { HookEvent } from '../../src/pipeline/render/rendered-release.ts';
import { runReleaseHooks } from '../../src/pipeline/run-release-hooks.ts';
import { definition } from '../pipeline/release-scene.ts';
import { type HookRow, hookCases, type Operation } from './hooks.table.ts';
import { helm, kubeconfig, runHelm } from './interchange-scene.ts';

const root = mkdtempSync(join(tmpdir(), 'hooks-'));
afterAll(() => rmSync(root, { recursive: true }));

const eventsOf: Readonly<Record<Operation, readonly HookEvent[]>> = {
  install: ['pre-install', 'post-install'],
  upgrade: ['pre-upgrade', 'post-upgrade'],
  rollback: ['pre-rollback', 'post-rollback'],
  test: ['test'],
  uninstall: ['pre-delete', 'post-delete'],
};

function manifest({ name, kind, on, weight = 0, policy }: HookRow): string {
  const annotations = {
    'helm.sh/hook': on,
    'helm.sh/hook-weight': String(weight),
    ...(policy && { 'helm.sh/hook-delete-policy': policy }),
  };
  const metadata = { name, annotations };
  const spec = {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'main', image: kind.startsWith('Failing') ? 'x:fail' : 'x:1' }],
  };
  if (kind === 'ConfigMap' || kind === 'ServiceAccount') return JSON.stringify({ apiVersion: 'v1', kind, metadata });
  if (kind.endsWith('Pod')) return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
  const template = { spec: kind === 'InvalidJob' ? { ...spec, restartPolicy: 'Always' } : spec };
  return JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { backoffLimit: 0, template } });
}

/** The chart in a folder; all hooks in one file, in the order of the table. */
function writeChart(label: string, hooks: readonly HookRow[]): string {
  const folder = join(root, label);
  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: hooks\nversion: 1.0.0\n');
  writeFileSync(join(folder, 'templates/app.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n');
  writeFileSync(join(folder, 'templates/hooks.yaml'), hooks.map(manifest).join('\n---\n'));
  return folder;
}

const watched = [
  ['v1', 'ConfigMap'],
  ['v1', 'ServiceAccount'],
  ['v1', 'Pod'],
  ['batch/v1', 'Job'],
] as const;

/** What is made and what goes in a namespace, of hooks alone, in the order in which the cluster did it. */
async function watchChanges(client: ClusterClient, namespace: string) {
  const changes: { version: bigint; text: string }[] = [];
  const watches = watched.map(([apiVersion, kind]) =>
    client.watch(
      { apiVersion, kind, namespace },
      {
        replaced: () => undefined,
        changed: (type, { metadata }) => {
          if (type === 'MODIFIED' || !metadata.name?.startsWith('h-') || metadata.ownerReferences !== undefined) return;
          const text = `${type === 'ADDED' ? '+' : '-'}${kind}/${metadata.name}`;
          changes.push({ version: BigInt(metadata.resourceVersion ?? 0), text });
        },
      },
    ),
  );
  await Promise.all(watches.map(({ synced }) => synced));
  return {
    /** Since the last call. */
    take: () => {
      const taken = changes.splice(0).sort((a, b) => (a.version < b.version ? -1 : 1));
      return taken.map(({ text }) => text).join(' ');
    },
    count: () => changes.length,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(watches.map((watch) => watch[Symbol.asyncDispose]()));
    },
  };
}

function runsOf(hooks: readonly RecordedHook[]): string {
  return hooks
    .filter(({ last_run }) => last_run?.started_at)
    .map(({ name, last_run }) => `${name} ${last_run?.phase}`)
    .sort()
    .join(', ');
}

interface Stage {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly chart: string;
}

/** Does what the table lists; each operation ends with whether it failed and the hooks as they are recorded then. */
type Player = (stage: Stage) => (operation: Operation) => Promise<{ failed: boolean; runs: string | undefined }>;

async function play(
  player: Player,
  client: ClusterClient,
  { label, row }: { label: string; row: (typeof hookCases)[number] },
) {
  const namespace = `hooks-${label}-${process.pid}`;
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await using changes = await watchChanges(client, namespace);
  const operate = player({ client, namespace, chart: writeChart(label, row.hooks) });
  const seen: unknown[] = [];
  for (const [operation, expected, runs] of row.seen) {
    const ended = await operate(operation);
    const wanted = expected === '' ? 0 : expected.split(' ').length;
    await vi
      .waitFor(() => expect(changes.count()).toBeGreaterThanOrEqual(wanted), { timeout: 90_000 })
      .catch(() => undefined);
    seen.push([operation, changes.take(), ended.failed, ...(runs === undefined ? [] : [ended.runs])]);
  }
  await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  expect(seen).toEqual(
    row.seen.map(([operation, expected, runs]) => [
      operation,
      expected,
      row.fails?.includes(operation) ?? false,
      ...(runs === undefined ? [] : [runs]),
    ]),
  );
}

const byHelm: Player = ({ client, namespace, chart }) => {
  const words: Readonly<Record<Operation, readonly string[]>> = {
    install: ['install', 'rel', chart],
    upgrade: ['upgrade', 'rel', chart],
    rollback: ['rollback', 'rel', '1'],
    test: ['test', 'rel'],
    uninstall: ['uninstall', 'rel'],
  };
  return async (operation) => {
    const { code } = await runHelm(helm, [...words[operation], '-n', namespace, '--timeout', '20s']);
    const labelSelector = 'owner=helm,name=rel';
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector });
    const records = items.map(({ data }) => {
      const text = Buffer.from((data as { release: string }).release, 'base64').toString();
      return JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()) as {
        version: number;
        hooks: RecordedHook[];
      };
    });
    const newest = records.sort((a, b) => b.version - a.version)[0];
    return { failed: code !== 0, runs: newest && runsOf(newest.hooks) };
  };
};

const byOurs: Player = ({ client, namespace, chart }) => {
  const events: Event[] = [];
  const fields = { op: 'op', app: 'a', environment: 'e', cluster: 'c', namespace, release: 'rel' };
  let hooks: readonly RecordedHook[] = [];
  return async (operation) => {
    if (operation !== 'test' && operation !== 'uninstall') hooks = await renderHooks(chart, namespace);
    let failed = false;
    for (const event of eventsOf[operation]) {
      if (failed) break;
      const outcome = await runReleaseHooks(
        { client, emit: (told) => events.push(told), now: () => new Date(), signal: new AbortController().signal },
        { fields, event, hooks, timeout: 20_000, onRun: async () => undefined },
      );
      hooks = outcome.hooks;
      failed = outcome.failure !== undefined;
    }
    return { failed, runs: runsOf(hooks) };
  };
};

async function renderHooks(folder: string, namespace: string): Promise<RecordedHook[]> {
  const reference = { ...definition.chart, type: 'path' as const, path: '.', lock: 'strict' as const };
  const checkout = { repository: 'fleet', revision: 'r', root: folder };
  const chart = await resolveChart(reference, checkout, { compat: 'helm4', resolveFileDependencies: false });
  const { hooks } = renderChart({
    chart,
    values: new Map(),
    release: { name: 'rel', namespace, revision: 1, isInstall: true, isUpgrade: false },
    capabilities: { kubeVersion: 'v1.36.1', apiVersions: ['v1', 'batch/v1'] },
    compat: 'helm4',
    sources: { now: () => new Date(), randomBytes: (count) => new Uint8Array(count) },
  });
  return hooks.map(({ deletePolicies, outputLogPolicies, ...hook }) => ({
    ...hook,
    delete_policies: deletePolicies,
    output_log_policies: outputLogPolicies,
  }));
}

const rows = hookCases.map((row, number) => [row.name, row, number] as const);

describe('hooks on the embedded cluster', () => {
  let embedded: EmbeddedCluster;
  let client: ClusterClient;
  beforeAll(async () => {
    embedded = await startEmbeddedCluster({ port: 0, kubeconfigPath: join(root, 'kubeconfig') });
    client = await openCluster({ name: 'embedded', kubeconfig: embedded.kubeconfig });
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await embedded[Symbol.asyncDispose]();
  });
  test.each(rows)('leave the trace of the table: %s', async (_name, row, number) => {
    await play(byOurs, client, { label: `e${number}`, row });
  });
});

describe.skipIf(kubeconfig === '')('hooks on a real cluster (skipped without KUBECONFIG_REAL)', () => {
  let client: ClusterClient;
  beforeAll(async () => {
    client = await openCluster({ name: 'real', kubeconfig });
  });
  afterAll(async () => await client[Symbol.asyncDispose]());

  test.each(rows)('leave the trace of the table: %s', async (_name, row, number) => {
    await play(byOurs, client, { label: `o${number}`, row });
  });

  test.skipIf(helm === '').each(rows)(
    'helm leaves it too (skipped without HELM_BIN): %s',
    async (_name, row, number) => {
      await play(byHelm, client, { label: `h${number}`, row });
    },
  );
});
