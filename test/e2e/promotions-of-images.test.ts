/** Images that go from environment to environment with the digest that ran, and files that go whole. */
import { afterAll, beforeAll, expect } from 'vitest';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { git, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { webChart } from '../support/web-chart.ts';

const files = {
  ...webChart('{{ .Values.image.tag }}'),
  'apps/web.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: web}
spec:
  chart: {path: charts/web}
  namespace: "images-{{environment}}"
  values: ["values/{{environment}}.yaml"]
  promotion: {keys: [image.tag], pin: digest, files: ["boards/{{environment}}.json"]}
  rollback: {soak: 0s}
  timeout: 20s
  environments:
    dev: {}
    prod: {promote: {from: dev}}
`,
  'values/dev.yaml': 'image: {tag: v2}\n',
  'values/prod.yaml': 'image: {tag: v1} # by hand\n',
  'boards/dev.json': '[1]\n',
  'boards/prod.json': '[1]\n',
};
const digest = `sha256:${'4'.repeat(64)}`;

describeOnEach('promotion of images', (cluster) => {
  const scene = daemonOn(cluster, ['images-dev', 'images-prod']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const podsIn = async (namespace: string) =>
    (await scene.client.list({ apiVersion: 'v1', kind: 'Pod', namespace })).items;

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit(files);
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository]);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest('a tag waits until a node has told its digest, and moves with it', async () => {
    const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'pin' });
    expect(waiting['message']).toBe(
      'web dev→prod: image.tag: no node has told yet which digest example.org/web:v2 has',
    );
    for (const { metadata } of await podsIn('images-dev')) {
      const target = { apiVersion: 'v1', kind: 'Pod', namespace: 'images-dev', name: metadata.name ?? '' };
      const status = { containerStatuses: [{ name: 'main', imageID: `example.org/web@${digest}` }] };
      await scene.client.patch(target, { type: 'strategic', body: { status } }, { subresource: 'status' });
    }
    const changed = `values/prod.yaml:1 image.tag v1→v2@${digest}`;
    await daemon.waitFor('promotion.committed', { environment: 'prod', changed });
    await daemon.waitFor('release.deployed', { environment: 'prod', changed });
    expect(git(fleet.remote, 'show', 'main:values/prod.yaml')).toBe(`image: {tag: v2@${digest}} # by hand`);
    const pods = JSON.stringify((await podsIn('images-prod')).map(({ spec }) => spec));
    expect(pods).toContain(`"example.org/web:v2@${digest}"`);
  });

  longTest('a file that moves whole is copied; what a person wrote there since is not written over', async () => {
    const commit = (texts: Record<string, string>) => {
      git(fleet.work, 'pull', '-q', 'origin', 'main');
      return fleet.commit(texts);
    };
    let from = daemon.lines.length;
    commit({ 'boards/dev.json': '[2]\n' });
    const changed = 'boards/prod.json:1 copy of boards/dev.json';
    await daemon.waitFor('promotion.committed', { environment: 'prod', changed }, from);
    expect(git(fleet.remote, 'show', 'main:boards/prod.json')).toBe('[2]');
    from = daemon.lines.length;
    commit({ 'boards/dev.json': '[3]\n', 'boards/prod.json': '["mine"]\n' });
    const proposed = await daemon.waitFor('promotion.proposed', { environment: 'prod', changed }, from);
    expect(proposed['message']).toContain('changed by hand since the last promotion');
    expect(git(fleet.remote, 'show', 'main:boards/prod.json')).toBe('["mine"]');
    expect(git(fleet.remote, 'show', `${proposed['branch']}:boards/prod.json`)).toBe('[3]');
  });
});
