/** No false drift and none missed: each row on the embedded cluster and, where KUBECONFIG_REAL names one, on a real one. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { parseManifest } from '../../src/foundation/manifest/parse-manifest.ts';
import type { DriftIgnore } from '../../src/pipeline/definitions/release-definition.ts';
import { temporaryFolder } from '../support/git-repository.ts';
import { driftRows } from './drift.table.ts';
import { prepareMutations, tryMutations } from './drift-mutations/try-mutations.ts';
import { openDriftScene, spell, startWebhook, type Webhook, webhookConfiguration } from './drift-scene.ts';

const real = process.env['KUBECONFIG_REAL'];

for (const { cluster, skipped } of [
  { cluster: 'embedded', skipped: undefined },
  { cluster: 'real', skipped: real ? undefined : 'KUBECONFIG_REAL names no cluster' },
]) {
  describe.skipIf(skipped)(`drift on the ${cluster} cluster${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
    const folder = temporaryFolder();
    const stack = new AsyncDisposableStack();
    let client: ClusterClient;
    let webhook: Webhook;

    beforeAll(async () => {
      const kubeconfig = cluster === 'real' ? (real ?? '') : join(folder.path, 'kubeconfig');
      if (cluster === 'embedded') stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: kubeconfig }));
      webhook = stack.use(await startWebhook());
      client = stack.use(await openCluster({ name: cluster, kubeconfig }));
    });

    afterAll(async () => {
      await stack[Symbol.asyncDispose]();
      folder.remove();
    });

    test.concurrent.each(driftRows.map((row, index) => ({ ...row, index })))('$name', async (row) => {
      const namespace = `drift-${process.pid}-${row.index}`;
      const filled = <Value>(value: Value): Value =>
        JSON.parse(JSON.stringify(value).replaceAll('NS', namespace)) as Value;
      await using cleanup = new AsyncDisposableStack();
      const put = async (object: Parameters<ClusterClient['apply']>[0]) => {
        await client.apply(object, { fieldManager: 'test', force: true });
        const { apiVersion, kind, metadata } = object;
        cleanup.defer(async () => void (await client.delete({ apiVersion, kind, name: metadata.name ?? '' })));
      };
      cleanup.defer(async () => void (await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace })));
      const { manifest, crds, hands = [], told = [], clientSide = false } = filled(row);
      for (const object of parseManifest(crds ?? '')) await put(object);
      for (const object of parseManifest(manifest).filter(({ kind }) => /WebhookConfiguration$/.test(kind)))
        cleanup.defer(
          async () => void (await client.delete({ apiVersion: object.apiVersion, kind: object.kind, name: namespace })),
        );
      if (row.webhook === 'sidecar' || row.webhook === 'image')
        await put(webhook.configuration(namespace, row.webhook));
      const scene = await openDriftScene({ client, namespace, manifest, clientSide, ...(crds ? { crds } : {}) });
      expect(spell(await scene.check())).toEqual([]);
      for (const hand of hands) await scene.act(hand);
      if (row.webhook === 'down') {
        await put(webhookConfiguration(namespace, { url: 'https://127.0.0.1:1/' }));
        await refused(client, namespace);
      }
      const ignore = (row.ignore ?? []).map((rule) => ({ kind: undefined, name: undefined, paths: [], ...rule }));
      expect(spell(await scene.check({ ignore: ignore as DriftIgnore[] }))).toEqual([...told].sort());
    });
    test('has no verdict that random mutations could refute', async () => {
      const namespace = `drift-${process.pid}-mutations`;
      await prepareMutations(client, namespace);
      const numbers = Array.from({ length: 60 }, (_, index) => index);
      const report = await tryMutations({ client, namespace, seed: 9, numbers });
      await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      expect(report.wrong).toEqual([]);
      expect(report.counts.changed).toBeGreaterThan(10);
      expect(report.counts.extra).toBeGreaterThan(5);
    });
  });
}

/** A webhook counts a moment after it was made. */
async function refused(client: ClusterClient, namespace: string): Promise<void> {
  const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe', namespace } };
  for (let turn = 0; turn < 500; turn += 1) {
    const passed = await client.create(probe, { dryRun: true }).then(
      () => true,
      () => false,
    );
    if (!passed) return;
    await delay(20);
  }
  throw new Error('the webhook refuses nothing');
}
