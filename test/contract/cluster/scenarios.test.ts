/**
 * The embedded cluster is held to the real one. With KUBECONFIG_REAL every scenario runs on both, and the recorded
 * answers are checked too; without it the embedded cluster is compared with the recorded ones
 * (`scripts/record-cluster-answers.ts` writes them).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupVersion } from '../../../src/embedded/resources/resource-type.ts';
import { type ApiClient, openClient, type TestApi } from '../../embedded/api-client.ts';
import { runAll, startEmbedded } from './clusters.ts';
import { servedVersions } from './discovery.table.ts';
import type { Outcome } from './run-scenario.ts';
import { scenarios } from './scenarios.ts';

const kubeconfig = process.env['KUBECONFIG_REAL'];
const lines = readFileSync(join(import.meta.dirname, 'answers.jsonl'), 'utf8')
  .trim()
  .split('\n');
const recorded = new Map(
  lines.map((line) => JSON.parse(line) as { name: string; steps: Outcome[] }).map(({ name, steps }) => [name, steps]),
);

let embedded: TestApi;
let real: ApiClient | undefined;
let ours: Map<string, Outcome[]>;
let theirs: Map<string, Outcome[]> | undefined;
beforeAll(async () => {
  embedded = await startEmbedded();
  real = kubeconfig === undefined ? undefined : await openClient(kubeconfig);
  [ours, theirs] = await Promise.all([
    runAll(embedded, scenarios),
    real === undefined ? undefined : runAll(real, scenarios),
  ]);
}, 300_000);
afterAll(async () => {
  real?.close();
  await embedded?.[Symbol.asyncDispose]();
});

describe('the embedded cluster answers as a real one does', () => {
  test.each(scenarios.map(({ name }) => name))('%s', (name) => {
    expect(ours.get(name)).toEqual(theirs?.get(name) ?? recorded.get(name));
  });
});

describe.skipIf(kubeconfig === undefined)(
  'what is recorded is what it answers (skipped: KUBECONFIG_REAL names none)',
  () => {
    test.each(scenarios.map(({ name }) => name))('%s', (name) => {
      expect(recorded.get(name)).toEqual(theirs?.get(name));
    });
  },
);

test.skipIf(kubeconfig === undefined)(
  'every group and version of a real one is served (skipped: KUBECONFIG_REAL names none)',
  async () => {
    // Those of custom resources, which other tests bring, are marked otherwise.
    const marked = 'labelSelector=kube-aggregator.kubernetes.io/automanaged%3Donstart';
    const answer = await real?.send('GET', `/apis/apiregistration.k8s.io/v1/apiservices?${marked}`);
    const named = (answer?.body.items ?? []) as { spec: { group?: string; version: string } }[];
    const theirs = named.map(({ spec: { group = '', version } }) => groupVersion(group, version));
    // The one that registers the others is not registered itself.
    expect([...theirs, 'apiregistration.k8s.io/v1'].sort()).toEqual([...servedVersions].sort());
  },
);

test('names of scenarios are unique, and nothing is recorded for others', () => {
  expect([...recorded.keys()].sort()).toEqual(scenarios.map(({ name }) => name).sort());
});
