/** Plans that a person approves, or saves: what was seen is what is deployed, and where anything moved nothing is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FrozenPlan } from '../../src/foundation/state/frozen-plan.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import { rollBackByHand } from '../support/roll-back-by-hand.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

/** A password that is made once and looked up from then on, and a stamp: chance is no reason to refuse anything. */
const chart = {
  'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'charts/shop/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: "{{ .Values.colour }}"}\n',
  'charts/shop/templates/secret.yaml': `{{- $known := lookup "v1" "Secret" .Release.Namespace "key" }}
apiVersion: v1
kind: Secret
metadata: {name: key}
data: {password: "{{ if $known }}{{ $known.data.password }}{{ else }}{{ randAlphaNum 20 | b64enc }}{{ end }}"}
`,
  'charts/shop/templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {stamp: "{{ now | date "15:04:05.000" }}{{ randAlphaNum 4 }}"}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "example.org/web:{{ .Values.tag }}"}]}
`,
};
const application = (name: string, environment: string, spec: string) => ({
  [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/shop}
  namespace: "frozen-${name}"
  values: ["values/${name}.yaml"]
  rollback: {soak: 0s}
  ${spec}
  environments: {${environment}: {}}
`,
});
const values = (name: string, tag: string, colour = 'red') => ({
  [`values/${name}.yaml`]: `# ${name}\ntag: ${tag}\ncolour: ${colour}\n`,
});
const environments = `apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: prod}
spec: {enforce: {sync: {approval: plan}}}
---
apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: dev}
`;

describeOnEach('a frozen plan', (cluster) => {
  const scene = daemonOn(cluster, ['frozen-shop', 'frozen-desk']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const helmGitops = (...args: string[]) =>
    run(scene.folder, [...args, '--config', scene.config], { ...gitEnvironment, USER: 'ann' });
  const waiting = async (from = 0) => {
    const { id } = await daemon.waitFor('plan.waiting', { app: 'shop' }, from);
    return String(id);
  };
  const rows = async () => JSON.parse((await helmGitops('plans', '-o', 'json')).stdout) as Row[];
  const settings = (namespace: string) =>
    scene.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' });
  const edit = (namespace: string, colour: string) =>
    scene.client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' },
      { type: 'merge', body: { data: { colour } } },
      { fieldManager: 'kubectl-edit' },
    );

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({
      ...chart,
      'apps/environments.yaml': environments,
      ...application('shop', 'prod', ''),
      ...application('desk', 'dev', 'sync: {automatic: false}'),
      ...{ ...values('shop', 'v1'), ...values('desk', 'v1') },
    });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository]);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('a first install waits, is shown, and is done once somebody approves', async () => {
    const id = await waiting();
    expect(await settings('frozen-shop')).toBeUndefined();
    const shown = await helmGitops('plans');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain(`shop/prod: ${id} waits for approval since `);
    expect(shown.stdout).toContain('  + create Deployment/web\n');
    expect((await helmGitops('status', 'shop')).stdout).toContain(`${id} waits for approval since`);
    const from = daemon.lines.length;
    expect(await helmGitops('approve', id)).toMatchObject({
      ...{ code: 0, stderr: '', stdout: `shop/prod: approve done, ${id} by ann\n` },
    });
    await daemon.waitFor('plan.approved', { id, by: 'ann' }, from);
    await daemon.waitFor('release.deployed', { app: 'shop', version: 1 }, from);
    expect((await helmGitops('plans')).stdout).toBe('no plan waits\n');
  });

  longTest(
    'another commit makes another plan, which survives a restart; the former cannot be approved any more',
    async () => {
      let from = daemon.lines.length;
      fleet.commit(values('shop', 'v2'));
      const first = await waiting(from);
      from = daemon.lines.length;
      fleet.commit(values('shop', 'v3'));
      await daemon.waitFor('plan.waiting', { app: 'shop', changed: 'values/shop.yaml:2 tag v1→v3' }, from);
      expect((await helmGitops('approve', first)).code).not.toBe(0);
      const [row] = await rows();
      daemon = await scene.restart();
      expect(await waiting()).toBe(row?.plan.id);
      expect(row?.plan.objects.map(({ object, restarts }) => [object, restarts])).toEqual([['Deployment/web', true]]);
    },
  );

  longTest('live state that moved refuses the approval, names the field, and makes a new plan', async () => {
    const [row] = await rows();
    const id = row?.plan.id ?? '';
    await edit('frozen-shop', 'blue');
    const refused = await helmGitops('approve', id);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      `shop/prod: approve refused, ${id} is not what would be done now: ConfigMap/settings: nothing to do, now update; that is plan-`,
    );
    const [fresh] = await rows();
    expect(fresh?.plan.id).not.toBe(id);
    const from = daemon.lines.length;
    expect((await helmGitops('approve', fresh?.plan.id ?? '')).code).toBe(0);
    await daemon.waitFor('release.deployed', { app: 'shop', version: 2 }, from);
    expect((await settings('frozen-shop'))?.['data']).toEqual({ colour: 'red' });
  });

  longTest('a plan that was saved is carried out as it was seen', async () => {
    await daemon.waitFor('release.blocked', { app: 'desk', reason: 'not-automatic' });
    const saved = await helmGitops('plan', 'desk', '--save', 'desk.json');
    expect(saved).toMatchObject({ code: 0, stderr: 'saved the plan of 1 release\n' });
    const from = daemon.lines.length;
    const synced = await helmGitops('sync', '--plan', 'desk.json');
    expect([synced.code, synced.stdout, synced.stderr]).toEqual([
      ...[0, expect.stringMatching(/^desk\/dev: sync done, plan-\w+ by ann\n$/), ''],
    ]);
    await daemon.waitFor('release.deployed', { app: 'desk', version: 1 }, from);
    const text = readFileSync(join(scene.folder, 'desk.json'), 'utf8');
    const secret = await scene.client.get({ apiVersion: 'v1', kind: 'Secret', namespace: 'frozen-desk', name: 'key' });
    const { password = '' } = Object(secret?.['data']) as { password?: string };
    expect(password).not.toBe('');
    expect(text).not.toContain(password);
    expect(text).not.toContain(Buffer.from(password, 'base64').toString());
  });

  longTest('and refused when inputs have moved, or what is live, or the file', async () => {
    const from = daemon.lines.length;
    fleet.commit(values('desk', 'v2'));
    await daemon.waitFor('release.blocked', { app: 'desk', reason: 'not-automatic' }, from);
    await helmGitops('plan', 'desk', '--save', 'desk.json');
    const path = join(scene.folder, 'desk.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('example.org/web:v2', 'example.org/web:v1'));
    expect((await helmGitops('sync', '--plan', 'desk.json')).stderr).toContain('web:v1, now example.org/web:v1→');
    writeFileSync(path, text);
    await edit('frozen-desk', 'green');
    expect((await helmGitops('sync', '--plan', 'desk.json')).stderr).toContain(
      'ConfigMap/settings: nothing to do, now update',
    );
    await edit('frozen-desk', 'red');
    const again = daemon.lines.length;
    fleet.commit(values('desk', 'v3'));
    await daemon.waitFor('release.blocked', { app: 'desk', reason: 'not-automatic' }, again);
    const moved = await helmGitops('sync', '--plan', 'desk.json');
    expect([moved.code, moved.stderr]).toEqual([1, expect.stringContaining('values/desk.yaml:2 tag v1→v3')]);
    const back = daemon.lines.length;
    fleet.commit(values('desk', 'v2'));
    await daemon.waitFor('release.blocked', { app: 'desk' }, back);
    expect((await helmGitops('sync', '--plan', 'desk.json')).code).toBe(0);
    await daemon.waitFor('release.deployed', { app: 'desk', version: 2 }, again);
  });

  longTest('nor is it when an object has gone, the chart has moved, or somebody has used helm', async () => {
    const save = () => helmGitops('plan', 'desk', '--save', 'desk.json');
    const refused = async () => {
      const { code, stdout, stderr } = await helmGitops('sync', '--plan', 'desk.json');
      expect([code, stdout]).toEqual([1, '']);
      return stderr;
    };
    const commit = async (files: Readonly<Record<string, string>>) => {
      const from = daemon.lines.length;
      fleet.commit(files);
      await daemon.waitFor('release.blocked', { app: 'desk', reason: 'not-automatic' }, from);
    };
    await commit(values('desk', 'v4'));
    await save();
    await scene.client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'frozen-desk', name: 'settings' });
    expect(await refused()).toContain('ConfigMap/settings: nothing to do, now create');
    await save();
    await commit({ 'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.1.0\n' });
    expect(await refused()).toContain(
      ': chart shop-1.0.0→shop-1.1.0; helm-gitops plan --save says what would be done now\n',
    );
    await save();
    const revision = await rollBackByHand(scene.client, { namespace: 'frozen-desk', name: 'desk' });
    expect(await refused()).toContain(`it was to follow revision ${revision - 1} of Helm, now revision ${revision}`);
  });
});

interface Row {
  readonly app: string;
  readonly plan: FrozenPlan;
}
