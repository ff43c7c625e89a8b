/** A version that one environment runs healthy is given to another by a commit, which the daemon then deploys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeLong, embedded } from '../support/daemon-on.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped } from '../support/forge.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { webChart } from '../support/web-chart.ts';

const chart = {
  ...webChart('{{ .Values.image.tag }}'),
  'apps/web.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: web}
spec:
  chart: {path: charts/web}
  namespace: "promote-{{environment}}"
  values: [values/common.yaml, "values/{{environment}}.yaml"]
  promotion: {keys: [image.tag]}
  rollback: {soak: 0s}
  timeout: 20s
  environments: {dev: {}, prod: {}}
`,
  'values/common.yaml': 'replicas: 1\n',
};
const values = (environment: string, tag: string) => ({
  [`values/${environment}.yaml`]: `# ${environment}\nimage:\n    tag: ${tag} # by hand\n`,
});

describeLong('promotion by hand', (cluster) => {
  const scene = daemonOn(cluster, ['promote-dev', 'promote-prod']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const promote = (...args: string[]) =>
    run(
      scene.folder,
      ['promote', 'web', '--from', 'dev', '--to', 'prod', '--config', scene.config, ...args],
      gitEnvironment,
    );
  const head = (...args: string[]) => git(fleet.remote, ...args);

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...chart, ...values('dev', 'v1'), ...values('prod', 'v1') });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository]);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('with the same version in both there is nothing to do', async () => {
    expect(await promote()).toEqual({
      code: 0,
      stdout: 'web dev→prod: nothing to do, prod has what dev has\n',
      stderr: '',
    });
  });

  test('what dev runs healthy is committed, and deployed in prod', async () => {
    const from = daemon.lines.length;
    const commit = fleet.commit(values('dev', 'v2'));
    await daemon.waitFor('release.deployed', { environment: 'dev' }, from);
    const dry = await promote('--dry-run');
    expect(dry.stdout).toBe(
      'web dev→prod:\n  values/prod.yaml:3 image.tag v1→v2\n    -    tag: v1 # by hand\n    +    tag: v2 # by hand\n',
    );
    expect(head('rev-parse', 'main')).toBe(commit);
    const { code, stdout, stderr } = await promote();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`${dry.stdout}committed ${head('rev-parse', '--short=7', 'main')} to main\n`);
    await daemon.waitFor(
      'release.deployed',
      { environment: 'prod', changed: 'values/prod.yaml:3 image.tag v1→v2' },
      from,
    );
    expect(head('diff', '--stat', '--format=', 'main~1', 'main')).toMatch(/^values\/prod\.yaml \| 2 \+-\n/);
    expect(head('log', '-1', '--format=%B', 'main')).toBe(`promote web dev→prod: image.tag v1→v2

values/prod.yaml:3 image.tag v1→v2

Helm-Gitops-Promotion: web dev→prod
Helm-Gitops-Source: ${commit}`);
  });

  test('what was rolled back in dev is not passed on', async () => {
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    const from = daemon.lines.length;
    fleet.commit(values('dev', 'broken-3'));
    await daemon.waitFor('rollback.done', { environment: 'dev' }, from);
    const { code, stdout, stderr } = await promote();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: web\/dev was rolled back: .*\n {2}--force promotes what git says all the same\n$/);
    expect((await promote('--force', '--dry-run')).stdout).toContain('+    tag: broken-3 # by hand\n');
  });
});

describe.skipIf(forgeSkipped !== '')(`promotion behind a real forge${forgeSkipped}`, () => {
  const scene = daemonOn(embedded);
  let there: ForgeRepository;
  let fleet: TestRepository;

  const promote = (token: string) => {
    scene.write({
      token,
      'config.yaml': `repositories: [{name: fleet, url: "${there.url}", revision: main, path: apps}]
credentials: [{url: "${there.prefix}", tokenFile: token}]
clusters: [{name: local, embedded: {}}]
`,
    });
    const args = ['promote', 'web', '--from', 'dev', '--to', 'prod', '--force', '--config', scene.config];
    return run(scene.folder, args, gitEnvironment);
  };

  beforeAll(async () => {
    there = await forgeRepository('promote');
    fleet = scene.remote('fleet');
    fleet.commit({ ...chart, ...values('dev', 'v2'), ...values('prod', 'v1') });
    there.push(fleet.work);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('a token that may only read is denied, and not shown', async () => {
    const token = await there.token('read', 'read:repository');
    const { code, stderr } = await promote(token);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: access to .* was denied/);
    expect(stderr).not.toContain(token);
  });

  test('a token that may write pushes one commit', async () => {
    const token = await there.token('write', 'write:repository');
    expect((await promote(token)).stdout).toMatch(/\ncommitted [0-9a-f]{7} to main\n$/);
    expect((await promote(token)).stdout).toBe('web dev→prod: nothing to do, prod has what dev has\n');
  });

  test("a protected branch is said to be one, in the forge's own words", async () => {
    const token = await there.token('protected', 'write:repository');
    git(fleet.work, 'pull', '-q', '--rebase', there.url.replace('//', '//ann:secret123@'), 'main');
    fleet.commit(values('dev', 'v3'));
    there.push(fleet.work);
    await there.protect();
    const { code, stderr } = await promote(token);
    expect(code).toBe(2);
    expect(stderr).toMatch(/does not take pushes to that branch: Not allowed to push to protected branch main\n/);
  });
});
