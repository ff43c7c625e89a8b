/**
 * Tests of a chart after each deploy and by the command, beside a daemon on the embedded cluster and, where
 * KUBECONFIG_REAL names one, on a real one; HELM_BIN prints the same record there.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { describeLong } from '../support/daemon-on.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';
import { helm, runHelm } from './interchange-scene.ts';

const suffix = process.pid;
const namespace = `hooks-command-${suffix}`;

const pod = (name: string, image: string, annotations = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  annotations:\n    helm.sh/hook: test\n${annotations}spec:\n  restartPolicy: Never\n  terminationGracePeriodSeconds: 0\n  containers: [{name: main, image: "${image}"}]\n`;

const files = {
  'apps/shop.yaml': `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: shop}\nspec:\n  chart: {path: charts/shop}\n  values: [values.yaml]\n  namespace: ${namespace}\n  tests: true\n  rollback: {soak: 0s}\n  environments: {dev: {}}\n---\napiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: dev}\nspec: {}\n`,
  'values.yaml': 'image: x:1\n',
  'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'charts/shop/templates/app.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {image: {{ .Values.image }}}\n',
  'charts/shop/templates/tests/one.yaml': pod(
    'one',
    'x:1',
    '    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded\n',
  ),
  'charts/shop/templates/tests/two.yaml': pod('two', '{{ .Values.image }}', '    helm.sh/hook-weight: "1"\n'),
};

describeLong('tests of a chart', (cluster) => {
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  const config = join(folder, 'helm-gitops.config.yaml');
  let daemon: RunningDaemon;
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, 'fleet', name, '..'), { recursive: true });
    writeFileSync(join(folder, 'fleet', name), text);
  };
  const command = (...args: string[]) => run(folder, ['test', 'shop', '-e', 'dev', ...args]);

  beforeAll(async () => {
    for (const [name, text] of Object.entries(files)) write(name, text);
    writeFileSync(
      config,
      `repositories: [{name: fleet, url: fleet, path: apps, poll: 1s, watch: true}]\nstate: {namespace: hooks-command-state-${suffix}}\nserver: {listen: "127.0.0.1:0"}\n${cluster.config(folder)}\n`,
    );
    daemon = startDaemon(config);
    await daemon.waitFor('release.deployed', { app: 'shop' });
  });
  afterAll(async () => {
    await daemon?.stop();
    if (cluster.name === 'real' && helm !== '') await runHelm(helm, ['uninstall', 'shop', '-n', namespace]);
    rmSync(folder, { recursive: true });
  });

  test('run after the deploy, and again when asked for', async () => {
    const { code, stdout, stderr } = await command();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replaceAll(/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, 'TIME')).toBe(
      `NAME: shop\nLAST DEPLOYED: TIME\nNAMESPACE: ${namespace}\nSTATUS: deployed\nREVISION: 1\n` +
        `DESCRIPTION: ${/DESCRIPTION: (.*)/.exec(stdout)?.[1]}\n` +
        'TEST SUITE:     one\nLast Started:   TIME\nLast Completed: TIME\nPhase:          Succeeded\n' +
        'TEST SUITE:     two\nLast Started:   TIME\nLast Completed: TIME\nPhase:          Succeeded\n',
    );
    if (cluster.name === 'real' && helm !== '') {
      const theirs = await runHelm(helm, ['status', 'shop', '-n', namespace]);
      // It lists the objects too.
      expect(theirs.stdout.replace(/RESOURCES:\n[\s\S]*?\n\n\n(?=TEST SUITE)/, '')).toBe(stdout);
    }
  });

  test('can be chosen, and their logs shown', async () => {
    const { code, stdout } = await command('--filter', '!name=one', '--logs');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n\nPOD LOGS: two \(main\)\n/);
    expect(stdout).not.toContain('POD LOGS: one');
    expect(await command('--filter', 'name=three')).toMatchObject({
      code: 2,
      stderr: 'error: there is no test "three"\n  there is one, two\n',
    });
    expect(await command('--filter', 'three')).toMatchObject({ code: 2, stdout: '' });
  });

  test('that fail after a deploy are told and bring the revision before back', async () => {
    const after = daemon.lines.length;
    write('values.yaml', 'image: x:fail\n');
    const failed = await daemon.waitFor('test.failed', { app: 'shop' }, after);
    expect(failed).toMatchObject({ object: 'Pod/two', level: 'error' });
    expect(failed['message']).toMatch(
      /^test Pod\/two \(shop\/templates\/tests\/two.yaml\): .*container main ended badly, exit code 1/,
    );
    await daemon.waitFor('release.failed', { app: 'shop', object: 'Pod/two' }, after);
    await daemon.waitFor('rollback.done', { app: 'shop', from: 2, to: 1 }, after);
  });
});
