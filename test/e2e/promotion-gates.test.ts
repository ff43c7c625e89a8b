/** What no other scenario has a promotion wait for: time, tests, drift, another hand, a freeze, a window, a file of others. */
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { expectAsPlanned } from '../support/as-planned.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import { rollBackByHand } from '../support/roll-back-by-hand.ts';
import type { LogLine, RunningDaemon } from '../support/start-daemon.ts';

const chart = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/templates/web.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {tag: {{ .Values.image.tag }}}\n',
  // No node has the image of a tag that begins with "broken".
  'charts/web/templates/test.yaml': `apiVersion: v1
kind: Pod
metadata: {name: web-test, annotations: {helm.sh/hook: test}}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  containers: [{name: main, image: "example.org/web:{{ .Values.image.tag }}"}]
`,
};
const application = (more = '') => ({
  'apps/web.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: web}
spec:
  chart: {path: charts/web}
  namespace: "gates-{{environment}}"
  values: ["values/{{environment}}.yaml"]
  promotion: {keys: [image.tag], after: 3s, gates: [tests]}
  rollback: {soak: 0s}
  drift: {policy: report}
  tests: true
  timeout: 20s
  environments:
    dev: {}
    prod: {promote: {from: dev}${more}}
`,
});
const shut = ', sync: {windows: [{deny: "* * * * *", for: 2m}]}';
const inDev = (tag: string) => ({ 'values/dev.yaml': `image: {tag: ${tag}}\n` });

describeOnEach('the gates of a promotion', (cluster) => {
  const scene = daemonOn(cluster, ['gates-dev', 'gates-prod']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const helmGitops = (...args: string[]) =>
    run(scene.folder, [...args, '--config', scene.config], { ...gitEnvironment, USER: 'ann' });
  const commit = (texts: Record<string, string>) => {
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    const from = daemon.lines.length;
    fleet.commit(texts);
    const ofProd = (line: LogLine) => line.event.startsWith('promotion.') && line['environment'] === 'prod';
    return {
      from,
      /** What it waits for is told, and stays so. */
      waits: (reason: string, message: RegExp) =>
        vi.waitFor(
          () => {
            const last = daemon.lines.slice(from).findLast(ofProd);
            expect(last).toMatchObject({ event: 'promotion.waiting', reason, message: expect.stringMatching(message) });
          },
          { timeout: 90_000, interval: 50 },
        ),
      /** And prod gets what a plan of that commit says. */
      async goes() {
        const committed = await daemon.waitFor('promotion.committed', { environment: 'prod' }, from);
        const id = String(committed['commit']);
        const line = await daemon.waitFor('release.deployed', { environment: 'prod', commit: id }, from);
        const revisions = ['--commit', id, '--base', git(fleet.remote, 'rev-parse', `${id}^`)];
        const { stdout } = await helmGitops('plan', '-e', 'prod', ...revisions, '--offline', '-o', 'json');
        await expectAsPlanned(stdout, { daemon, client: scene.client, line });
        return committed;
      },
    };
  };
  const tagInGit = () => git(fleet.remote, 'show', 'main:values/prod.yaml');
  const edit = (tag: string) =>
    scene.client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'gates-dev', name: 'web' },
      { type: 'merge', body: { data: { tag } } },
      { fieldManager: 'kubectl-edit' },
    );

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...chart, ...application(), ...inDev('v1'), 'values/prod.yaml': 'image: {tag: v1}\n' });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository], 'release.deployed', { environment: 'prod' });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest('it goes once it has been healthy for so long, and its tests have passed', async () => {
    const version = commit(inDev('v2'));
    await version.waits('after', /^web\/dev healthy since \S+, 3s asked for$/);
    expect(tagInGit()).toContain('v1');
    const committed = await version.goes();
    expect(timeOf(committed) - timeOf(healthyBefore(daemon.lines, version.from))).toBeGreaterThanOrEqual(3_000);
    const message = git(fleet.remote, 'log', '-1', '--format=%B', String(committed['commit']));
    expect(message).toContain('\nHelm-Gitops-Gates: healthy, after, drift, tests');
    expect(tagInGit()).toContain('v2');
  });

  longTest('it does not where its tests fail; the next version passes it by', async () => {
    const broken = commit(inDev('broken-3'));
    await daemon.waitFor('rollback.done', { environment: 'dev' }, broken.from);
    await broken.waits('healthy', /^web\/dev was rolled back: ImagePullBackOff$/);
    expect(tagInGit()).toContain('v2');
    expect(await commit(inDev('v4')).goes()).toMatchObject({ changed: 'values/prod.yaml:1 image.tag v2→v4' });
  });

  longTest('it does not while its target is frozen, nor while what it comes from has drifted', async () => {
    expect(await helmGitops('freeze', '-e', 'prod', '--reason', 'sale of the year')).toMatchObject({ code: 0 });
    const version = commit(inDev('v5'));
    await version.waits('freeze', /^prod is frozen by ann since \S+: sale of the year/);
    await edit('v5-by-hand');
    await version.waits('drift', /^web\/dev has drifted: ConfigMap\/web \(workload\); prod is frozen/);
    expect(await helmGitops('unfreeze', '-e', 'prod')).toMatchObject({ code: 0 });
    await version.waits('drift', /^web\/dev has drifted: ConfigMap\/web \(workload\)$/);
    expect(tagInGit()).toContain('v4');
    await edit('v5');
    await version.goes();
    expect(tagInGit()).toContain('v5');
  });

  longTest('it does not while another hand has rolled back what it comes from', async () => {
    const version = commit({ ...application(shut), ...inDev('v6') });
    await version.waits('windows', /^outside of /);
    await rollBackByHand(scene.client, { namespace: 'gates-dev', name: 'web' });
    await version.waits('drift', /^web\/dev has drifted: Release\/web \(workload\); outside of /);
    const [row] = JSON.parse((await helmGitops('promotions', 'web', '-o', 'json')).stdout);
    const states = row.gates.map(({ name, open }: { name: string; open: boolean }) => `${name} ${open}`);
    expect(states).toEqual(expect.arrayContaining(['healthy true', 'drift false', 'tests true', 'windows false']));
    daemon = await scene.restart();
    const again = commit(application());
    await again.waits('drift', /^web\/dev has drifted: Release\/web \(workload\)$/);
    expect(tagInGit()).toContain('v5');
  });

  longTest('nor outside of the windows of its target', async () => {
    const version = commit({ ...application(shut), ...inDev('v7') });
    await version.waits('windows', /^outside of /);
    await commit(application()).goes();
    expect(tagInGit()).toContain('v7');
  });

  longTest('nor into a file that another application reads too', async () => {
    const other = 'apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: other}\nspec: ';
    const spec =
      '{chart: {path: charts/web}, values: [values/prod.yaml], sync: {suspend: true}, environments: {dev: {}}}';
    const version = commit({ 'apps/other.yaml': `${other}${spec}\n`, ...inDev('v8') });
    await version.waits('shared-file', /image\.tag: it is set in a file that others read too/);
    expect(tagInGit()).toContain('v7');
    await commit({ 'apps/other.yaml': `${other}${spec.replace('prod', 'dev')}\n` }).goes();
    expect(tagInGit()).toContain('v8');
  });
});

const timeOf = ({ time }: LogLine): number => Date.parse(String(time));

function healthyBefore(lines: readonly LogLine[], from: number): LogLine {
  const found = lines
    .slice(from)
    .find(({ event, environment }) => event === 'release.healthy' && environment === 'dev');
  if (found === undefined) throw new Error('nothing was healthy in dev');
  return found;
}
