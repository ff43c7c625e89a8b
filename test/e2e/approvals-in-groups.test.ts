/** Members of a group of which one needs an approval: none goes before it is given, and all go back together. */
import { afterAll, beforeAll, expect } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { type KubernetesPeople, kubernetesPeople } from '../support/kubernetes-people.ts';
import { longTest } from '../support/long-test.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { webChart } from '../support/web-chart.ts';

const application = (name: string, approval: string) => ({
  [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/web}
  namespace: group-approvals-${name}
  values: ["values/${name}.yaml"]
  sync: {approval: ${approval}}
  rollback: {group: pair, soak: 500ms}
  timeout: 20s
  environments: {prod: {}}
`,
});
const values = (front: string, back: string) => ({
  'values/front.yaml': `tag: ${front}\n`,
  'values/back.yaml': `tag: ${back}\n`,
});

describeOnEach('an approval within a group', (cluster) => {
  const namespaces = ['group-approvals-front', 'group-approvals-back', 'group-approvals-people'];
  const scene = daemonOn(cluster, namespaces);
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let people: KubernetesPeople;
  let page: unknown;

  const tagOf = async (name: string) => {
    const place = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: `group-approvals-${name}`, name: 'web' };
    const found = await scene.client.get(place);
    return JSON.stringify(found?.['spec'] ?? {}).match(/web:([\w.-]+)/)?.[1];
  };
  const tags = async () => [await tagOf('front'), await tagOf('back')];
  const decide = async (id: unknown, ...more: string[]) => {
    scene.write({ token: await people.token('ann') });
    const verb = more.includes('--reason') ? 'reject' : 'approve';
    const args = [verb, String(id), ...more, '--server', String(page), '--token-file', 'token'];
    return await run(scene.folder, [...args, '--config', scene.config], gitEnvironment);
  };

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    const apps = { ...application('front', 'none'), ...application('back', 'plan') };
    fleet.commit({ ...webChart('{{ .Values.tag }}'), ...apps, ...values('v1', 'v1') });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository], 'plan.waiting');
    ({ page } = await daemon.waitFor('daemon.ready'));
    people = await kubernetesPeople(
      { client: scene.client, kubeconfig: cluster.kubeconfig(scene.folder) },
      { namespace: 'group-approvals-people', people: ['ann'], deciders: ['ann'] },
    );
    const { id } = await daemon.waitFor('plan.waiting', { app: 'back' });
    await decide(id);
    for (const app of ['front', 'back']) await daemon.waitFor('release.healthy', { app });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest('the others wait for it, and go with it', async () => {
    const from = daemon.lines.length;
    fleet.commit(values('v2', 'v2'));
    const { id } = await daemon.waitFor('plan.waiting', { app: 'back' }, from);
    await daemon.waitFor('release.waiting', { app: 'front' }, from);
    expect(await tags()).toEqual(['v1', 'v1']);
    expect(await decide(id, '--reason', 'not today')).toMatchObject({ code: 0 });
    expect(await tags()).toEqual(['v1', 'v1']);
    expect(await decide(id)).toMatchObject({ code: 0 });
    for (const app of ['front', 'back']) await daemon.waitFor('release.healthy', { app }, from);
    expect(await tags()).toEqual(['v2', 'v2']);
  });

  longTest('what goes wrong takes both back, and asks nobody for that', async () => {
    const from = daemon.lines.length;
    fleet.commit(values('v3', 'broken-3'));
    const { id } = await daemon.waitFor('plan.waiting', { app: 'back' }, from);
    const approved = daemon.lines.length;
    expect(await decide(id)).toMatchObject({ code: 0 });
    await daemon.waitFor('rollback.done', { app: 'back' }, approved);
    await expect.poll(tags, { timeout: 90_000 }).toEqual(['v2', 'v2']);
    const events = daemon.lines.slice(approved).map(({ event }) => event);
    expect(events.filter((event) => event === 'plan.waiting')).toEqual([]);
  });
});
