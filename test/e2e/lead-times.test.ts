/** How a version went through its environments, and how often, fast and well that goes: in the log, status and metrics, also after a restart. */
import { afterAll, beforeAll, expect } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { promotedWeb, webChart } from '../support/web-chart.ts';

const files = {
  ...webChart('{{ .Values.image.tag }}'),
  ...promotedWeb(
    'lead',
    `    dev: {}
    staging: {promote: {from: dev}}
`,
  ),
};
const values = (environment: string, tag: string) => ({ [`values/${environment}.yaml`]: `image: {tag: ${tag}}\n` });

describeOnEach('lead times', (cluster) => {
  const scene = daemonOn(cluster, ['lead-dev', 'lead-staging']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const commit = (texts: Record<string, string>) => {
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    return fleet.commit(texts);
  };
  const status = async () => {
    const { stdout } = await run(scene.folder, ['status', '-o', 'json', '--config', scene.config], gitEnvironment);
    const rows = JSON.parse(stdout) as { environment: string; delivery: Delivery }[];
    return new Map(rows.map(({ environment, delivery }) => [environment, delivery]));
  };
  /** What the daemon says of one environment, by the name of the figure. */
  const metric = async (name: string, environment: string) => {
    const { page } = await daemon.waitFor('daemon.ready');
    const text = await (await fetch(new URL('/metrics', String(page)))).text();
    const line = text
      .split('\n')
      .find((one) => one.startsWith(`helm_gitops_${name}{app="web",environment="${environment}"}`));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, ...values('dev', 'v1'), ...values('staging', 'v1') });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository]);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest('a version is followed from its commit through each environment', async () => {
    const from = daemon.lines.length;
    const source = commit(values('dev', 'v2'));
    const promoted = await daemon.waitFor('promotion.committed', { environment: 'staging' }, from);
    const deployed = await daemon.waitFor('release.deployed', { environment: 'staging' }, from);
    expect(deployed['path']).toMatch(/^dev [\d.hms]+, staging [\d.hms]+$/);
    expect(deployed['lead']).toMatch(/^[\d.hms]+$/);
    const delivery = (await status()).get('staging');
    expect(delivery).toMatchObject({ deployments: 2, failures: 0, failureRate: 0 });
    expect(delivery?.path.map(({ environment, revision }) => [environment, revision])).toEqual([
      ['dev', source],
      ['staging', promoted['commit']],
    ]);
    expect(delivery?.path.at(-1)).toHaveProperty('stageTime');
    const { stdout } = await run(scene.folder, ['status', '--delivery', '--config', scene.config], gitEnvironment);
    expect(stdout).toMatch(/\nweb +staging +0\.07 +[\d.hms]+ +0 % +dev [\d.hms]+, staging [\d.hms]+\n/);
  });

  longTest('what fails is counted, and so is how long it took to put it right, whatever restarts', async () => {
    const from = daemon.lines.length;
    commit(values('dev', 'broken-3'));
    await daemon.waitFor('rollback.done', { environment: 'dev' }, from);
    const delivery = (await status()).get('dev');
    expect(delivery).toMatchObject({ deployments: 2, failures: 1, failureRate: 0.33 });
    expect(delivery).toHaveProperty('timeToRestore');
    expect(delivery?.path).toHaveLength(1);
    daemon = await scene.restart();
    expect(await metric('change_failure_ratio', 'dev')).toBeCloseTo(1 / 3);
    expect(await metric('change_failure_ratio', 'staging')).toBe(0);
    expect(await metric('deployments_per_day', 'staging')).toBeCloseTo(2 / 30);
    for (const name of ['lead_time_seconds', 'time_to_restore_seconds', 'stage_time_seconds'])
      expect(await metric(name, 'dev')).toBeGreaterThanOrEqual(0);
    expect(await metric('time_to_restore_seconds', 'staging')).toBeUndefined();
  });
});

interface Delivery {
  readonly path: readonly { readonly environment: string; readonly revision: string }[];
}
