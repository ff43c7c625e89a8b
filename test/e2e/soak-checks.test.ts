/** Health by HTTP and PromQL while a revision soaks: what is bad is rolled back, what cannot be measured is told. */
import { afterAll, beforeAll, expect } from 'vitest';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/templates/web.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {color: {{ .Values.color }}}\n',
  'charts/web/templates/token.yaml':
    'apiVersion: v1\nkind: Secret\nmetadata: {name: monitoring}\nstringData: {token: "t0ken-nobody-sees"}\n',
  'environments.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: prod}\nspec: {}\n',
};

// With the judges only: everything in it waits for soaks.
describeOnEach('a health check', (cluster) => {
  const scene = daemonOn(cluster, ['checks-web', 'checks-db']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let server: TestServer;
  let from = 0;
  /** What the application answers so many times, and 200 after that; and how many errors Prometheus counts. */
  const now = { status: 200, times: 0, errors: '0' };

  const application = (name: string, color: string, check: string) => ({
    [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/web}
  namespace: checks-{{app}}
  values: [{inline: {color: ${color}}}]
  rollback: {soak: 500ms, checks: [{name: good, interval: 100ms, timeout: 30s, ${check}}]}
  environments: {prod: {}}
`.replace('namespace: checks-{{app}}', 'namespace: "checks-{{app}}"'),
  });
  const front = () => `http: {url: "${server.url}/{{app}}/healthz", token: {name: monitoring, key: token}}`;
  const errors = () =>
    `prometheus: {address: "${server.url}", query: 'errors{app="{{app}}"}'}, thresholdRange: {max: 0.05}`;
  const commit = (texts: Record<string, string>) => {
    from = daemon.lines.length;
    fleet.commit(texts);
  };
  const told = (event: string, fields: object) => daemon.waitFor(event, { ...fields }, from);

  beforeAll(async () => {
    server = await startServer(({ url, headers }, response) => {
      const result = now.errors === '' ? [] : [{ metric: {}, value: [1, now.errors] }];
      if (url === '/api/v1/query')
        return void response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
      now.times -= 1;
      const status = now.times >= 0 ? now.status : 200;
      response.writeHead(headers.authorization === 'Bearer t0ken-nobody-sees' ? status : 401).end();
    });
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, ...application('web', 'red', front()), ...application('db', 'red', errors()) });
    daemon = await scene.start([`repositories: [{name: fleet, url: ${fleet.remote}, revision: main, poll: 1s}]`]);
    for (const app of ['web', 'db']) await told('release.healthy', { app });
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  longTest('that is good keeps nothing up, and asks with what a Secret holds', () => {
    expect(daemon.lines.filter(({ event }) => event.startsWith('check.'))).toEqual([]);
    expect(server.seen.map(({ url }) => url)).toEqual(expect.arrayContaining(['/web/healthz', '/api/v1/query']));
  });

  longTest('by HTTP that is bad so many times in a row rolls back', async () => {
    Object.assign(now, { status: 503, times: 3 });
    commit(application('web', 'green', front()));
    expect(await told('check.failing', { app: 'web', times: 3 })).toMatchObject({
      ...{ check: 'good', value: '503', message: 'HTTP 503', limit: 3, level: 'warn' },
    });
    expect(await told('rollback.started', { app: 'web' })).toMatchObject({ from: 2, to: 1, reason: 'CheckFailed' });
    const incident = await told('rollback.incident', { app: 'web' });
    expect(incident['message']).toBe('check good: HTTP 503, 3 times in a row');
    await told('release.healthy', { app: 'web', version: 3 });
  });

  longTest('by PromQL above its range rolls back; what was put back has to be good too', async () => {
    now.errors = '0.2';
    commit(application('db', 'green', errors()));
    await told('rollback.done', { app: 'db', version: 3 });
    const failed = await told('rollback.failed', { app: 'db' });
    expect(failed['message']).toBe(
      'revision 3 repeats revision 1 and has turned bad too: check good: 0.2 is above 0.05, 3 times in a row',
    );
    now.errors = '0';
    commit(application('db', 'blue', errors()));
    await told('release.healthy', { app: 'db', version: 4 });
  });

  longTest('that cannot be measured is told once, and rolls nothing back', async () => {
    now.errors = '';
    commit(application('db', 'white', errors()));
    expect(await told('check.unknown', { app: 'db' })).toMatchObject({
      ...{ check: 'good', message: 'the query gives no sample', hint: 'the soak goes on without it' },
    });
    await told('release.healthy', { app: 'db', version: 5 });
    Object.assign(now, { status: 401, times: 1_000 });
    commit(application('web', 'white', front()));
    await told('release.healthy', { app: 'web', version: 4 });
    const lines = daemon.lines.slice(from);
    expect(lines.filter(({ event }) => event === 'check.unknown').length).toBe(1);
    expect(JSON.stringify(daemon.lines)).not.toContain('t0ken');
  });
});
