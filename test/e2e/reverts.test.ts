/** Changes that go wrong, and what the daemon then takes back in git: exactly those lines, once, or the reason why not. */
import { afterAll, beforeAll, expect, vi } from 'vitest';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const application = (name: string, settings: string) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/web}
  namespace: reverts-${name}
  values: [values/common.yaml, values/${name}.yaml]
  rollback: {soak: 1s${settings}}
  timeout: 30s
  environments: {prod: {}}
`;
const good = `# of web
image:
  tag: v1 # by hand
color: red # nice
# the last one
last: 1
`;
const bad = `# of web
image:
  tag: broken-2 # by hand
# of the new one
extra:
  deep: [1, 2]
# the last one
last: 1
`;
const files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {color: "{{ .Values.color }}"}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "example.org/web:{{ .Values.prefix }}{{ .Values.image.tag }}"}]}
`,
  'environments.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: prod}\nspec: {}\n',
  'apps/web.yaml': application('web', ', revert: commit'),
  'apps/asks.yaml': application('asks', ', revert: pullRequest'),
  'values/common.yaml': 'prefix: ""\n',
  'values/web.yaml': good,
  'values/asks.yaml': 'image: {tag: v1}\n',
};

// With the judges only: everything in it waits for pods that fail, and for soaks.
describeOnEach('a change that was rolled back', (cluster) => {
  const scene = daemonOn(cluster, ['reverts-web', 'reverts-asks']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const helmGitops = (...args: string[]) => run(scene.folder, [...args, '--config', scene.config], gitEnvironment);
  const head = (...args: string[]) => git(fleet.remote, ...args);
  const commit = (texts: Record<string, string>, message = 'Change') => {
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    return fleet.commit(texts, message);
  };
  const versions = async (app: string) =>
    JSON.parse((await helmGitops('history', app, '-o', 'json')).stdout).map(
      ({ version, status }: { version: number; status: string }) => `${version} ${status}`,
    );
  const status = async (app: string) => JSON.parse((await helmGitops('status', app, '-o', 'json')).stdout)[0];

  /** A bad change of what asks first, up to the proposal. */
  const proposed = async (tag = 'broken-2') => {
    const from = daemon.lines.length;
    commit({ 'values/asks.yaml': `image: {tag: ${tag}}\n` });
    const { branch } = await daemon.waitFor('revert.proposed', { app: 'asks' }, from);
    return { from, branch: branch as string };
  };
  const merge = async (branch: string, from: number) => {
    git(fleet.work, 'fetch', '-q', 'origin', branch);
    git(fleet.work, 'merge', '-q', 'FETCH_HEAD');
    git(fleet.work, 'push', '-q', 'origin', 'HEAD:main');
    await daemon.waitFor('revision.released', { app: 'asks' }, from);
  };

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, '.keep': '' });
    daemon = await scene.start([`repositories: [{name: fleet, url: ${fleet.remote}, revision: main, poll: 1s}]`]);
    for (const app of ['web', 'asks']) await daemon.waitFor('release.healthy', { app });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest('is taken back in git, line by line, and nothing is deployed for it', async () => {
    const from = daemon.lines.length;
    const broken = commit({ 'values/web.yaml': bad }, 'Release web 2');
    const reverted = await daemon.waitFor('revert.committed', { app: 'web' }, from);
    expect(reverted).toMatchObject({ from: 2, branch: 'main' });
    expect(reverted['changed']).toBe(
      'values/web.yaml:3 image.tag broken-2→v1; values/web.yaml:4 color (none)→red; values/web.yaml:5 extra {"deep":[1,2]}→(none)',
    );
    await daemon.waitFor('revision.released', { app: 'web' }, from);
    expect(head('show', 'main:values/web.yaml')).toBe(good.trim());
    const message = head('log', '-1', '--format=%B', 'main');
    expect(message).toMatch(
      /^revert web\/prod: 3 values\n\nRevision 2 of web\/prod, deployed from [0-9a-f]{7} \(Ada, "Release web 2"\), failed: /,
    );
    expect(message).toContain('Since then revision 3 runs, which repeats revision 1 and is healthy.');
    expect(message.split('\n').slice(-3)).toEqual([
      'Helm-Gitops-Revert: web/prod',
      `Helm-Gitops-Incident: ${reverted['id']}`,
      `Helm-Gitops-Source: ${broken}`,
    ]);
    expect(await versions('web')).toEqual(['1 superseded', '2 failed', '3 deployed']);
    expect((await status('web')).message ?? '').toBe('');
    expect((await helmGitops('incidents', 'web')).stdout).toContain(
      `taken back in git by ${head('rev-parse', 'main').slice(0, 7)}`,
    );
  });

  longTest('is not taken back again by a daemon that starts anew', async () => {
    const before = head('rev-parse', 'main');
    daemon = await scene.restart();
    commit({ 'README.md': 'Hello\n' });
    await daemon.waitFor('revision.found', {}, daemon.lines.length);
    await daemon.waitFor('daemon.ready');
    expect(head('rev-parse', 'main~1')).toBe(before);
  });

  longTest('is proposed on a branch, and over once somebody merges that', async () => {
    const { from, branch } = await proposed();
    expect(branch).toBe('helm-gitops/revert/asks-prod');
    expect(head('show', `${branch}:values/asks.yaml`)).toBe('image: {tag: v1}');
    expect(head('show', 'main:values/asks.yaml')).toBe('image: {tag: broken-2}');
    expect((await status('asks')).message).toContain(`merge ${branch} to take it back in git`);
    await merge(branch, from);
    expect(await versions('asks')).toEqual(['1 superseded', '2 failed', '3 deployed']);
  });

  longTest('that comes again after its revert was merged is tried again, and taken back again', async () => {
    const before = head('rev-list', '--count', 'main');
    await proposed();
    // Nobody merges that, and another bad one comes: its proposal takes the place of the first.
    const { from, branch } = await proposed('broken-3');
    expect(head('show', `${branch}:values/asks.yaml`)).toBe('image: {tag: v1}');
    expect(head('rev-parse', `${branch}~1`)).toBe(head('rev-parse', 'main'));
    await merge(branch, from);
    expect(await versions('asks')).toEqual([
      ...['1 superseded', '2 failed', '3 superseded', '4 failed', '5 superseded', '6 failed', '7 deployed'],
    ]);
    expect(Number(head('rev-list', '--count', 'main')) - Number(before)).toBe(3);
  });

  longTest('together with another bad one that came meanwhile is taken back as a whole, by one commit', async () => {
    const from = daemon.lines.length;
    commit({ 'values/web.yaml': good.replace('v1', 'broken-4') }, 'Release web 4');
    await daemon.waitFor('rollback.started', { app: 'web' }, from);
    const second = commit(
      { 'values/web.yaml': good.replace('v1', 'broken-5').replace('red', 'blue') },
      'Release web 5',
    );
    const reverted = await daemon.waitFor('revert.committed', { app: 'web' }, from);
    expect(reverted['changed']).toBe('values/web.yaml:3 image.tag broken-5→v1; values/web.yaml:4 color blue→red');
    await daemon.waitFor('revision.released', { app: 'web' }, daemon.lines.indexOf(reverted));
    expect(head('show', 'main:values/web.yaml')).toBe(good.trim());
    expect(head('log', '-1', '--format=%B', 'main')).toContain(`Helm-Gitops-Source: ${second}`);
    expect(head('rev-parse', 'main~1')).toBe(second);
    expect((await status('web')).message ?? '').toBe('');
    const again = daemon.lines.length;
    commit({ 'values/web.yaml': good.replace('v1', 'broken-4') }, 'Release web 4, again');
    await daemon.waitFor('revert.committed', { app: 'web' }, again);
    await daemon.waitFor('revision.released', { app: 'web' }, again);
    expect(head('show', 'main:values/web.yaml')).toBe(good.trim());
    expect((await versions('web')).filter((version: string) => / deployed$/.test(version)).length).toBe(1);
  });

  longTest(
    'waits while another release, that nobody touched, is refused its pods; then it is rolled back and taken back',
    async () => {
      const namespace = 'reverts-asks';
      const quota = { apiVersion: 'v1', kind: 'ResourceQuota', name: 'none', namespace };
      const none = {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'none', namespace },
        spec: { hard: { pods: '0' } },
      };
      await scene.client.apply(none as unknown as KubernetesObject, { fieldManager: 'ann', force: true });
      for (const { metadata } of (await scene.client.list({ apiVersion: 'v1', kind: 'Pod', namespace })).items)
        await scene.client.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: metadata.name ?? '' });
      const from = daemon.lines.length;
      await vi.waitFor(
        async () => {
          const at = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
          expect((await scene.client.get(at))?.['status']).toMatchObject({ unavailableReplicas: 1 });
        },
        { timeout: 90_000, interval: 250 },
      );
      commit({ 'values/web.yaml': good.replace('v1', 'broken-3') });
      const held = await daemon.waitFor('rollback.held', { app: 'web' }, from);
      expect(held).toMatchObject({
        reason: 'outside-cause',
        message: expect.stringContaining('asks/prod: Deployment/web'),
      });
      expect((await versions('web')).at(-1)).toMatch(/ failed$/);
      await scene.client.delete(quota);
      await daemon.waitFor('rollback.done', { app: 'web' }, from);
      await daemon.waitFor('revert.committed', { app: 'web' }, from);
      expect(head('show', 'main:values/web.yaml')).toBe(good.trim());
    },
  );

  longTest(
    'stays in git where others read the same file, or where the chart itself changed, and status says so',
    async () => {
      let from = daemon.lines.length;
      let broken = commit({ 'values/common.yaml': 'prefix: broken-\n' });
      const shared = await daemon.waitFor('revert.impossible', { app: 'web' }, from);
      expect(shared).toMatchObject({ reason: 'shared-file', hint: expect.stringContaining(broken.slice(0, 7)) });
      expect(shared['message']).toBe(
        'web/prod: prefix: it is set in a file that others read too (values/common.yaml:1)',
      );
      expect((await status('web')).message).toContain('not taken back in git: web/prod: prefix: it is set in a file');
      expect(head('rev-parse', 'main')).toBe(broken);
      commit({ 'values/common.yaml': files['values/common.yaml'] });
      await daemon.waitFor('revision.released', { app: 'web' }, from);
      from = daemon.lines.length;
      const template = files['charts/web/templates/web.yaml'].replace('.Values.prefix', '"broken-"');
      broken = commit({ 'charts/web/templates/web.yaml': template });
      const chart = await daemon.waitFor('revert.impossible', { app: 'web' }, from);
      expect(chart).toMatchObject({ reason: 'chart' });
      expect(chart['message']).toContain('charts/web/templates/web.yaml');
      expect(head('rev-parse', 'main')).toBe(broken);
    },
  );
});
