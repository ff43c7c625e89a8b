/** Charts that go from environment to environment: by their version, or by the commit whose files a release uses. */
import { afterAll, beforeAll, expect } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { type ChartRepository, indexOf, sha256, startRepository } from '../support/chart-repository.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import { packChart } from '../support/pack-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { webChart } from '../support/web-chart.ts';

const application = (name: string, spec: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  namespace: "charts-{{environment}}"\n  rollback: {soak: 0s}\n  timeout: 20s\n${spec}`;

const web = application(
  'web',
  `  chart: {path: charts/web}
  dependsOn: [db]
  promotion: {keys: [revision], haltOnFailure: true}
  environments:
    dev: {}
    staging: {promote: {from: dev}} # pinned by promotion
    prod: {promote: {from: staging}}
`,
);
const db = (url: string, dev: string, gates = '', check = '') =>
  application(
    'db',
    `  chart: {repository: "${url}", name: db}
  promotion: {keys: [chart.version]}
  environments:
    dev: {chart: {version: ${dev}}${check}}
    staging: {promote: {from: dev}, chart: {version: 1.0.0}${gates}}
    prod: {promote: {from: staging}, chart: {version: 1.0.0}}
`,
  );

describeOnEach('promotion of charts', (cluster) => {
  const environments = ['dev', 'staging', 'prod'];
  const scene = daemonOn(
    cluster,
    environments.map((environment) => `charts-${environment}`),
  );
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let charts: ChartRepository;
  let watched: TestServer;
  /** So many times it is well; then it is not. */
  let good = 0;

  const helmGitops = (...args: string[]) => run(scene.folder, [...args, '--config', scene.config], gitEnvironment);
  const commit = (texts: Record<string, string>) => {
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    return fleet.commit(texts);
  };
  const inGit = (file: string) => git(fleet.remote, 'show', `main:${file}`);

  beforeAll(async () => {
    watched = await startServer((_, response) => {
      good -= 1;
      response.writeHead(good >= 0 ? 200 : 500).end();
    });
    charts = await startRepository();
    const listed = await Promise.all(
      ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map(async (version) => {
        const archive = await packChart({
          'db/Chart.yaml': `apiVersion: v2\nname: db\nversion: ${version}\n`,
          'db/templates/db.yaml':
            'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata: {v: "{{ .Chart.Version }}"}\n',
        });
        charts.files.set(`/db-${version}.tgz`, archive);
        return { version, digest: sha256(archive) };
      }),
    );
    charts.files.set('/index.yaml', indexOf({ db: listed }));
    fleet = scene.remote('fleet');
    fleet.commit({ 'apps/db.yaml': db(charts.url, '1.0.0'), 'apps/web.yaml': web, ...webChart('v1', '1.0.0') });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository], 'release.deployed', { app: 'web', environment: 'prod' });
  });

  afterAll(async () => {
    await charts[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
    await watched[Symbol.asyncDispose]();
  });

  longTest('what follows the branch is pinned to what ran in the environment before', async () => {
    const first = git(fleet.work, 'rev-parse', 'HEAD');
    const [short] = [first.slice(0, 7)];
    const changed = (line: number) => `apps/web.yaml:${line} revision (none)→${short}`;
    await daemon.waitFor('promotion.committed', { app: 'web', environment: 'staging', changed: changed(13) });
    await daemon.waitFor('promotion.committed', { app: 'web', environment: 'prod', changed: changed(14) });
    expect(inGit('apps/web.yaml')).toContain(
      `    staging: {promote: {from: dev}, revision: ${first}} # pinned by promotion\n`,
    );
  });

  longTest('a chart’s version goes from dev to prod', async () => {
    const from = daemon.lines.length;
    commit({ 'apps/db.yaml': db(charts.url, '1.1.0') });
    const staged = await daemon.waitFor('promotion.committed', { app: 'db', environment: 'staging' }, from);
    expect(staged).toMatchObject({ from: 'dev', changed: 'apps/db.yaml:12 chart.version 1.0.0→1.1.0' });
    await daemon.waitFor('promotion.committed', { app: 'db', environment: 'prod' }, from);
    await daemon.waitFor('release.deployed', { app: 'db', environment: 'prod' }, from);
    expect(inGit('apps/db.yaml').match(/version: 1\.1\.0/g)).toHaveLength(3);
  });

  longTest('what it depends on goes first', async () => {
    const from = daemon.lines.length;
    const gates = ', promotion: {gates: [approval]}';
    commit({ 'apps/db.yaml': db(charts.url, '1.2.0', gates).replaceAll('1.0.0', '1.1.0'), ...webChart('v2', '1.1.0') });
    const waiting = await daemon.waitFor('promotion.waiting', { app: 'db', reason: 'approval' }, from);
    await daemon.waitFor('promotion.waiting', { app: 'web', environment: 'staging', reason: 'dependencies' }, from);
    expect((await helmGitops('approve', waiting['id'] as string)).code).toBe(0);
    await daemon.waitFor('promotion.committed', { app: 'web', environment: 'staging' }, from);
    await daemon.waitFor('release.deployed', { app: 'web', environment: 'prod' }, from);
  });

  longTest('while a later environment is rolled back nothing goes on before it', async () => {
    let from = daemon.lines.length;
    const pinned = inGit('apps/web.yaml');
    const bad = commit(webChart('{{ if eq .Release.Namespace `charts-prod` }}broken-3{{ else }}v3{{ end }}', '1.2.0'));
    await daemon.waitFor('rollback.done', { app: 'web', environment: 'prod' }, from);
    expect(inGit('apps/web.yaml').match(new RegExp(bad, 'g'))).toHaveLength(2);
    from = daemon.lines.length;
    commit(webChart('v4', '1.3.0'));
    const waiting = await daemon.waitFor(
      'promotion.waiting',
      { app: 'web', environment: 'staging', reason: 'downstream' },
      from,
    );
    expect(waiting['message']).toMatch(/^web\/prod was rolled back: /);
    from = daemon.lines.length;
    // Its pin taken back by hand, prod runs what git says again.
    commit({ 'apps/web.yaml': pinned });
    await daemon.waitFor('release.deployed', { app: 'web', environment: 'staging' }, from);
  });

  longTest('a health check that is bad by now holds it up', async () => {
    let from = daemon.lines.length;
    const check = `, rollback: {checks: [{name: errors, http: {url: "${watched.url}"}, interval: 1s}]}`;
    // The soak's.
    good = 1;
    commit({ 'apps/db.yaml': db(charts.url, '1.3.0', '', check).replaceAll('1.0.0', '1.2.0') });
    const message = 'check errors of db/dev: HTTP 500';
    await daemon.waitFor('promotion.waiting', { app: 'db', environment: 'staging', reason: 'check', message }, from);
    const [row] = JSON.parse((await helmGitops('promotions', 'db', '-o', 'json')).stdout);
    expect(row).toMatchObject({ to: 'staging', state: 'waiting', message });
    expect(row.gates).toContainEqual({ name: 'check', open: false, message, since: expect.any(String) });
    from = daemon.lines.length;
    good = Number.POSITIVE_INFINITY;
    await daemon.waitFor('promotion.committed', { app: 'db', environment: 'staging' }, from);
  });
});
