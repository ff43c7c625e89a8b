/** What becomes of releases whose definitions are gone, or only seem to be. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import { runCommand } from '../support/run-command.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

/** Seconds each, so they run where a real cluster is at hand. */
const patient = test.skipIf(process.env['KUBECONFIG_REAL'] === undefined);
const namespace = 'removals';
const chart = {
  'fleet/charts/settings/Chart.yaml': chartYaml('settings'),
  'fleet/charts/settings/templates/settings.yaml':
    '{{ if .Values.colour }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n{{ end }}\n',
};

/** Values as different as that none is taken for another one renamed. */
function application(name: string, colour = 'red', releaseName = name, more = '') {
  const own = Array.from({ length: 12 }, (_, number) => `        ${name}${number}: ${name.length + number}`);
  return `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/settings}
  namespace: ${namespace}
  releaseName: ${releaseName}
${more}  values:
    - inline:
        colour: "${colour}"
${own.map((line) => line.replaceAll(name, `key${name.charCodeAt(0)}`)).join('\n')}
`;
}

describeOnEach('a definition that is gone', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let daemon: RunningDaemon;
  const file = (name: string) => join(scene.folder, 'fleet', 'apps', `${name}.yaml`);
  const write = (name: string, text: string) => scene.write({ [`fleet/apps/${name}.yaml`]: text });
  const since = (from: number, ...events: string[]) =>
    daemon.lines.slice(from).filter(({ event }) => events.includes(event));
  const command = (...words: string[]) => runCommand(scene.config, ...words);
  const colour = async (name: string) => {
    const object = await scene.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
    return (object?.['data'] as { colour: string } | undefined)?.colour;
  };
  const nothingWent = async (from: number, ...names: string[]) => {
    expect(since(from, 'release.uninstalled', 'release.moved', 'internal.error')).toEqual([]);
    for (const name of names) expect([name, await colour(name)]).toEqual([name, 'red']);
  };
  const configure = (text: (before: string) => string) =>
    writeFileSync(scene.config, text(readFileSync(scene.config, 'utf8')));

  beforeAll(async () => {
    scene.write({
      ...chart,
      'fleet/apps/alpha.yaml': application('alpha'),
      'fleet/apps/beta.yaml': application('beta'),
    });
    daemon = await scene.start([
      'repositories: [{name: fleet, url: fleet, path: apps, poll: 1s}]',
      'defaults: {rollback: {soak: 100ms}}',
    ]);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('in a file that is empty now removes nothing, and comes back as it was', async () => {
    let from = daemon.lines.length;
    write('alpha', '');
    const { reason, hint } = await daemon.waitFor('removal.waiting', { app: 'alpha' }, from);
    expect(reason).toBe('apps/alpha.yaml is still there and does not define alpha any more');
    expect(hint).toContain('confirm r-alpha-default');
    await nothingWent(from, 'alpha', 'beta');
    from = daemon.lines.length;
    write('alpha', application('alpha'));
    await daemon.waitFor('release.unchanged', { app: 'alpha' }, from);
    await nothingWent(from, 'alpha');
  });

  patient('whose kind or group is misspelt removes nothing', async () => {
    let from = daemon.lines.length;
    write('alpha', application('alpha').replace('Application', 'Aplication'));
    expect(await daemon.waitFor('definition.invalid', {}, from)).toMatchObject({ hint: 'did you mean "Application"?' });
    write('alpha', application('alpha').replace('helm-gitops.io', 'helm-gitop.io'));
    await daemon.waitFor('definition.invalid', { hint: 'write helm-gitops.io/v1' }, from);
    write('alpha', `${application('alpha').replace('helm-gitops.io', 'helm-gitop.io')}---\n${application('extra')}`);
    await daemon.waitFor('release.deployed', { app: 'extra' }, from);
    await nothingWent(from, 'alpha', 'beta', 'extra');
    from = daemon.lines.length;
    write('alpha', `${application('alpha')}---\n${application('extra')}`);
    await daemon.waitFor('release.unchanged', { app: 'alpha' }, from);
    write('alpha', application('alpha'));
    await daemon.waitFor('release.uninstalled', { app: 'extra' }, from);
    expect([await colour('alpha'), await colour('extra')]).toEqual(['red', undefined]);
  });

  patient('while two claim one release neither is deployed, and what runs stays', async () => {
    let from = daemon.lines.length;
    write('thief', application('thief', 'stolen', 'beta'));
    const line = await daemon.waitFor('definition.invalid', { code: 'definition.conflict' }, from);
    expect(line['message']).toContain('is also claimed by');
    await daemon.waitFor('revision.found', {}, from);
    await nothingWent(from, 'alpha', 'beta');
    from = daemon.lines.length;
    rmSync(file('thief'));
    await daemon.waitFor('definition.recovered', {}, from);
    await nothingWent(from, 'alpha', 'beta');
  });

  patient('nor does a render that has become empty, until a person says so', async () => {
    let from = daemon.lines.length;
    write('beta', application('beta', ''));
    const line = await daemon.waitFor('release.blocked', { app: 'beta', reason: 'empty-render' }, from);
    expect(line).toMatchObject({
      message: 'nothing is rendered any more: 1 object would go',
      hint: 'render something, or run: helm-gitops confirm e-beta-default',
    });
    await nothingWent(from, 'beta');
    expect((await command('status', 'beta')).stdout).toContain('waits for confirm e-beta-default');
    from = daemon.lines.length;
    expect(await command('confirm', 'e-beta-default')).toMatchObject({ code: 0 });
    await daemon.waitFor('release.deployed', { app: 'beta', version: 2 }, from);
    expect(await colour('beta')).toBeUndefined();
    write('beta', application('beta'));
    await daemon.waitFor('release.deployed', { app: 'beta', version: 3 }, from);
  });

  patient('with onRemove keep leaves what runs, with confirm it waits for a person', async () => {
    let from = daemon.lines.length;
    write('kappa', application('kappa', 'red', 'kappa', '  onRemove: keep\n'));
    write('omega', application('omega', 'red', 'omega', '  onRemove: confirm\n'));
    for (const app of ['kappa', 'omega']) await daemon.waitFor('release.healthy', { app }, from);
    from = daemon.lines.length;
    rmSync(file('kappa'));
    await daemon.waitFor('release.kept', { app: 'kappa', version: 1, reason: 'onRemove is keep' }, from);
    rmSync(file('omega'));
    await daemon.waitFor('removal.waiting', { app: 'omega', reason: 'onRemove is confirm' }, from);
    await nothingWent(from, 'kappa', 'omega');
    expect(await command('confirm', 'r-omega-default')).toMatchObject({ code: 0 });
    await daemon.waitFor('release.uninstalled', { app: 'omega' }, from);
    expect([await colour('kappa'), await colour('omega')]).toEqual(['red', undefined]);
    // What was left is taken up again as it is.
    from = daemon.lines.length;
    write('kappa', application('kappa'));
    await daemon.waitFor('release.adopted', { app: 'kappa', version: 1 }, from);
  });

  patient('another path or name in the configuration removes nothing', async () => {
    for (const change of [
      (text: string) => text.replace('path: apps', 'path: none'),
      (text: string) => text.replace('path: none', 'path: apps').replace('name: fleet', 'name: other'),
    ]) {
      scene.write({ 'fleet/none/.keep.yaml': '' });
      await daemon.stop();
      configure(change);
      daemon = await scene.restart();
      await nothingWent(0, 'alpha', 'beta');
    }
    // By now the releases are those of the other name.
    await daemon.stop();
    configure((text) => text.replace('name: other', 'name: fleet'));
    daemon = await scene.restart();
    await nothingWent(0, 'alpha', 'beta');
  });

  patient('nor does another URL under its name: what is not defined there is another repository’s', async () => {
    const files = Object.entries(chart).map(([name, text]) => [name.replace('fleet/', 'copy/'), text]);
    const defined = ['alpha', 'kappa'].map((name) => [`copy/apps/${name}.yaml`, application(name)]);
    scene.write(Object.fromEntries([...files, ...defined]));
    await daemon.stop();
    configure((text) => text.replace('url: fleet', 'url: copy'));
    daemon = await scene.restart();
    scene.write({ 'copy/apps/sigma.yaml': application('sigma') });
    await daemon.waitFor('release.healthy', { app: 'sigma' });
    await nothingWent(0, 'alpha', 'beta', 'kappa', 'sigma');
    await daemon.stop();
    configure((text) => text.replace('url: copy', 'url: fleet'));
    daemon = await scene.restart();
    await nothingWent(0, 'alpha', 'beta', 'kappa', 'sigma');
  });

  patient('many that go within a day wait for a person, whatever comes in between', async () => {
    const names = ['gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta'];
    let from = daemon.lines.length;
    for (const name of names) write(name, application(name));
    for (const name of names) await daemon.waitFor('release.deployed', { app: name }, from);
    for (const name of ['gamma', 'delta']) {
      from = daemon.lines.length;
      rmSync(file(name));
      await (name === 'gamma'
        ? daemon.waitFor('release.uninstalled', { app: name }, from)
        : daemon.waitFor('removal.waiting', { app: name }, from));
    }
    expect(since(from, 'removal.waiting')).toMatchObject([
      { reason: 'more than a fifth of the environment would go within a day' },
    ]);
    daemon = await scene.restart();
    expect(await colour('delta')).toBe('red');
    from = daemon.lines.length;
    expect(await command('confirm', 'r-delta-default')).toMatchObject({ code: 0 });
    await daemon.waitFor('release.uninstalled', { app: 'delta' }, from);
  });
});
