/** Versions and plans that people approve by the API, as whom Kubernetes knows them: who counts, and who does not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeLong } from '../support/daemon-on.ts';
import { git, gitEnvironment, type TestRepository, writeFiles } from '../support/git-repository.ts';
import { type KubernetesPeople, kubernetesPeople } from '../support/kubernetes-people.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { promotedWeb, webChart } from '../support/web-chart.ts';

const account = (name: string) => `system:serviceaccount:approvals-people:${name}`;
const files = {
  ...webChart('{{ .Values.image.tag }}'),
  ...promotedWeb(
    'approvals',
    `    dev: {}
    prod:
      promote: {from: dev}
      promotion:
        gates: [{approval: {count: 2, by: [{user: "${account('ann')}"}, {forge: bob, user: "${account('bob')}"}, {user: "${account('cleo')}"}]}}]
`,
  ),
  'charts/desk/Chart.yaml': 'apiVersion: v2\nname: desk\nversion: 1.0.0\n',
  'charts/desk/templates/desk.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: desk}\n',
  'apps/desk.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: desk}
spec:
  chart: {path: charts/desk}
  namespace: approvals-dev
  rollback: {soak: 0s}
  sync: {approval: plan}
  environments: {dev: {}}
`,
};
const values = (environment: string, tag: string) => ({ [`values/${environment}.yaml`]: `image:\n    tag: ${tag}\n` });

describeLong('approvals by the API', (cluster) => {
  const scene = daemonOn(cluster, ['approvals-dev', 'approvals-prod', 'approvals-people']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let people: KubernetesPeople;
  let page: unknown;
  const shown: string[] = [];

  const helmGitops = (...args: string[]) =>
    run(scene.folder, [...args, '--config', scene.config], { ...gitEnvironment, USER: account('ann') });
  const head = (...args: string[]) => git(fleet.remote, ...args);
  const commit = (texts: Record<string, string>) => {
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    return fleet.commit(texts);
  };
  /** As somebody who shows this token. */
  const decide = async (token: string, id: unknown, ...more: string[]) => {
    shown.push(token);
    scene.write({ token: `${token}\n` });
    const verb = more.includes('--reason') ? 'reject' : 'approve';
    return await helmGitops(verb, String(id), ...more, '--server', String(page), '--token-file', 'token');
  };
  const decideAs = async (person: string, id: unknown, ...more: string[]) =>
    await decide(await people.token(person), id, ...more);
  const waits = (from: number, reason = 'approval') =>
    daemon.waitFor('promotion.waiting', { environment: 'prod', reason }, from);
  const gates = async () => JSON.parse((await helmGitops('promotions', '-o', 'json')).stdout)[0].gates as Gate[];
  const approval = async () => (await gates()).find(({ name }) => name === 'approval');
  const stateOf = async (release: string) => {
    const place = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name: `release.${release}` };
    const found = await scene.client.get(place);
    const data = found?.['data'] as Readonly<Record<string, string>> | undefined;
    return { place, text: data?.['state.json'] ?? '' };
  };

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, ...values('dev', 'v1'), ...values('prod', 'v1') });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository]);
    ({ page } = await daemon.waitFor('daemon.ready'));
    people = await kubernetesPeople(
      { client: scene.client, kubeconfig: cluster.kubeconfig(scene.folder) },
      {
        namespace: 'approvals-people',
        ...{ people: ['ann', 'bob', 'cleo', 'dan', 'eve'], deciders: ['ann', 'bob', 'cleo', 'eve'] },
      },
    );
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('only those who are asked count, each once, and a name that is claimed does not', async () => {
    const from = daemon.lines.length;
    // What one has changed and another has pushed beside it is the first one's.
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    writeFiles(fleet.work, values('dev', 'v2'));
    git(fleet.work, 'commit', '-q', '-a', '-m', 'v2', '--author', 'Dora Doe <dora@example.com>');
    fleet.commit({ README: 'another' });
    const { id, message } = await waits(from);
    const names = ['ann', 'bob', 'cleo'].map(account);
    expect(message).toBe(`waits for helm-gitops approve ${id} by the API, by 2 of ${names[0]}, bob, ${names[2]}`);
    expect(await helmGitops('approve', String(id))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it waits for people by name, and an annotation does not prove who wrote it'),
    });
    expect(await decideAs('dan', id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${account('dan')} may not patch ConfigMaps in namespace helm-gitops`),
    });
    expect(await decideAs('eve', id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${account('eve')} is none of those who are asked`),
    });
    expect(await decide('nobody.knows.this', id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('knows no such token, or no longer'),
    });
    expect(await decide(await people.token('ann', { audiences: ['another'] }), id)).toMatchObject({ code: 2 });
    const said = `web/prod: approve done, ${id} by ${account('ann')}`;
    expect(await decideAs('ann', id)).toMatchObject({ code: 0, stderr: '', stdout: `${said}\n` });
    const again = expect.stringMatching(new RegExp(`^${said}, since \\d{4}-\\S+Z\n$`));
    expect(await decideAs('ann', id)).toMatchObject({ code: 0, stderr: '', stdout: again });
    expect(await approval()).toMatchObject({
      open: false,
      message: `waits for helm-gitops approve ${id} by the API, by 1 of bob, ${names[2]} beside ${names[0]}`,
    });
    expect(head('show', 'main:values/prod.yaml')).toContain('tag: v1');
  });

  test('an approval that somebody wrote into the state does not count', async () => {
    const from = daemon.lines.length;
    const { place, text } = await stateOf('approvals-prod.web');
    const state = JSON.parse(text);
    const [real] = state.promotion.decisions;
    state.promotion.decisions.push({ ...real, user: account('cleo') });
    const body = { data: { 'state.json': JSON.stringify(state) } };
    await scene.client.patch(place, { type: 'merge', body });
    // Something for which everything is looked at again.
    await helmGitops('suspend', 'desk', '-e', 'dev');
    await helmGitops('resume', 'desk', '-e', 'dev');
    const forged = await daemon.waitFor('approval.forged', { app: 'web', by: account('cleo') }, from);
    expect(forged).toMatchObject({ level: 'warn', message: expect.stringContaining('it does not count') });
    expect(head('show', 'main:values/prod.yaml')).toContain('tag: v1');
  });

  test('what one has approved outlives a restart; with the second it goes, and says by whom', async () => {
    const { id } = JSON.parse((await helmGitops('promotions', '-o', 'json')).stdout)[0];
    daemon = await scene.restart();
    ({ page } = await daemon.waitFor('daemon.ready'));
    await waits(0);
    const token = await people.token('bob', { audiences: ['helm-gitops'] });
    expect(await decide(token, id)).toMatchObject({ code: 0 });
    const approvedBy = `${account('ann')} (api), ${account('bob')} (api)`;
    const committed = await daemon.waitFor('promotion.committed', { environment: 'prod', approvedBy });
    await daemon.waitFor('request.done', { verb: 'approve', by: account('bob'), via: 'api' });
    await daemon.waitFor('release.deployed', { environment: 'prod' });
    const [author, text] = ['%an <%ae>', '%B'].map((what) =>
      head('log', '-1', `--format=${what}`, String(committed['commit'])),
    );
    expect(author).toBe('Dora Doe <dora@example.com>');
    expect(head('log', '-1', '--format=%cn', String(committed['commit']))).not.toBe('Dora Doe');
    expect(text).toContain(`Helm-Gitops-Gates: healthy, drift, approval
Helm-Gitops-Approved-By: ${account('ann')} (api)
Helm-Gitops-Approved-By: ${account('bob')} (api)`);
  });

  test('a version that another one has taken the place of is not approved any more', async () => {
    let from = daemon.lines.length;
    commit(values('dev', 'v3'));
    const { id: former } = await waits(from);
    from = daemon.lines.length;
    commit(values('dev', 'v4'));
    const { id } = await waits(from);
    expect(await decideAs('ann', former)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`web/prod: ${former} does not wait any more, ${id} does`),
    });
    expect(await decideAs('ann', 'p-00000000')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing waits by the name p-00000000'),
    });
  });

  test('what somebody has taken back does not count again because an older state is put back', async () => {
    const from = daemon.lines.length;
    const { id } = JSON.parse((await helmGitops('promotions', '-o', 'json')).stdout)[0];
    expect((await decideAs('cleo', id)).code).toBe(0);
    const { place, text } = await stateOf('approvals-prod.web');
    expect((await decideAs('cleo', id, '--reason', 'seen too late')).code).toBe(0);
    await waits(from, 'rejected');
    await scene.client.patch(place, { type: 'merge', body: { data: { 'state.json': text } } });
    expect((await decideAs('ann', id)).code).toBe(0);
    const forged = await daemon.waitFor('approval.forged', { app: 'web', by: account('cleo') }, from);
    expect(forged['message']).toContain('that is over: somebody has written it there again; it does not count');
    const beside = `waits for helm-gitops approve ${id} by the API, by 1 of bob, ${account('cleo')} beside ${account('ann')}`;
    expect(await daemon.waitFor('promotion.waiting', { id, message: beside }, from)).toBeDefined();
    expect(head('show', 'main:values/prod.yaml')).toContain('tag: v2');
  });

  test('a rejection is remembered with its name, and only who has said it takes it back', async () => {
    let from = daemon.lines.length;
    const { id } = JSON.parse((await helmGitops('promotions', '-o', 'json')).stdout)[0];
    expect(await decideAs('cleo', id, '--reason', 'not on a Friday')).toMatchObject({ code: 0 });
    const { message } = await waits(from, 'rejected');
    expect(message).toMatch(new RegExp(`^rejected by ${account('cleo')} by the API at \\S+: not on a Friday$`));
    for (const person of ['ann', 'bob']) expect((await decideAs(person, id)).code).toBe(0);
    expect((await gates()).filter(({ open }) => !open).map(({ name }) => name)).toEqual(['rejected']);
    expect(head('show', 'main:values/prod.yaml')).toContain('tag: v2');
    from = daemon.lines.length;
    expect((await decideAs('cleo', id)).code).toBe(0);
    const committed = await daemon.waitFor('promotion.committed', { environment: 'prod', id }, from);
    expect(committed['approvedBy']).toBe(['ann', 'bob', 'cleo'].map((name) => `${account(name)} (api)`).join(', '));
  });

  test('a plan is approved by name too', async () => {
    const { id } = await daemon.waitFor('plan.waiting', { app: 'desk' });
    expect(await decideAs('eve', id)).toMatchObject({
      ...{ code: 0, stdout: `desk/dev: approve done, ${id} by ${account('eve')}\n` },
    });
    await daemon.waitFor('plan.approved', { id, by: account('eve'), via: 'api' });
    await daemon.waitFor('release.deployed', { app: 'desk' });
  });

  test('whose account is gone counts no more, and no token is in the log or the state', async () => {
    const token = await people.token('ann');
    const place = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'approvals-people', name: 'ann' };
    await scene.client.delete(place);
    const { place: state, text } = await stateOf('approvals-prod.web');
    const waiting = JSON.parse(text);
    const body = {
      data: { 'state.json': JSON.stringify({ ...waiting, promotion: { waiting: { id: 'p-1', since: '' } } }) },
    };
    await scene.client.patch(state, { type: 'merge', body });
    await expect
      .poll(async () => (await decide(token, 'p-1')).stderr, { timeout: 90_000, interval: 500 })
      .toContain('knows no such token, or no longer');
    const told = JSON.stringify(daemon.lines) + daemon.noise.join('\n') + text;
    for (const one of shown) expect(told.includes(one)).toBe(false);
    expect(shown.length).toBeGreaterThan(8);
  });
});

interface Gate {
  readonly name: string;
  readonly open: boolean;
  readonly message: string;
}
