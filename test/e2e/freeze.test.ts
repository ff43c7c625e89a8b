/** A freeze stops everything but rollbacks: what git says, corrections, removals, people's requests; and it outlives the process. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeLong } from '../support/daemon-on.ts';
import { gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const application = (name: string) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/web}
  namespace: "freeze-{{environment}}"
  values: ["values/{{environment}}.yaml"]
  rollback: {soak: 0s}
  drift: {policy: correct}
  environments: {dev: {}, prod: {}}
`;
const values = (color: string) => ({
  'values/dev.yaml': `color: ${color}\n`,
  'values/prod.yaml': `color: ${color}\n`,
});
const files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/templates/web.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}"}
data: {color: {{ .Values.color }}}
`,
  'apps/web.yaml': application('web'),
  'apps/old.yaml': application('old'),
};
const prod = { app: 'web', environment: 'prod' };

describeLong('a freeze', (cluster) => {
  const scene = daemonOn(cluster, ['freeze-dev', 'freeze-prod']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const helmGitops = (...args: string[]) =>
    run(scene.folder, [...args, '--config', scene.config], { ...gitEnvironment, USER: 'ann' });
  const color = async (environment: string, name = 'web') => {
    const found = await scene.client.get({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: `freeze-${environment}`,
      name,
    });
    return (found?.['data'] as { color?: string } | undefined)?.color;
  };

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, ...values('red') });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository]);
    for (const app of ['web', 'old'])
      for (const environment of ['dev', 'prod']) await daemon.waitFor('release.healthy', { app, environment });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('is set with a reason, for an environment that there is', async () => {
    expect(await helmGitops('freeze', '-e', 'prd', '--reason', 'sale')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no release of environment prd'),
    });
    const frozen = await helmGitops('freeze', '-e', 'prod', '--reason', 'sale of the year');
    expect(frozen).toMatchObject({ code: 0, stdout: 'test: environment prod is frozen; rollbacks go on\n' });
    const told = await daemon.waitFor('freeze.set', { environment: 'prod' });
    expect(told).toMatchObject({ level: 'warn', cluster: 'test', by: 'ann', reason: 'sale of the year' });
    const { stdout } = await helmGitops('status', 'web', '-e', 'prod');
    expect(stdout).toContain('frozen by ann since ');
  });

  test('holds what git says there, and nowhere else', async () => {
    const from = daemon.lines.length;
    fleet.commit(values('green'));
    await daemon.waitFor('release.healthy', { app: 'web', environment: 'dev', version: 2 }, from);
    const waiting = await daemon.waitFor('release.waiting', { ...prod, for: 'freeze' }, from);
    expect(waiting['message']).toMatch(
      /^frozen by ann since \S+: sale of the year \(it goes on with: helm-gitops unfreeze\)$/,
    );
    expect([await color('dev'), await color('prod')]).toEqual(['green', 'red']);
  });

  test('leaves drift as it is, takes nothing away, and refuses an uninstall', async () => {
    const from = daemon.lines.length;
    await scene.client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'freeze-prod', name: 'web' },
      { type: 'merge', body: { data: { color: 'pink' } } },
      { fieldManager: 'ann' },
    );
    const drift = await daemon.waitFor('drift.found', prod, from);
    expect(drift).toMatchObject({ live: 'pink', action: 'report' });
    rmSync(join(fleet.work, 'apps/old.yaml'));
    fleet.commit({});
    await daemon.waitFor('release.uninstalled', { app: 'old', environment: 'dev' }, from);
    const kept = await daemon.waitFor('release.waiting', { app: 'old', environment: 'prod', for: 'freeze' }, from);
    expect(kept['message']).toContain('its definition is gone: it is uninstalled when the freeze is over');
    expect(await helmGitops('uninstall', 'web', '-e', 'prod')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('prod is frozen by ann'),
    });
    expect([await color('prod'), await color('prod', 'old')]).toEqual(['pink', 'red']);
  });

  test('lets a person roll back', async () => {
    expect(await helmGitops('rollback', 'web', '-e', 'prod', '--to', '1')).toMatchObject({ code: 0 });
    expect(await color('prod')).toBe('red');
  });

  test('outlives the process, and what it held goes on when it is lifted', async () => {
    daemon = await scene.restart();
    await daemon.waitFor('freeze.set', { environment: 'prod', reason: 'sale of the year' });
    // What a person rolled back waits for a person, and then for the freeze.
    expect(await helmGitops('retry', 'web', '-e', 'prod')).toMatchObject({ code: 0 });
    await daemon.waitFor('release.waiting', { ...prod, for: 'freeze' });
    expect(await helmGitops('unfreeze', '-e', 'prod')).toMatchObject({ code: 0 });
    await daemon.waitFor('freeze.lifted', { environment: 'prod', by: 'ann' });
    await daemon.waitFor('release.uninstalled', { app: 'old', environment: 'prod' });
    await daemon.waitFor('release.healthy', { ...prod, version: 3 });
    expect([await color('prod'), await color('prod', 'old')]).toEqual(['green', undefined]);
    expect(await helmGitops('unfreeze', '-e', 'prod')).toMatchObject({
      code: 0,
      stdout: 'test: environment prod was not frozen\n',
    });
  });
});
