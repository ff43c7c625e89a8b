/** A chart that renders applications: they are definitions, and no part of what Helm records of the chart. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import { runCommand } from '../support/run-command.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const run = promisify(execFile);
const helm = process.env['HELM_BIN'];
/** Seconds each, so they run where a real cluster is at hand. */
const patient = test.skipIf(process.env['KUBECONFIG_REAL'] === undefined);
const namespace = 'nested';
const configMap =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n';
const children = `{{- range $name, $child := .Values.applications }}
---
apiVersion: helm-gitops.io/v1
kind: Application
metadata:
  name: {{ $name }}
spec:
  chart: {path: charts/{{ $child.chart | default "settings" }}}
  namespace: {{ $child.namespace | default "${namespace}" }}
  values:
    - inline: {{ $child | toJson }}
{{- end }}
`;
const charts = {
  'fleet/charts/settings/Chart.yaml': chartYaml('settings'),
  'fleet/charts/settings/templates/settings.yaml': configMap,
  'fleet/charts/apps/Chart.yaml': chartYaml('apps'),
  'fleet/charts/apps/templates/children.yaml': children,
  'fleet/charts/apps/templates/own.yaml': configMap,
};
const parent = (applications: unknown, more = '') => ({
  'fleet/apps/parent.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: parent}
spec:
  chart: {path: charts/apps}
  namespace: ${namespace}
  values:
    - inline: ${JSON.stringify({ colour: 'white', applications })}
${more}`,
});
const red = { colour: 'red' };

describeOnEach('a chart that renders applications', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let daemon: RunningDaemon;
  const since = (from: number, ...events: string[]) =>
    daemon.lines.slice(from).filter(({ event }) => events.includes(event));
  const colour = async (name: string) => {
    const object = await scene.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
    return (object?.['data'] as { colour: string } | undefined)?.colour;
  };
  const newest = async (name: string) => {
    const history = openHistory({ client: scene.client, namespace, name, onUnreadable: () => undefined });
    return (await history.list()).at(-1)?.record;
  };

  beforeAll(async () => {
    scene.write({ ...charts, ...parent({ web: red, mail: { colour: 'blue' } }) });
    const repositories = 'repositories: [{name: fleet, url: fleet, path: apps, poll: 1s}]';
    daemon = await scene.start([repositories, 'defaults: {rollback: {soak: 100ms}}']);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('leads to them, and is recorded without them', async () => {
    await daemon.waitFor('release.deployed', { app: 'web' });
    await daemon.waitFor('release.deployed', { app: 'mail' });
    expect([await colour('parent'), await colour('web'), await colour('mail')]).toEqual(['white', 'red', 'blue']);
    const manifest = (await newest('parent'))?.manifest ?? '';
    expect(manifest).toContain('# Source: apps/templates/own.yaml');
    expect(manifest).not.toContain('helm-gitops.io');
    expect(since(0, 'release.failed', 'definition.invalid', 'internal.error')).toEqual([]);
  });

  test('is followed: what changes is deployed, what it renders no more goes', async () => {
    let from = daemon.lines.length;
    scene.write(parent({ web: { colour: 'green' }, mail: { colour: 'blue' } }));
    const line = await daemon.waitFor('release.deployed', { app: 'web', version: 2 }, from);
    expect(line['changed']).toContain('charts/apps/templates/children.yaml (rendered by parent)');
    from = daemon.lines.length;
    scene.write(parent({ web: { colour: 'green' } }));
    await daemon.waitFor('release.uninstalled', { app: 'mail' }, from);
    expect([await colour('web'), await colour('mail')]).toEqual(['green', undefined]);
    expect(since(from, 'removal.waiting', 'internal.error')).toEqual([]);
  });

  patient('that fails to render keeps what it rendered last', async () => {
    let from = daemon.lines.length;
    scene.write({ 'fleet/charts/apps/templates/broken.yaml': '{{ fail "no" }}' });
    const line = await daemon.waitFor('definition.invalid', {}, from);
    expect(line['message']).toContain('the applications that its chart renders are not known');
    await daemon.waitFor('release.unchanged', { app: 'web' }, from);
    daemon = await scene.restart();
    expect([await colour('web'), since(0, 'release.uninstalled')]).toEqual(['green', []]);
    from = daemon.lines.length;
    scene.write({ 'fleet/charts/apps/templates/broken.yaml': '' });
    await daemon.waitFor('definition.recovered', {}, from);
    await daemon.waitFor('release.unchanged', { app: 'web' }, from);
    expect(since(from, 'release.uninstalled', 'removal.waiting')).toEqual([]);
  });

  patient('whose applications render others, and a circle is named', async () => {
    let from = daemon.lines.length;
    const inner = { chart: 'apps', colour: 'gray', applications: { deep: { colour: 'black' } } };
    scene.write(parent({ web: { colour: 'green' }, inner }));
    await daemon.waitFor('release.deployed', { app: 'deep' }, from);
    expect([await colour('inner'), await colour('deep')]).toEqual(['gray', 'black']);
    from = daemon.lines.length;
    const circle = { chart: 'apps', colour: 'gray', applications: { parent: red, deep: { colour: 'black' } } };
    scene.write(parent({ web: { colour: 'green' }, inner: circle }));
    const line = await daemon.waitFor('definition.invalid', {}, from);
    expect(line).toMatchObject({
      message: "charts render each other's applications in a cycle: parent → inner → parent",
    });
    expect(await colour('parent')).toBe('white');
  });

  patient('is shown by commands, with where each comes from', async () => {
    scene.write(parent({ web: { colour: 'green' } }));
    await daemon.waitFor('removal.waiting', { app: 'inner' });
    const command = (...words: string[]) => runCommand(scene.config, ...words);
    expect((await command('validate')).stdout).toContain('2 releases, 0 problems');
    expect((await command('plan')).stdout).toContain('web/default: nothing to do');
    expect((await command('status')).stdout).toMatch(/^web +default/m);
    expect((await command('values', 'web', '-e', 'default', '--key', 'colour')).stdout).toContain(
      'charts/apps/templates/children.yaml (rendered by parent)',
    );
  });

  patient('a project holds them like those in files', async () => {
    const project = (name: string, spec: string) =>
      `apiVersion: helm-gitops.io/v1\nkind: Project\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
    const from = daemon.lines.length;
    scene.write({
      'fleet/apps/projects.yaml': project('narrow', `{destinations: [{namespace: ${namespace}}]}`),
      ...parent({ web: { colour: 'green', namespace: 'elsewhere' } }, '  project: narrow\n'),
    });
    const lines = async () => (await runCommand(scene.config, 'validate')).stderr;
    expect(await lines()).toContain('children.yaml (rendered by parent)');
    await daemon.waitFor('definition.invalid', {}, from);
    expect(await colour('web')).toBe('green');
  });

  // The record is what Helm works from.
  test.skipIf(helm === undefined)('Helm takes it away like any other', async () => {
    await run(helm ?? '', ['uninstall', 'parent', '-n', namespace, '--kubeconfig', cluster.kubeconfig(scene.folder)]);
    expect(await newest('parent')).toBeUndefined();
    expect(await colour('web')).toBe('green');
  });
});
