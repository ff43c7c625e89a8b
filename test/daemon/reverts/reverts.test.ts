import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test as anyTest, beforeEach, expect } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { promotionWriter } from '../../../src/daemon/promotion/promotion-writer.ts';
import { revertAccess } from '../../../src/daemon/reverts/revert-access.ts';
import type { RevertParts } from '../../../src/daemon/reverts/reverting.ts';
import { createReverts } from '../../../src/daemon/reverts/reverts.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { Forge, ForgeRequest, RequestOpening } from '../../../src/foundation/forge/forge.ts';
import type { ReleaseState } from '../../../src/foundation/state/release-state.ts';
import { readValues } from '../../../src/foundation/values/read-values.ts';
import { toJson } from '../../../src/foundation/yaml/plain-json.ts';
import type { PreparedRelease } from '../../../src/pipeline/context.ts';
import { type Fetched, fetchRevision } from '../../../src/pipeline/source/fetch-revision.ts';
import {
  git,
  gitEnvironment,
  type TestRepository,
  temporaryFolder,
  testRepository,
} from '../../support/git-repository.ts';

// Real git, many times over: with the judges only, for the tests of every day have no time for it.
const test = anyTest.skipIf(!process.env['KUBECONFIG_REAL']);

const file = 'values/prod.yaml';
const good = 'image: {tag: v1} # by hand\nz: 1\n';
const bad = 'image: {tag: v2} # by hand\nnew: 1\nz: 1\n';

let folder: ReturnType<typeof temporaryFolder>;
let fleet: TestRepository;
let commits: { good: string; bad: string };
/** As the cluster has it: what the daemon's end cannot take away. */
let state: ReleaseState;

beforeEach(() => {
  folder = temporaryFolder();
  fleet = testRepository(folder.path);
  commits = { good: fleet.commit({ [file]: good }), bad: fleet.commit({ [file]: bad }, 'Release 2') };
  state = stateAfterRollback();
});
afterEach(() => folder.remove());

function stateAfterRollback(): ReleaseState {
  const incident = {
    ...{
      at: '2026-11-21T12:00:00Z',
      digest: 'bad',
      revision: commits.bad,
      from: 2,
      to: 1,
      version: 3,
      outcome: 'healthy',
    },
    ...{ reason: 'ImagePullBackOff', message: 'no image', changed: [], objects: [], hooks: [], timeline: [] },
  } as const;
  return {
    deployed: { digest: 'good', helmRevision: 3, revision: commits.good },
    quarantine: { digest: 'bad', helmRevision: 2, revision: commits.bad, reason: '', at: '' },
    incidents: [incident],
  } as unknown as ReleaseState;
}

interface Looking {
  readonly revert?: string;
  readonly during?: () => unknown;
  readonly forge?: Partial<Forge>;
}

/** One daemon that looks once at what the branch holds now. */
async function look({ revert = 'commit', during, forge }: Looking = {}): Promise<Event[]> {
  const repository = {
    name: 'fleet',
    type: 'remote',
    url: fleet.remote,
    revision: 'main',
    path: '',
    watch: false,
  } as const;
  const poll = { type: 'every', milliseconds: 1000 } as const;
  const config = {
    ...{ file: join(folder.path, 'config.yaml'), credentials: [], repositories: [{ ...repository, poll }] },
    helm: { compat: 'helm4' },
  } as unknown as Config;
  await using stack = new AsyncDisposableStack();
  const signal = new AbortController().signal;
  const now = () => new Date('2026-11-21T12:05:00Z');
  const options = { config, environment: gitEnvironment, signal, now };
  const cacheFolder = join(folder.path, '.helm-gitops', 'cache');
  const fetched = await fetchRevision({
    repository: { ...repository, poll },
    cacheFolder,
    environment: gitEnvironment,
  });
  const { checkout } = fetched as Fetched;
  const text = readFileSync(join(checkout.root, file), 'utf8');
  const place = { file: 'apps/shop.yaml', line: 1 };
  const definition = {
    ...{ app: 'shop', environment: 'prod', cluster: 'test', namespace: 'shop', releaseName: 'shop', origin: { place } },
    chart: { type: 'path', path: 'charts/shop', place },
    values: [{ type: 'file', path: file, place }],
    settings: { rollback: { revert } },
  };
  const prepared = {
    op: '1',
    definition,
    checkout,
    layers: [{ type: 'file', path: file, text }],
  } as unknown as PreparedRelease;
  const records: Record<number, string> = { 1: good, 2: bad };
  const context = {
    states: {
      read: async () => ({ state }),
      change: async (_namespace: string, _release: string, change: (before: ReleaseState) => ReleaseState) => {
        state = change(state);
      },
    },
    history: () => ({
      get: async (version: number) => ({
        record: {
          config: toJson(readValues(records[version] ?? '', 'helm4')),
          chart: { metadata: { name: 'shop', version: '1' } },
        },
      }),
    }),
    now,
  };
  const identity = { namespace: 'shop', release: 'shop' };
  const known = { all: async () => [{ identity, incident: true }] };
  const events: Event[] = [];
  const parts = {
    ...promotionWriter({ ...options, stack, describe: () => '' }),
    ...(forge ? { forgeOf: async () => ({ forge }) } : {}),
    ...revertAccess(options),
    ...{ sessions: new Map([['test', { session: { context, known } }]]), onWritten: () => undefined, now, signal },
    emit: (event: Event) => void events.push(event),
  } as unknown as RevertParts;
  during?.();
  const last = new Map([['fleet', { synced: { releases: [prepared], defined: [definition] }, checkout }]]);
  const reverts = createReverts(parts, last as never);
  reverts.start();
  await reverts.idle();
  return events;
}

const head = (...args: string[]) => git(fleet.remote, ...args);
const names = (events: readonly Event[]) => events.map(({ event }) => event);

test('a change is taken back by one commit, however often it is looked at', async () => {
  expect(await look()).toMatchObject([
    {
      event: 'revert.committed',
      from: 2,
      branch: 'main',
      changed: `${file}:1 image.tag v2→v1; ${file}:2 new 1→(none)`,
    },
  ]);
  expect(head('show', `main:${file}`)).toBe(good.trim());
  expect(state.incidents?.[0]?.revert).toMatchObject({ outcome: 'committed', commit: head('rev-parse', 'main') });
  expect(names(await look())).toEqual([]);
  expect(head('rev-parse', 'main~1')).toBe(commits.bad);
});

test('one that was pushed before a crash is known by its trailer', async () => {
  await look();
  const written = head('rev-parse', 'main');
  state = stateAfterRollback();
  expect(names(await look())).toEqual([]);
  expect(head('rev-parse', 'main')).toBe(written);
  expect(state.incidents?.[0]?.revert).toMatchObject({ outcome: 'committed', commit: written });
});

test('of two daemons that look at the same commit one writes', async () => {
  await look({ during: () => fleet.commit({ 'other.txt': 'x' }) });
  expect(head('log', '--format=%s', 'main', '-1')).toBe('Change');
  await look();
  expect(head('show', `main:${file}`)).toBe(good.trim());
});

test('a pull request is a branch of its own, known again after a crash', async () => {
  expect(await look({ revert: 'pullRequest' })).toMatchObject([
    { event: 'revert.proposed', branch: 'helm-gitops/revert/shop-prod' },
  ]);
  expect(head('show', `helm-gitops/revert/shop-prod:${file}`)).toBe(good.trim());
  expect(head('rev-parse', 'main')).toBe(commits.bad);
  state = stateAfterRollback();
  expect(names(await look({ revert: 'pullRequest' }))).toEqual(['revert.proposed']);
  expect(head('rev-parse', 'helm-gitops/revert/shop-prod~1')).toBe(commits.bad);
});

test('a forge is asked for a request, which goes when git says something else', async () => {
  const opened: RequestOpening[] = [];
  const closed: unknown[] = [];
  const request = { number: 7, url: 'https://git.example.com/fleet/pulls/7' } as ForgeRequest;
  const forge: Partial<Forge> = {
    openRequest: async (opening) => {
      opened.push(opening);
      return request;
    },
    findRequest: async () => request,
    closeRequest: async (...args) => void closed.push(args),
  };
  expect(await look({ revert: 'pullRequest', forge })).toMatchObject([{ event: 'revert.proposed', url: request.url }]);
  expect(opened).toMatchObject([
    {
      branch: 'helm-gitops/revert/shop-prod',
      target: 'main',
      title: 'revert shop/prod: image.tag v2→v1, new 1→(none)',
    },
  ]);
  expect(opened[0]?.body).toContain(`Helm-Gitops-Source: ${commits.bad}`);
  expect(names(await look({ revert: 'pullRequest', forge }))).toEqual([]);
  state = { ...state, quarantine: undefined };
  await look({ revert: 'pullRequest', forge });
  await look({ revert: 'pullRequest', forge });
  expect(closed).toEqual([[7, '**Closed:** shop/prod has other inputs by now']]);
  expect(state.incidents?.[0]?.revert).toMatchObject({ outcome: 'dropped', url: request.url });
});

test('what was never healthy again, or what a person left, stays', async () => {
  const { quarantine } = state;
  state = { ...state, quarantine: { ...(quarantine as NonNullable<typeof quarantine>), by: 'ann' } };
  expect(names(await look())).toEqual([]);
  state = {
    ...stateAfterRollback(),
    incidents: (state.incidents ?? []).map((one) => ({ ...one, outcome: 'rolledBack' })),
  };
  expect(names(await look())).toEqual([]);
  expect(head('rev-parse', 'main')).toBe(commits.bad);
});

test('where a record is gone it is said once, with the commit', async () => {
  state = { ...state, deployed: { ...(state.deployed as NonNullable<ReleaseState['deployed']>), revision: 'unknown' } };
  expect(await look()).toMatchObject([
    { event: 'revert.impossible', reason: 'no-commit', hint: expect.stringContaining(commits.bad.slice(0, 7)) },
  ]);
  expect(state.incidents?.[0]?.revert?.message).toMatch(/^not taken back in git: shop\/prod: /);
});
