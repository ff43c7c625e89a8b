/** Versions that the daemon gives from environment to environment: each gate, each race, and what people do in between. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { promotedWeb, webChart } from '../support/web-chart.ts';

const files = {
  ...webChart('{{ .Values.image.tag }}'),
  ...promotedWeb(
    'promotions',
    `    dev: {}
    staging: {promote: {from: dev}}
    prod: {promote: {from: staging}, promotion: {gates: [approval]}}
`,
  ),
};
const values = (environment: string, tag: string) => ({
  [`values/${environment}.yaml`]: `# ${environment}\nimage:\n    tag: ${tag} # by hand\n`,
});

describeOnEach('promotion by the daemon', (cluster) => {
  const scene = daemonOn(cluster, ['promotions-dev', 'promotions-staging', 'promotions-prod']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const helmGitops = (...args: string[]) => run(scene.folder, [...args, '--config', scene.config], gitEnvironment);
  const head = (...args: string[]) => git(fleet.remote, ...args);
  const commit = (texts: Record<string, string>) => {
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    return fleet.commit(texts);
  };
  const inProd = () => head('show', 'main:values/prod.yaml');

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, ...values('dev', 'v1'), ...values('staging', 'v1'), ...values('prod', 'v1') });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository]);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('a version goes by a commit from dev to staging, and waits for a person before prod', async () => {
    const from = daemon.lines.length;
    const source = commit(values('dev', 'v2'));
    const committed = await daemon.waitFor('promotion.committed', { environment: 'staging' }, from);
    expect(committed).toMatchObject({ app: 'web', from: 'dev', changed: 'values/staging.yaml:3 image.tag v1→v2' });
    await daemon.waitFor('release.deployed', { environment: 'staging' }, from);
    expect(
      head('log', '-1', '--format=%B', committed['commit'] as string),
    ).toBe(`promote web dev→staging: image.tag v1→v2

values/staging.yaml:3 image.tag v1→v2

Helm-Gitops-Promotion: web dev→staging
Helm-Gitops-Source: ${source}
Helm-Gitops-Gates: healthy, drift`);
    const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'approval' }, from);
    const id = waiting['id'] as string;
    expect(waiting).toMatchObject({ from: 'staging', message: `waits for: helm-gitops approve ${id}` });
    const { stdout } = await helmGitops('promotions', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject([{ app: 'web', from: 'staging', to: 'prod', id, state: 'waiting' }]);
    expect(inProd()).toContain('tag: v1 # by hand');
  });

  test('approved it goes on, once', async () => {
    const from = daemon.lines.length;
    const { id } = JSON.parse((await helmGitops('promotions', '-o', 'json')).stdout)[0];
    expect(await helmGitops('approve', id)).toMatchObject({ code: 0, stderr: '' });
    await daemon.waitFor('promotion.committed', { environment: 'prod', id }, from);
    await daemon.waitFor('release.deployed', { environment: 'prod' }, from);
    expect(inProd()).toBe('# prod\nimage:\n    tag: v2 # by hand');
    expect((await helmGitops('promotions')).stdout).toBe('nothing waits to be promoted\n');
    expect(
      head('log', '--format=%s', 'main', '-3')
        .split('\n')
        .filter((one) => one.startsWith('promote')),
    ).toHaveLength(2);
  });

  longTest('taken back by a person it goes back in git, and does not come again', async () => {
    const from = daemon.lines.length;
    const promoted = head('rev-parse', 'main');
    const back = () => helmGitops('rollback', 'web', '-e', 'prod', '--promote-back');
    const { code, stdout } = await back();
    const changed = 'values/prod.yaml:3 image.tag v2→v1';
    const done = head('rev-parse', 'main');
    expect({ code, stdout }).toEqual({
      ...{ code: 0, stdout: `web/prod: rollback done, ${changed}: committed ${done.slice(0, 7)} to main\n` },
    });
    expect(head('show', 'main:values/prod.yaml')).toBe('# prod\nimage:\n    tag: v1 # by hand');
    expect(head('log', '-1', '--format=%B', 'main')).toMatch(
      new RegExp(
        `^take back web/prod: image.tag v2→v1\n[^]*\nHelm-Gitops-Promotion-Back: web/prod\nHelm-Gitops-Source: ${promoted}$`,
      ),
    );
    await daemon.waitFor('promotion.reverted', { environment: 'prod', changed, commit: done, branch: 'main' }, from);
    await daemon.waitFor('release.deployed', { environment: 'prod', changed }, from);
    const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'taken-back' }, from);
    expect(waiting['message']).toMatch(/^taken back by .+; promote it by hand, or give the source another version/);
    expect(await back()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`taken back in git by ${done.slice(0, 7)}`),
    });
    expect(head('rev-parse', 'main')).toBe(done);
  });

  test('what is rolled back in dev goes nowhere', async () => {
    const from = daemon.lines.length;
    const before = commit(values('dev', 'broken-3'));
    await daemon.waitFor('rollback.done', { environment: 'dev' }, from);
    const waiting = await daemon.waitFor('promotion.waiting', { environment: 'staging', reason: 'healthy' }, from);
    expect(waiting['message']).toMatch(/^web\/dev (was rolled back|failed|has not been healthy)/);
    expect(head('rev-parse', 'main')).toBe(before);
  });

  longTest('a rejected version stays where it is, and the next one waits anew', async () => {
    let from = daemon.lines.length;
    commit(values('dev', 'v4'));
    const { id } = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'approval' }, from);
    from = daemon.lines.length;
    expect((await helmGitops('reject', id as string, '--reason', 'not on a Friday')).code).toBe(0);
    const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'rejected' }, from);
    expect(waiting['message']).toContain('not on a Friday');
    from = daemon.lines.length;
    commit(values('dev', 'v5'));
    const next = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'approval' }, from);
    expect(next['id']).not.toBe(id);
  });

  longTest('what a person has set since is never written over: it is proposed on a branch', async () => {
    const from = daemon.lines.length;
    commit(values('staging', 'v9-by-hand'));
    await daemon.waitFor('release.deployed', { environment: 'staging' }, from);
    const back = await daemon.waitFor('promotion.waiting', { environment: 'staging', reason: 'taken-back' }, from);
    expect(back['message']).toContain('and is not there any more');
    commit(values('dev', 'v6'));
    const proposed = await daemon.waitFor('promotion.proposed', { environment: 'staging' }, from);
    expect(proposed['message']).toContain('image.tag changed by hand since the last promotion');
    expect(head('show', `${proposed['branch']}:values/staging.yaml`)).toContain('tag: v6 # by hand');
    expect(head('show', 'main:values/staging.yaml')).toContain('tag: v9-by-hand # by hand');
    git(fleet.work, 'fetch', '-q', 'origin', proposed['branch'] as string);
    git(fleet.work, 'merge', '-q', 'FETCH_HEAD');
    git(fleet.work, 'push', '-q', 'origin', 'HEAD:main');
    await daemon.waitFor('release.deployed', { environment: 'staging' }, daemon.lines.length);
  });
});
