/**
 * Times how long a large repository takes to be read: definitions resolved, charts read, values merged and digested, as a
 * daemon's look does it. `node bench/definitions.ts [--applications 2000]` makes a git repository of that many
 * applications in three environments and prints one JSON line: the first look (`cold`) and some after a commit that changed
 * one values file (`changed`), each in milliseconds with git's part apart, and the resident MiB.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { offlineSources } from '../src/pipeline/chart/chart-sources.ts';
import { newDefinitionCache } from '../src/pipeline/definitions/read-definitions.ts';
import type { Checkout } from '../src/pipeline/source/checkout.ts';
import { type CheckoutFiles, openCheckoutFiles } from '../src/pipeline/source/checkout-files.ts';
import { fetchRevision } from '../src/pipeline/source/fetch-revision.ts';
import { type SyncedRevision, syncRevision } from '../src/pipeline/sync-revision.ts';
import { makeLargeFleet } from './fleet/large-fleet.ts';

const { values: flags } = parseArgs({ options: { applications: { type: 'string', default: '2000' } } });
const applications = Number(flags.applications);
const folder = mkdtempSync(join(tmpdir(), 'helm-gitops-definitions-'));
const work = join(folder, 'work');

const { write, commit } = makeLargeFleet(work, applications);

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
