/** Two repositories behind bare remotes: followed, rewritten, broken, out of reach, and taken up again. */
import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { decodeRecord } from '../../src/foundation/history/record-codec.ts';
import { bundledProgram } from '../support/bundled-program.ts';
import { daemonOn, embedded } from '../support/daemon-on.ts';
import { git, type TestRepository, writeFiles } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { LogLine, RunningDaemon } from '../support/start-daemon.ts';

const run = promisify(execFile);
const author = 'Ada <ada@example.com>';
const chart = {
  // Git keeps no empty folder, and a missing one removes nothing.
  'apps/.keep': '',
  'charts/settings/Chart.yaml': chartYaml('settings'),
  'charts/settings/values.yaml': 'colour: none\n',
  'charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n',
};

/** A definition and its values; the chart has a ConfigMap alone, which is ready at once. */
function application(name: string, colour: string): Record<string, string> {
  return {
    [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  chart: {path: charts/settings}\n  namespace: shop\n  values: [values/${name}.yaml]\n`,
    ...values(name, colour),
  };
}

function values(name: string, colour: string): Record<string, string> {
  return { [`values/${name}.yaml`]: `colour: ${colour}\n` };
}

describe('repositories behind a remote', () => {
  const scene = daemonOn(embedded);
  let fleet: TestRepository;
  let other: TestRepository;
  let daemon: RunningDaemon;
  let client: ClusterClient;
  let first: string;

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    other = scene.remote('other');
    first = fleet.commit(
      { ...chart, ...application('alpha', 'red'), ...application('beta', 'red') },
      'Begin (the fleet)',
    );
    other.commit({ ...chart, ...application('gamma', 'red') });
    const repositories = [
      `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`,
      `  - {name: other, url: "${pathToFileURL(other.remote)}", path: apps, poll: 1s}`,
    ];
    daemon = await scene.start(['repositories:', ...repositories]);
    client = scene.client;
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  const since = (from: number, event: string): LogLine[] =>
    daemon.lines.slice(from).filter((line) => line.event === event);
  const colour = async (name: string) => {
    const object = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name });
    return (object?.['data'] as { colour: string } | undefined)?.colour;
  };
  /** Every poll of the other repository is one of this too, but for the jitter: a push that is followed there takes one. */
  const someTime = async (repository: TestRepository, name: string, times: number) => {
    for (let time = 0; time < times; time += 1) {
      const commit = repository.commit(values(name, `time-${time}-${daemon.lines.length}`));
      await daemon.waitFor('release.deployed', { app: name, commit });
    }
  };

  test('every release carries the commit it came from, in the log and for helm', async () => {
    expect(await daemon.waitFor('release.deployed', { app: 'alpha' })).toMatchObject({
      version: 1,
      commit: first,
      author,
      chart: 'settings-1.0.0',
    });
    expect(
      since(0, 'revision.found')
        .map(({ repository, releases, problems }) => `${repository} ${releases} ${problems}`)
        .sort(),
    ).toEqual(['fleet 2 0', 'other 1 0']);
    expect(await description(client, 'alpha')).toBe(`Install complete (fleet@${first.slice(0, 7)} Begin the fleet)`);
  });

  test('a pushed commit is followed, and deploys only what it changed', async () => {
    const from = daemon.lines.length;
    const commit = fleet.commit(values('alpha', 'green'), 'Paint it green');
    const line = await daemon.waitFor('release.deployed', { app: 'alpha' }, from);
    expect(line).toMatchObject({
      version: 2,
      previous: 1,
      commit,
      author,
      changed: 'values/alpha.yaml:1 colour red→green',
    });
    expect(await description(client, 'alpha')).toBe(`Upgrade complete (fleet@${commit.slice(0, 7)} Paint it green)`);
    expect(await colour('alpha')).toBe('green');
    expect(since(from, 'release.deployed')).toHaveLength(1);
    expect(since(from, 'repository.rewritten')).toEqual([]);
  });

  test('a force-push is one line and moves only the releases whose inputs changed', async () => {
    const from = daemon.lines.length;
    const before = git(fleet.work, 'rev-parse', 'HEAD');
    git(fleet.work, 'reset', '-q', '--hard', first);
    const commit = fleet.commit({ ...values('alpha', 'green'), ...values('beta', 'blue') }, 'Another history');
    expect(await daemon.waitFor('release.deployed', { app: 'beta' }, from)).toMatchObject({ commit, version: 2 });
    await daemon.waitFor('release.unchanged', { app: 'alpha' }, from);
    expect(since(from, 'repository.rewritten')).toMatchObject([{ repository: 'fleet', from: before, to: commit }]);
    expect(since(from, 'release.deployed').map(({ app }) => app)).toEqual(['beta']);
  });

  test('a broken definition is one clear line; what runs stays, and what is well goes on', async () => {
    const from = daemon.lines.length;
    const definition = application('beta', 'blue')['apps/beta.yaml'] ?? '';
    fleet.commit({ 'apps/beta.yaml': definition.replace('values:', 'valeus:'), ...values('alpha', 'yellow') });
    await daemon.waitFor('release.deployed', { app: 'alpha' }, from);
    expect(since(from, 'definition.invalid')).toMatchObject([
      { repository: 'fleet', file: 'apps/beta.yaml', line: 7, column: 3 },
    ]);
    expect(since(from, 'definition.invalid')[0]?.['hint']).toBe('did you mean "values"?');
    git(fleet.work, 'rm', '-q', 'apps/alpha.yaml');
    const removal = fleet.commit({});
    await daemon.waitFor('revision.found', { revision: removal }, from);
    expect([await colour('alpha'), await colour('beta')]).toEqual(['yellow', 'blue']);
    const repaired = daemon.lines.length;
    fleet.commit({ ...application('alpha', 'yellow'), 'apps/beta.yaml': definition });
    await daemon.waitFor('definition.recovered', { repository: 'fleet' }, repaired);
    await daemon.waitFor('release.unchanged', { app: 'beta' }, repaired);
    expect([
      ...since(from, 'release.uninstalled'),
      ...since(from, 'repository.failed'),
      ...since(repaired, 'definition.invalid'),
    ]).toEqual([]);
  });

  test('a folder of definitions that is gone is one line, and removes nothing', async () => {
    const from = daemon.lines.length;
    git(fleet.work, 'mv', 'apps', 'elsewhere');
    fleet.commit({});
    const line = await daemon.waitFor('definition.invalid', { repository: 'fleet' }, from);
    expect(line['message']).toBe('the folder apps does not exist');
    git(fleet.work, 'mv', 'elsewhere', 'apps');
    fleet.commit({});
    await daemon.waitFor('definition.recovered', { repository: 'fleet' }, from);
    expect(since(from, 'definition.invalid')).toHaveLength(1);
    expect([...since(from, 'release.uninstalled'), ...since(from, 'release.deployed')]).toEqual([]);
  });

  longTest('a deleted branch is one clear line; the other repository is followed on', async () => {
    const from = daemon.lines.length;
    git(fleet.remote, 'update-ref', '-d', 'refs/heads/main');
    expect((await daemon.waitFor('repository.failed', {}, from))['message']).toContain(
      'there is no branch or tag "main"',
    );
    await someTime(other, 'gamma', 2);
    expect(await shownErrors(daemon)).toMatchObject([
      { name: 'fleet', error: expect.stringContaining('there is no branch') },
    ]);
    const commit = fleet.commit(values('beta', 'white'));
    expect(await daemon.waitFor('release.deployed', { app: 'beta' }, from)).toMatchObject({ commit });
    expect(since(from, 'repository.failed')).toHaveLength(1);
    expect(since(from, 'repository.recovered')).toMatchObject([{ repository: 'fleet' }]);
    expect(since(from, 'release.uninstalled')).toEqual([]);
  });

  longTest('a remote out of reach is one clear line, and is taken up where it comes back', async () => {
    const from = daemon.lines.length;
    await rename(other.remote, `${other.remote}.away`);
    const { message } = await daemon.waitFor('repository.failed', { repository: 'other' }, from);
    expect(message).toContain(other.remote);
    await someTime(fleet, 'beta', 1);
    writeFiles(other.work, values('gamma', 'pink'));
    git(other.work, 'commit', '-q', '-a', '-m', 'Meanwhile');
    git(other.work, 'push', '-q', `${other.remote}.away`, 'main');
    await rename(`${other.remote}.away`, other.remote);
    await daemon.waitFor('release.deployed', { app: 'gamma', commit: git(other.work, 'rev-parse', 'HEAD') }, from);
    expect(since(from, 'repository.failed')).toHaveLength(1);
    expect(since(from, 'repository.recovered')).toMatchObject([{ repository: 'other' }]);
    expect(await shownErrors(daemon)).toEqual([]);
    expect(since(from, 'release.uninstalled')).toEqual([]);
    expect(since(0, 'repository.rewritten')).toHaveLength(1);
  });

  longTest('what two repositories claim is deployed from neither, until one lets go', async () => {
    const from = daemon.lines.length;
    other.commit(application('beta', 'stolen'));
    const line = await daemon.waitFor('definition.invalid', { repository: 'other' }, from);
    expect(line).toMatchObject({ code: 'definition.conflict', file: 'apps/beta.yaml' });
    expect(String(line['message'])).toContain('repository fleet defines it too (apps/beta.yaml:3:18');
    await someTime(other, 'gamma', 1);
    expect(await colour('beta')).not.toBe('stolen');
    git(other.work, 'rm', '-q', 'apps/beta.yaml');
    other.commit({});
    await someTime(other, 'gamma', 1);
    const commit = fleet.commit(values('beta', 'own'));
    await daemon.waitFor('release.deployed', { app: 'beta', commit }, from);
    expect(since(from, 'definition.invalid')).toHaveLength(1);
    expect(since(from, 'release.uninstalled')).toEqual([]);
  });

  longTest('a removed definition uninstalls its release; one handed to another repository stays', async () => {
    const from = daemon.lines.length;
    other.commit({ ...application('alpha', 'yellow') });
    await daemon.waitFor('revision.found', { repository: 'other', releases: 2 }, from);
    git(fleet.work, 'rm', '-q', 'apps/alpha.yaml', 'apps/beta.yaml');
    fleet.commit({}, 'Take beta away, give alpha away');
    await daemon.waitFor('release.uninstalled', { app: 'beta' }, from);
    expect([await colour('alpha'), await colour('beta')]).toEqual(['yellow', undefined]);
    git(other.work, 'rm', '-q', 'apps/alpha.yaml');
    other.commit({});
    await daemon.waitFor('release.uninstalled', { app: 'alpha' }, from);
    expect(since(from, 'release.uninstalled').map(({ app }) => app)).toEqual(['beta', 'alpha']);
    expect(since(from, 'release.deployed')).toEqual([]);
    const commit = fleet.commit(application('alpha', 'yellow'));
    expect(await daemon.waitFor('release.deployed', { app: 'alpha' }, from)).toMatchObject({ version: 1, commit });
  });

  longTest('a restart with a remote out of reach removes nothing, and goes on when it is back', async () => {
    expect(await daemon.stop()).toBe(0);
    await rename(other.remote, `${other.remote}.away`);
    const { code, stderr } = await runOnce(scene.config);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    daemon = await scene.restart();
    await daemon.waitFor('repository.failed', { repository: 'other' });
    const commit = fleet.commit(values('alpha', 'black'));
    expect(await daemon.waitFor('release.deployed', { app: 'alpha' })).toMatchObject({ commit });
    await rename(`${other.remote}.away`, other.remote);
    await daemon.waitFor('repository.recovered', { repository: 'other' });
    await daemon.waitFor('release.unchanged', { app: 'gamma' });
    expect(since(0, 'release.uninstalled')).toEqual([]);
  });

  test('once deploys what was pushed and ends with 0', async () => {
    expect(await daemon.stop()).toBe(0);
    const commit = fleet.commit(values('alpha', 'silver'));
    const { code, stderr, lines } = await runOnce(scene.config);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines.filter(({ event }) => event === 'release.deployed')).toMatchObject([{ app: 'alpha', commit, author }]);
  });
});

/** The description of a release's newest revision, as helm stores it. */
async function description(client: ClusterClient, release: string): Promise<string> {
  const { items } = await client.list({
    apiVersion: 'v1',
    kind: 'Secret',
    namespace: 'shop',
    labelSelector: `owner=helm,name=${release}`,
  });
  const newest = items.toSorted(
    (left, right) => Number(right.metadata.labels?.['version']) - Number(left.metadata.labels?.['version']),
  )[0];
  const data = newest?.['data'] as { release: string } | undefined;
  return (await decodeRecord(Buffer.from(data?.release ?? '', 'base64').toString())).info.description;
}

/** What the page shows to be wrong with the repositories. */
async function shownErrors(daemon: RunningDaemon): Promise<{ name: string; error?: string }[]> {
  const { page } = await daemon.waitFor('daemon.ready');
  const answer = (await (await fetch(`${page}api/v1/repositories`)).json()) as {
    repositories: { name: string; error?: string }[];
  };
  return answer.repositories.filter(({ error }) => error !== undefined);
}

async function runOnce(config: string): Promise<{ code: number; stderr: string; lines: LogLine[] }> {
  const call = run(process.execPath, [
    bundledProgram,
    '--config',
    config,
    '--set',
    'log.format=json,log.level=debug',
    'once',
  ]);
  const [code, stdout, stderr] = await call.then(
    (done) => [0, done.stdout, done.stderr] as const,
    (error: { code: number; stdout: string; stderr: string }) => [error.code, error.stdout, error.stderr] as const,
  );
  return {
    code,
    stderr,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LogLine),
  };
}
