/** What people decided is said again, because the answer was lost and the daemon killed: it stands, and is done once. */
import { afterAll, beforeAll, expect } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { type KubernetesPeople, kubernetesPeople } from '../support/kubernetes-people.ts';
import { longTest } from '../support/long-test.ts';
import { startRelay } from '../support/relay.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { promotedWeb, webChart } from '../support/web-chart.ts';

const account = (name: string) => `system:serviceaccount:lost-people:${name}`;
const values = (environment: string, tag: string) => ({ [`values/${environment}.yaml`]: `image:\n    tag: ${tag}\n` });
const planned = (name: string, sync: string, colour: string) => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
  [`charts/${name}/templates/config.yaml`]: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {colour: ${colour}}\n`,
  [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/${name}}
  namespace: lost-dev
  rollback: {soak: 0s}
  sync: ${sync}
  environments: {dev: {}}
`,
});
const files = {
  ...webChart('{{ .Values.image.tag }}'),
  ...promotedWeb(
    'lost',
    `    dev: {}
    prod:
      promote: {from: dev}
      promotion: {gates: [{approval: {count: 2, by: [{user: "${account('ann')}"}, {user: "${account('bob')}"}]}}]}
`,
  ),
  ...planned('desk', '{automatic: false}', 'red'),
  ...planned('lamp', '{automatic: false, approval: plan}', 'red'),
  ...planned('post', '{automatic: false}', 'red'),
  'charts/post/templates/nowhere.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: post}
spec:
  selector: {matchLabels: {app: post}}
  template:
    metadata: {labels: {app: post}}
    spec: {nodeSelector: {example.com/none: such}, containers: [{name: main, image: "example.org/post:1"}]}
`,
};

describeOnEach('an answer that was lost', (cluster) => {
  const scene = daemonOn(cluster, ['lost-dev', 'lost-prod', 'lost-people']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let people: KubernetesPeople;
  let page: unknown;

  const helmGitops = (...args: string[]) =>
    run(scene.folder, [...args, '--config', scene.config], { ...gitEnvironment, USER: 'ann' });
  const decideAs = async (person: string, id: string, ...more: string[]) => {
    scene.write({ token: `${await people.token(person)}\n` });
    const verb = more.includes('--reason') ? 'reject' : 'approve';
    return await helmGitops(verb, id, ...more, '--server', String(page), '--token-file', 'token');
  };
  const killed = async () => {
    await daemon.stop('SIGKILL');
    daemon = await scene.restart();
    ({ page } = await daemon.waitFor('daemon.ready'));
  };
  /** The daemon has answered; nobody hears it, and then it is killed. */
  const lose = async (person: string, id: string, told: { event: string; fields: Record<string, unknown> }) => {
    const from = daemon.lines.length;
    const relay = await startRelay(String(page).replace(/\/$/, ''));
    const reached = Promise.withResolvers<void>();
    relay.decide = (label) =>
      label === `POST /api/v1/decisions/${id}` ? { after: true, reached: () => reached.resolve() } : undefined;
    page = relay.url;
    const asked = decideAs(person, id);
    await Promise.race([reached.promise, asked]);
    await relay[Symbol.asyncDispose]();
    expect((await asked).code).not.toBe(0);
    await daemon.waitFor(told.event, told.fields, from);
    await killed();
  };
  const done = { event: 'request.done', fields: { verb: 'approve', via: 'api' } };
  const waits = async (from = 0) => {
    const { id } = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'approval' }, from);
    return String(id);
  };
  const stateOf = async (release: string) => {
    const place = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name: `release.${release}` };
    const { 'state.json': text = '' } = Object((await scene.client.get(place))?.['data']) as Record<string, string>;
    return JSON.parse(text);
  };
  const commits = () => git(fleet.remote, 'log', '--format=%s', 'main').split('\n').length;
  const versionOf = async (app: string) =>
    JSON.parse((await helmGitops('status', app, '-e', app === 'web' ? 'prod' : 'dev', '-o', 'json')).stdout)[0];

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, ...values('dev', 'v1'), ...values('prod', 'v1') });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository]);
    ({ page } = await daemon.waitFor('daemon.ready'));
    people = await kubernetesPeople(
      { client: scene.client, kubeconfig: cluster.kubeconfig(scene.folder) },
      { namespace: 'lost-people', people: ['ann', 'bob'], deciders: ['ann', 'bob'] },
    );
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest('to an approval: said again it is the same one, and status names who has approved', async () => {
    fleet.commit(values('dev', 'v2'));
    const id = await waits();
    await lose('ann', id, done);
    const [first] = (await stateOf('lost-prod.web')).promotion.decisions;
    expect(await decideAs('ann', id)).toEqual({
      ...{ code: 0, stderr: '', stdout: `web/prod: approve done, ${id} by ${account('ann')}, since ${first.at}\n` },
    });
    const { promotion, decided } = await stateOf('lost-prod.web');
    expect(promotion.decisions).toEqual([first]);
    expect(decided).toHaveLength(1);
    const said = `approved by ${account('ann')} (api) at ${first.at}`;
    expect((await helmGitops('status', 'web', '-e', 'prod')).stdout).toContain(`${id} waits, ${said}`);
  });

  longTest('to the approval that lets it go: said again it stands, and nothing is promoted twice', async () => {
    const id = await waits();
    const before = commits();
    await lose('bob', id, { event: 'promotion.committed', fields: { id } });
    const again = await decideAs('bob', id);
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toMatch(new RegExp(`^web/prod: approve done, ${id} by ${account('bob')}, since \\S+\n$`));
    expect(commits()).toBe(before + 1);
    const row = await versionOf('web');
    expect(row.decisions).toEqual(
      ['ann', 'bob'].map((name) => ({
        ...{ id, version: 'promoted', verdict: 'approved', by: account(name), via: 'api', at: expect.any(String) },
      })),
    );
    expect(row.message).toContain(`${id} promoted, approved by ${account('ann')} (api) at ${row.decisions[0].at}`);
    expect((await decideAs('ann', id, '--reason', 'too late')).stderr).toContain(`${id} does not wait any more`);
  });

  longTest('a version that another one has taken the place of is said to be, after a restart too', async () => {
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    let from = daemon.lines.length;
    fleet.commit(values('dev', 'v3'));
    const former = await waits(from);
    from = daemon.lines.length;
    fleet.commit(values('dev', 'v4'));
    const id = await waits(from);
    const over = { code: 2, stderr: expect.stringContaining(`web/prod: ${former} does not wait any more, ${id} does`) };
    expect(await decideAs('ann', former)).toMatchObject(over);
    await killed();
    expect(await decideAs('ann', former)).toMatchObject(over);
    expect((await helmGitops('approve', former)).stderr).toContain(`${former} does not wait any more, ${id} does`);
    expect(await helmGitops('approve', 'p-00000000')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        `what waits: ${id} (web/prod); helm-gitops promotions and helm-gitops plans list what waits`,
      ),
    });
  });

  longTest('to `sync --plan`: asked twice it is done once', async () => {
    await daemon.waitFor('release.blocked', { app: 'desk', reason: 'not-automatic' });
    await helmGitops('plan', 'desk', '--save', 'desk.json');
    const from = daemon.lines.length;
    const first = helmGitops('sync', '--plan', 'desk.json');
    await daemon.waitFor('plan.approved', { app: 'desk' }, from);
    await daemon.stop('SIGKILL');
    // On the embedded cluster it has lost its server; on a real one it waits for the next daemon.
    daemon = await scene.restart();
    ({ page } = await daemon.waitFor('daemon.ready'));
    await first.catch(() => undefined);
    const again = await helmGitops('sync', '--plan', 'desk.json');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toMatch(/^desk\/dev: sync done, plan-\w+ by ann(?:, since \S+)?\n$/);
    await expect.poll(async () => (await versionOf('desk')).status, { timeout: 90_000 }).toBe('deployed');
    expect((await helmGitops('sync', '--plan', 'desk.json')).stdout).toMatch(/ by ann, since \S+\n$/);
    expect((await versionOf('desk')).version).toBe(1);
  });

  longTest(
    'a plan that was approved while nothing may be deployed is carried out after a restart, without sync.automatic',
    async () => {
      await daemon.waitFor('release.blocked', { app: 'lamp', reason: 'not-automatic' });
      let from = daemon.lines.length;
      expect((await helmGitops('sync', 'lamp')).code).toBe(0);
      const { id } = await daemon.waitFor('plan.waiting', { app: 'lamp' }, from);
      expect((await helmGitops('freeze', '-e', 'dev', '--reason', 'a party')).code).toBe(0);
      expect((await decideAs('ann', String(id))).code).toBe(0);
      await killed();
      from = daemon.lines.length;
      expect((await helmGitops('unfreeze', '-e', 'dev')).code).toBe(0);
      await daemon.waitFor('release.deployed', { app: 'lamp', version: 1 }, from);
    },
  );

  longTest('to `sync --plan`: asked again while it waits for its workloads, it goes on', async () => {
    await helmGitops('plan', 'post', '--save', 'post.json');
    const from = daemon.lines.length;
    expect((await helmGitops('sync', '--plan', 'post.json')).code).toBe(0);
    await daemon.waitFor('release.waiting', { app: 'post' }, from);
    expect((await helmGitops('sync', '--plan', 'post.json')).stdout).toMatch(/ by ann, since \S+\n$/);
    expect((await helmGitops('approve', 'plan-none')).code).not.toBe(0);
    expect((await versionOf('post')).status).toBe('pending-install');
    expect(daemon.lines.filter(({ event }) => event === 'revision.superseded')).toEqual([]);
  });
});
