/**
 * Every feature of definitions as a small repository (test/fixtures/fleets), driven through `validate`, `plan` and, where
 * it matters, `once`, on each cluster. What is said must be what stands in its expected.txt. To write the expectations
 * anew: `UPDATE_FIXTURES=1 npx vitest run --project system test/e2e/fleets.test.ts`; then read what git says of them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { describeReleases } from '../support/describe-releases.ts';
import { fixtureNames, fixtures, type LaidOutFleet, layOutFleet } from '../support/fleet-fixture.ts';
import { temporaryFolder } from '../support/git-repository.ts';
import { installAsHelm } from '../support/install-as-helm.ts';

const recorded = join(import.meta.dirname, '..', 'foundation', 'secrets', 'recorded');
const keys = readFileSync(join(recorded, 'TEST-KEYS-NOT-SECRET.txt'), 'utf8');
/** All of them take half a minute; every day those that say so. */
const isJudged = process.env['KUBECONFIG_REAL'] !== undefined || process.env['UPDATE_FIXTURES'] !== undefined;
const update = process.env['UPDATE_FIXTURES'] !== undefined;

describeOnEach('a fleet', (cluster) => {
  const folder = temporaryFolder();
  const stack = new AsyncDisposableStack();
  const kubeconfig = cluster.kubeconfig(folder.path);
  let client: ClusterClient;

  beforeAll(async () => {
    if (cluster.name === 'embedded') stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: kubeconfig }));
    client = stack.use(await openCluster({ name: 'test', kubeconfig }));
    // What another suite has left in the environments of the fixtures.
    await deleteNamespaces(['dev', 'prod', 'staging']);
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    folder.remove();
  });

  /** Resolves when they are gone: what is still going would stand in the next plan. */
  const deleteNamespaces = async (names: readonly (string | undefined)[]) => {
    const all = names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', name: name ?? '' }));
    for (const namespace of all) await client.delete(namespace).catch(() => undefined);
    await vi.waitFor(
      async () => {
        const found = await Promise.all(all.map((namespace) => client.get(namespace)));
        expect(found.filter((one) => one !== undefined)).toEqual([]);
      },
      { timeout: 90_000, interval: 200 },
    );
  };

  const apply = async (objects: readonly unknown[]) => {
    for (const object of objects) await client.apply(object as KubernetesObject, { fieldManager: 'test', force: true });
  };

  /** What `once` said, for whoever reads a difference. */
  const passes: string[] = [];
  const answers = async (fleet: LaidOutFleet): Promise<string> => {
    const { fixture } = fleet;
    const environment = { KEYS: keys };
    const told: string[] = [];
    const say = async (command: string, why = '') => {
      const { code, stdout, stderr } = await run(fleet.path, command.split(' '), environment);
      told.push(`$ ${command}${why}\n${stdout}${stderr}${code === 0 ? '' : `exit code ${code}\n`}`);
    };
    const once = async () => {
      const { stdout, stderr } = await run(fleet.path, ['once'], environment);
      passes.push(stdout + stderr);
    };
    await apply(fixture.objects ?? []);
    for (const release of fixture.releases ?? [])
      await installAsHelm(client, { ...release, chart: join(fleet.path, 'fleet', release.chart) });
    await say('validate');
    await say('plan');
    for (const command of fixture.commands ?? []) await say(command);
    if (fixture.deploy) {
      await once();
      await say('plan', '   # once it is deployed');
    }
    const [stdout, stderr] = [new Writable({ write: done }), new Writable({ write: done })];
    const line = { arguments: [], environment, folder: fleet.path, stdout, stderr };
    told.push(await describeReleases({ ...line, signal: new AbortController().signal, now: () => new Date(0) }));
    if (fixture.deploy && fleet.hasThen) {
      fleet.advance();
      await say('plan', '   # after the later commit');
      await once();
      await say('plan', '   # once that is deployed');
      await say('status');
      if (fixture.left !== undefined) told.push(await listLeft(fixture.left));
    }
    return told.join('\n');
  };

  const listLeft = async (kind: string) => {
    const { items } = await client.list({ apiVersion: 'v1', kind });
    const own = items.filter(
      ({ metadata: { name, namespace } }) => !/^kube-/.test(`${name}`) && /^fx-/.test(`${namespace}`),
    );
    const lines = own.map(({ metadata: { name, namespace } }) => `${namespace}/${name}\n`);
    return `=== each ${kind} that is left\n${lines.sort().join('')}`;
  };

  const cleanUp = async () => {
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Namespace' });
    const own = items.filter(({ metadata }) => metadata.name?.startsWith('fx-') || metadata.name === 'fixtures-state');
    const crds = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
    const { items: definitions } = await client.list(crds);
    for (const { metadata } of definitions)
      if (metadata.name?.includes('.fx-')) await client.delete({ ...crds, name: metadata.name });
    await deleteNamespaces(own.map(({ metadata }) => metadata.name));
  };

  test.for(fixtureNames(!isJudged))('%s', async (name) => {
    const fleet = await layOutFleet(name, kubeconfig);
    passes.length = 0;
    try {
      // Which fields there are is told by docs/contract.md, and grows.
      const shown = Object.entries({ FOLDER: fleet.path, ...fleet.servers }).reduce(
        (text, [word, url]) => (url === undefined ? text : text.replaceAll(url, word)),
        await answers(fleet),
      );
      const told = shown.replace(/known: (\w+, ){8,}\w+$/gm, 'known: …');
      const file = join(fixtures, name, 'expected.txt');
      if (update) writeFileSync(file, told);
      expect(told, passes.join('\n')).toBe(readFileSync(file, 'utf8'));
    } finally {
      const { deploy, objects, releases } = fleet.fixture;
      if (deploy || objects || releases) await cleanUp();
      await fleet.remove();
    }
  });
});

function done(_chunk: unknown, _encoding: unknown, callback: () => void): void {
  callback();
}
