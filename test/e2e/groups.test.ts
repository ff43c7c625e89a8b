/** Applications that go forward together and back together: `rollback.group`. Each test goes on from the one before it. */
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const apps = ['db', 'api', 'web', 'cron'] as const;
type App = (typeof apps)[number];
const upon: Readonly<Record<App, string>> = { db: '', api: 'db', web: 'api', cron: '' };

interface Settings {
  readonly soak?: string;
  readonly more?: string;
}

const application = (app: App, { soak = '1s', more = '' }: Settings = {}) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${app}}
spec:
  chart: {path: charts/any}
  namespace: groups-${app === 'db' ? 'data' : 'shop'}
  values: [values/${app}.yaml]
  dependsOn: [${upon[app]}]
  rollback: {group: shop, soak: ${soak}}
  timeout: 30s
  ${more}
  environments: {prod: {}}
`;
const files = {
  'charts/any/Chart.yaml': 'apiVersion: v2\nname: any\nversion: 1.0.0\n',
  'charts/any/templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: 1
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec: {containers: [{name: main, image: "example.org/any:{{ .Values.tag }}"}]}
`,
  'charts/any/templates/hook.yaml': `{{- with .Values.hook }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-hook
  annotations: {helm.sh/hook: pre-rollback, helm.sh/hook-delete-policy: before-hook-creation}
spec:
  backoffLimit: 0
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.org/hook:{{ . }}"}]}}
{{- end }}
`,
  'environments.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: prod}\nspec: {}\n',
};
const values = (tags: Partial<Record<App, string>>) =>
  Object.fromEntries(Object.entries(tags).map(([app, tag]) => [`values/${app}.yaml`, `tag: ${tag}\n`]));
const definitions = (settings?: Settings) =>
  Object.fromEntries(apps.map((app) => [`apps/${app}.yaml`, application(app, settings)]));

// With the judges only: everything in it waits for pods that fail, and for soaks.
describeOnEach('a group', (cluster) => {
  const scene = daemonOn(cluster, ['groups-data', 'groups-shop']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let from = 0;

  const helmGitops = (...args: string[]) => run(scene.folder, [...args, '--config', scene.config], gitEnvironment);
  const commit = (texts: Record<string, string>) => {
    from = daemon.lines.length;
    return fleet.commit(texts);
  };
  const told = (event: string, fields: object = {}) => daemon.waitFor(event, { ...fields }, from);
  /** That the set was noted which these are part of as they were deployed since. */
  const noted = async (...deployed: readonly App[]) => {
    const lines = await Promise.all(deployed.map((app) => told('release.deployed', { app })));
    const last = Math.max(...lines.map((line) => daemon.lines.indexOf(line)));
    return await daemon.waitFor('group.healthy', {}, last);
  };
  /** Who, in the order in which it was told. */
  const order = (event: string) =>
    daemon.lines.slice(from).flatMap((line) => (line.event === event ? [String(line['app'])] : []));
  const namespaceOf = (app: App) => `groups-${app === 'db' ? 'data' : 'shop'}`;
  const runs = async () => {
    const images = await Promise.all(
      apps.map(async (app) => {
        const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: namespaceOf(app), name: app };
        const found = (await scene.client.get(target)) as
          | { spec: { template: { spec: { containers: { image: string }[] } } } }
          | undefined;
        return `${app} ${found?.spec.template.spec.containers[0]?.image.split(':')[1]}`;
      }),
    );
    return images.join(', ');
  };
  const history = async (app: App) => {
    const onUnreadable = (_secret: string, error: Error) => {
      throw error;
    };
    const one = openHistory({ client: scene.client, namespace: namespaceOf(app), name: app, onUnreadable });
    return (await one.list()).map(({ record: { version, info } }) => `${version} ${info.status}`).join(', ');
  };
  const status = async (app: App) => JSON.parse((await helmGitops('status', app, '-o', 'json')).stdout)[0];
  const spoil = (app: App) =>
    scene.client.patch(
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace: namespaceOf(app), name: app },
      {
        type: 'strategic',
        body: { spec: { template: { spec: { containers: [{ name: 'main', image: 'example.org/any:broken-9' }] } } } },
      },
      { fieldManager: 'ann' },
    );

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, ...definitions(), ...values({ db: 'v1', api: 'v1', web: 'v1', cron: 'v1' }) });
    daemon = await scene.start([`repositories: [{name: fleet, url: ${fleet.remote}, revision: main, poll: 1s}]`]);
    await told('group.healthy', { environment: 'prod', group: 'shop' });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest('goes back to what was healthy at once, the last first, where the last of a change fails', async () => {
    commit(values({ db: 'v2', api: 'v2', web: 'broken-2' }));
    expect(await told('group.rollback')).toMatchObject({ group: 'shop', app: 'web', version: 2, level: 'warn' });
    const done = await told('group.done');
    expect(order('release.deployed')).toEqual(['db', 'api']);
    expect(order('rollback.done')).toEqual(['web', 'api', 'db']);
    expect(done['members']).toBe('api 3, cron 1, db 3, web 3');
    expect(await runs()).toBe('db v1, api v1, web v1, cron v1');
    expect(await history('db')).toBe('1 superseded, 2 superseded, 3 deployed');
    expect((await status('db')).message).toMatch(
      /^git wants [0-9a-f]{7} \(Ada\), the cluster runs [0-9a-f]{7} \(revision 3\), because its group shop went back because of web$/,
    );
    expect((await told('group.healthy'))['members']).toBe('api 3, cron 1, db 3, web 3');
    const { stdout } = await helmGitops('incidents', 'db');
    expect(stdout).toContain('revision 2 is left: group shop went back because of web');
    expect(stdout).toContain('values/db.yaml:1 tag v1→v2');
  });

  longTest('stays there, whatever else is committed or starts anew', async () => {
    daemon = await scene.restart();
    commit({ 'README.md': 'Hello\n', ...values({ cron: 'v2' }) });
    await told('revision.found');
    const waits = await told('release.waiting', { app: 'cron' });
    expect(waits).toMatchObject({ for: 'web/prod', message: 'group shop went back because of web' });
    expect(await runs()).toBe('db v1, api v1, web v1, cron v1');
  });

  longTest('goes forward again as a whole, in order, when what failed is mended', async () => {
    commit(values({ web: 'v3' }));
    const healthy = await noted('db', 'api', 'web', 'cron');
    expect(healthy['members']).toBe('api 4, cron 2, db 4, web 4');
    // Nobody is said to be held by what git does not say any more.
    expect(order('release.blocked')).toEqual([]);
    expect(order('release.deployed').filter((app) => app !== 'cron')).toEqual(['db', 'api', 'web']);
    expect(await runs()).toBe('db v2, api v2, web v3, cron v2');
  });

  longTest('leaves whoever did not change where it is', async () => {
    commit(values({ api: 'broken-3' }));
    const done = await told('group.done');
    expect([order('rollback.done'), done['members']]).toEqual([['api'], 'api 6, cron 2, db 4, web 4']);
    from = daemon.lines.length;
    expect(await helmGitops('retry', 'api', '-e', 'prod')).toMatchObject({ code: 0 });
    expect((await told('group.done'))['members']).toBe('api 8, cron 2, db 4, web 4');
    commit(values({ api: 'v2' }));
    await told('revision.released', { app: 'api' });
  });

  longTest('goes back from what soaks, before what turned bad in it, while all is frozen', async () => {
    commit({ ...definitions({ soak: '10m' }), ...values({ db: 'v5', api: 'v5', web: 'v5' }) });
    for (const app of ['db', 'api', 'web']) await told('release.deployed', { app });
    expect(await helmGitops('freeze', '-e', 'prod', '--reason', 'sale')).toMatchObject({ code: 0 });
    await spoil('db');
    await told('group.done');
    expect(order('rollback.done')).toEqual(['web', 'api', 'db']);
    expect(await runs()).toBe('db v2, api v2, web v3, cron v2');
    expect(await helmGitops('unfreeze', '-e', 'prod')).toMatchObject({ code: 0 });
    commit({ ...definitions(), ...values({ db: 'v6', api: 'v6', web: 'v6' }) });
    await noted('db', 'api', 'web');
    expect(await runs()).toBe('db v6, api v6, web v6, cron v2');
  });

  longTest('soaks as one: whoever has stood its own soak takes all back while another still soaks', async () => {
    commit({
      ...definitions(),
      'apps/web.yaml': application('web', { soak: '10m' }),
      ...values({ db: 'v6a', web: 'v6a' }),
    });
    for (const app of ['db', 'web']) await told('release.deployed', { app });
    // Its own soak is a second.
    await new Promise((passed) => setTimeout(passed, 2_500));
    expect(daemon.lines.slice(from).filter(({ event }) => event === 'release.healthy')).toEqual([]);
    await spoil('db');
    expect(await told('group.rollback')).toMatchObject({ app: 'db' });
    await told('group.done');
    expect(order('rollback.done')).toEqual(['web', 'db']);
    expect(await runs()).toBe('db v6, api v6, web v6, cron v2');
    commit({ ...definitions(), ...values({ db: 'v6', web: 'v6' }) });
    await vi.waitFor(async () => expect((await status('web')).message ?? '').toBe(''), {
      timeout: 90_000,
      interval: 250,
    });
  });

  longTest('follows a person who takes one of them back', async () => {
    from = daemon.lines.length;
    const members = (await status('web')).version;
    commit(values({ db: 'v7', web: 'v7' }));
    const healthy = await noted('db', 'web');
    expect(healthy['members']).toContain(`web ${members + 1}`);
    commit(values({ db: 'v8', web: 'v8' }));
    for (const app of ['db', 'web']) await told('release.deployed', { app });
    expect(await helmGitops('rollback', 'web', '-e', 'prod')).toMatchObject({ code: 0 });
    await told('group.done');
    expect(order('rollback.done')).toEqual(['db']);
    expect(await runs()).toBe('db v7, api v6, web v7, cron v2');
    commit(values({ db: 'v9', web: 'v9' }));
    await noted('db', 'web');
  });

  longTest('says which could not go back, and keeps what these stand on', async () => {
    commit({ 'values/web.yaml': 'tag: v10\nhook: fail-1\n' });
    await noted('web');
    commit({
      ...definitions({ soak: '10m' }),
      ...values({ db: 'v11', api: 'v11', cron: 'v11' }),
      'values/web.yaml': 'tag: v11\n',
    });
    for (const app of apps) await told('release.deployed', { app });
    await spoil('cron');
    const failed = await told('group.failed');
    expect(failed).toMatchObject({
      app: 'cron',
      level: 'error',
      message: 'not all of them could go back: api, db, web did not',
    });
    await told('rollback.failed', { app: 'web' });
    expect(await told('rollback.held', { app: 'api' })).toMatchObject({
      reason: 'group',
      message: 'web, which depends on it, could not go back',
    });
    await told('rollback.done', { app: 'cron' });
    await vi.waitFor(async () => expect(await runs()).toMatch(/^db v11, api v11, web v1., cron v2$/), 90_000);
    commit({ ...definitions(), ...values({ db: 'v12', api: 'v12', web: 'v12', cron: 'v12' }) });
    await noted(...apps);
    expect(await runs()).toBe('db v12, api v12, web v12, cron v12');
  });
});
