/** A definition's file that is emptied, by an editor that saves in two steps or by accident: of every tool, and of what led to it. */
import { afterAll, beforeAll, expect } from 'vitest';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { longTest } from '../support/long-test.ts';
import { chartYaml } from '../support/make-chart.ts';
import { runCommand } from '../support/run-command.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const namespace = 'emptied';
const settings =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n';
const url = 'https://git.example.com/team/fleet.git';
const own = (name: string) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec: {chart: {path: charts/settings}, namespace: ${namespace}, values: [{inline: {colour: ${name}}}]}
`;
const ofArgo = (name: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd, finalizers: [resources-finalizer.argocd.argoproj.io]}
spec:
  project: default
  destination: {server: https://kubernetes.default.svc, namespace: ${namespace}}
  source: {repoURL: ${url}, path: charts/settings, helm: {values: "colour: ${name}"}}
  syncPolicy: {automated: {prune: true}, syncOptions: [CreateNamespace=true]}
`;
const ofFlux = (name: string) => `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: ${name}, namespace: ${namespace}}
spec: {url: ${url}, interval: 1m}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  interval: 1m
  chart: {spec: {chart: ./charts/settings, sourceRef: {kind: GitRepository, name: ${name}}}}
  values: {colour: ${name}}
`;
const kustomization = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: fleet, namespace: ${namespace}}
spec: {url: ${url}, interval: 1m}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: base, namespace: ${namespace}}
spec: {interval: 1m, path: ./base, prune: true, sourceRef: {kind: GitRepository, name: fleet}}
`;
const root = `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: root}\nspec: {apps: {path: team}}\n`;
const argoRoot = ofArgo('argo-root')
  .replace('charts/settings', 'argo-team')
  .replace(', helm: {values: "colour: argo-root"}', '');
const bundle = own('bundle').replace('charts/settings', 'charts/bundle');

/** What is emptied, what it said, what of it runs, and why that stays. */
const rows: readonly (readonly [title: string, file: string, text: string, release: string, reason: string])[] = [
  ['ours', 'apps/own.yaml', own('own'), 'own', 'apps/own.yaml is still there and does not define own any more'],
  [
    'Argo CD’s',
    'apps/argo.yaml',
    ofArgo('argo'),
    'argo',
    'apps/argo.yaml is still there and does not define argo any more',
  ],
  [
    'Flux’s',
    'apps/flux.yaml',
    ofFlux('flux'),
    'flux',
    'apps/flux.yaml is still there and does not define emptied.flux any more',
  ],
  ['one that leads to a folder', 'apps/root.yaml', root, 'child', 'apps/root.yaml is empty, and root led to child'],
  [
    'one of Argo CD that leads to a folder',
    'apps/argo-root.yaml',
    argoRoot,
    'led',
    'apps/argo-root.yaml is empty, and argo-root led to led',
  ],
  [
    'one whose chart renders it',
    'apps/bundle.yaml',
    bundle,
    'inner',
    'apps/bundle.yaml is empty, and bundle led to inner',
  ],
  [
    'a Kustomization of Flux',
    'clusters/one.yaml',
    kustomization,
    'based',
    `clusters/one.yaml is empty, and ${namespace}/base led to emptied.based`,
  ],
];

describeOnEach('a definition whose file is emptied', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let daemon: RunningDaemon;
  const colour = async (name: string) => {
    const object = await scene.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
    return (object?.['data'] as { colour: string } | undefined)?.colour;
  };
  const write = (file: string, text: string) => scene.write({ [`fleet/${file}`]: text });

  beforeAll(async () => {
    scene.write({
      'fleet/charts/settings/Chart.yaml': chartYaml('settings'),
      'fleet/charts/settings/templates/settings.yaml': settings,
      'fleet/charts/bundle/Chart.yaml': chartYaml('bundle'),
      'fleet/charts/bundle/templates/inner.yaml': `${settings}---\n${own('inner')}`,
      'fleet/team/child.yaml': own('child'),
      'fleet/argo-team/led.yaml': ofArgo('led'),
      'fleet/base/release.yaml': ofFlux('based'),
    });
    for (const [, file, text] of rows) write(file, text);
    const repository = (name: string, path: string) =>
      `{name: ${name}, url: fleet, aliases: ["${url}"], path: ${path}, poll: 1s}`;
    daemon = await scene.start([
      `repositories: [${repository('fleet', 'apps')}, ${repository('clusters', 'clusters')}]`,
      'defaults: {rollback: {soak: 100ms}}',
    ]);
    for (const [, , , release] of rows) await daemon.waitFor('release.healthy', { release });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest.each(rows)('%s: what runs waits, and goes on as it was', async (_, file, text, release, reason) => {
    let from = daemon.lines.length;
    write(file, '');
    const waiting = await daemon.waitFor('removal.waiting', { release }, from);
    expect(waiting).toMatchObject({
      reason,
      hint: expect.stringMatching(`confirm r-(emptied\\.)?${release}-default$`),
    });
    expect(await colour(release)).toBe(release);
    from = daemon.lines.length;
    write(file, text);
    await daemon.waitFor('release.unchanged', { release }, from);
    expect(await colour(release)).toBe(release);
    const gone = daemon.lines.filter(({ event }) => event === 'release.uninstalled' || event === 'internal.error');
    expect(gone).toEqual([]);
  });

  longTest('goes where a person says so', async () => {
    const from = daemon.lines.length;
    write('apps/flux.yaml', '# nothing\n');
    await daemon.waitFor('removal.waiting', { release: 'flux' }, from);
    expect(await runCommand(scene.config, 'confirm', 'r-emptied.flux-default')).toMatchObject({ code: 0 });
    await daemon.waitFor('release.uninstalled', { release: 'flux' }, from);
    expect([await colour('flux'), await colour('argo')]).toEqual([undefined, 'argo']);
  });
});
