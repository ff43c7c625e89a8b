/**
 * Times how long a large repository takes to be read: definitions resolved, charts read, values merged and digested, as a
 * daemon's look does it. `node bench/definitions.ts [--applications 2000]` makes a git repository of that many
 * applications in three environments and prints one JSON line: the first look (`cold`) and some after a commit that changed
 * one values file (`changed`), each in milliseconds with git's part apart, and the resident MiB.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { offlineSources } from '../src/pipeline/chart/chart-sources.ts';
import { newDefinitionCache } from '../src/pipeline/definitions/read-definitions.ts';
import type { Checkout } from '../src/pipeline/source/checkout.ts';
import { type CheckoutFiles, openCheckoutFiles } from '../src/pipeline/source/checkout-files.ts';
import { fetchRevision } from '../src/pipeline/source/fetch-revision.ts';
import { type SyncedRevision, syncRevision } from '../src/pipeline/sync-revision.ts';
import { chartFiles } from './fleet/podinfo.ts';

const { values: flags } = parseArgs({ options: { applications: { type: 'string', default: '2000' } } });
const applications = Number(flags.applications);
const environments = ['dev', 'staging', 'prod'];
const folder = mkdtempSync(join(tmpdir(), 'helm-gitops-definitions-'));
const work = join(folder, 'work');

function write(path: string, text: string): void {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
}

function commit(message: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', work, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args]);
  git('add', '-A');
  git('commit', '-q', '-m', message);
}

const settings = (name: string, replicas: number) => `replicaCount: ${replicas}
image: {repository: registry.example.com/${name}, tag: "1.4.${replicas}"}
ingress:
  host: ${name}.example.com
  annotations: {owner: team-${replicas}, checks: "on"}
resources:
  requests: {cpu: 100m, memory: 128Mi}
env:
  - {name: LOG_LEVEL, value: info}
  - {name: REGION, value: eu}
`;

function writeFleet(): void {
  for (const [name, text] of Object.entries(chartFiles)) write(`charts/podinfo/${name}`, text);
  for (const name of environments) {
    write(`values/${name}.yaml`, settings(name, 1));
    write(
      `apps/environments/${name}.yaml`,
      `apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: ${name}}\nspec: {values: [values/${name}.yaml], variables: {domain: ${name}.example.com}}\n`,
    );
  }
  for (let index = 0; index < applications; index += 1) {
    const name = `app-${index}`;
    write(
      `apps/team-${index % 40}/${name}.yaml`,
      `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  chart: {path: charts/podinfo}\n  namespace: "${name}-{{environment}}"\n  values: ["values/${name}/common.yaml", "values/${name}/{{environment}}.yaml", {set: "host={{domain}}"}]\n  environments: {dev: {}, staging: {promote: {from: dev}}, prod: {timeout: 10m}}\n`.replace(
        ' {promote: {from: dev}}',
        ' {}',
      ),
    );
    write(`values/${name}/common.yaml`, settings(name, index));
    for (const environment of environments) write(`values/${name}/${environment}.yaml`, `replicaCount: ${index}\n`);
  }
}

mkdirSync(work);
execFileSync('git', ['init', '-q', '-b', 'main', work]);
writeFleet();
commit('Begin');

const repository = {
  name: 'fleet',
  type: 'remote',
  url: `file://${work}`,
  revision: 'main',
  path: 'apps',
  poll: { type: 'every', milliseconds: 30_000 },
} as const;
const cache = newDefinitionCache();
const defaults = { settings: {}, environments: undefined };
let previous: Checkout | undefined;
let before: SyncedRevision | undefined;
let files: CheckoutFiles | undefined;

interface Look {
  readonly fetch: number;
  readonly read: number;
  /** Of this process, milliseconds. */
  readonly cpu: number;
  readonly releases: number;
}

async function look(): Promise<Look> {
  const [started, used] = [performance.now(), process.cpuUsage()];
  const fetched = await fetchRevision({
    repository: { ...repository, watch: false },
    previous,
    cacheFolder: join(folder, 'cache'),
    environment: process.env,
  });
  if (fetched === 'unchanged') throw new Error('nothing was fetched');
  previous = fetched.checkout;
  const read = performance.now();
  files = await openCheckoutFiles(previous.root, { contents: fetched.contents, previous: files });
  const synced = await syncRevision({
    op: 'bench',
    checkout: previous,
    compat: 'helm4',
    sources: offlineSources,
    before,
    definitions: {
      files,
      cache,
      defaults,
      clusters: ['local'],
    },
  });
  if (synced.problems.length + synced.failed.length > 0)
    throw new Error(JSON.stringify([synced.problems[0], synced.failed[0]?.error.message]));
  before = synced;
  const { user, system } = process.cpuUsage(used);
  return {
    fetch: Math.round(read - started),
    read: Math.round(performance.now() - read),
    cpu: Math.round((user + system) / 1000),
    releases: synced.releases.length,
  };
}

const cold = await look();
const changed = [];
for (let round = 0; round < 12; round += 1) {
  write('values/app-7/prod.yaml', `replicaCount: ${100 + round}\n`);
  commit(`Change ${round}`);
  changed.push(await look());
}
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify({ cold, changed, rss: Math.round(process.memoryUsage.rss() / 2 ** 20) })}\n`);
