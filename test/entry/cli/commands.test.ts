import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { formatListing } from '../../../src/entry/cli/output.ts';
import { version } from '../../../src/entry/cli/version.ts';
import { copyFleet, newFolder, run } from './run-in-process.ts';

describe('the program', () => {
  test('--help lists the commands in groups and the exit codes', async () => {
    const { code, stdout, stderr } = await run('/', ['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const groups = stdout.match(/^[A-Z].*:$/gm);
    expect(groups).toEqual(['Options:', 'The daemon:', 'Looking:', 'Asking the daemon:', 'Charts:', 'Commands:']);
    expect(stdout).toContain('2 your input is wrong');
    expect(stdout).toMatch(/^ {2}template \[name\] \[chart\] /m);
  });

  test('a command explains its own options and the global ones', async () => {
    const { code, stdout } = await run('/', ['plan', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--exit-code');
    expect(stdout).toContain('--config');
  });

  test('--version is that of package.json', async () => {
    const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8'));
    expect(version).toBe(manifest.version);
    expect(await run('/', ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([
    [['vlidate'], "error: unknown command 'vlidate'\n(Did you mean validate?)\n"],
    [['validate', '--confg', 'x'], "error: unknown option '--confg'\n(Did you mean --config?)\n"],
    [['render'], "error: required option '-e, --environment <name>' not specified\n"],
    [['status', '-o', 'xml'], 'error: unknown output "xml"\n  one of table, json, yaml\n'],
    [
      ['sync', '--config', 'none.yaml'],
      /^error: .*none\.yaml.*\n {2}name one with --config, or make a fleet with: helm-gitops init/,
    ],
  ])('%j ends with 2 and says why', async (args, text) => {
    await using folder = await newFolder();
    const { code, stdout, stderr } = await run(folder.path, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    if (typeof text === 'string') expect(stderr).toBe(text);
    else expect(stderr).toMatch(text);
  });

  test.each([
    ['run'],
    ['once'],
    ['validate'],
    ['render', 'shop', '-e', 'dev'],
    ['plan'],
    ['plan', '--offline'],
    ['status'],
    ['history'],
    ['plans'],
    ['promotions'],
    ['incidents'],
    ['drift'],
    ['drift', 'accept', 'shop', '-e', 'dev', '--reason', 'why', '--for', '1h'],
    ['rbac'],
    ['values', 'shop', '-e', 'dev'],
    ['notes', 'shop', '-e', 'dev'],
    ['test', 'shop', '-e', 'dev'],
    ['sync', 'shop'],
    ['suspend', 'shop'],
    ['rollback', 'shop', '-e', 'dev'],
    ['promote', 'shop', '--from', 'dev', '--to', 'prod'],
    ['approve', 'p-1'],
    ['reject', 'p-1', '--reason', 'why'],
    ['confirm', 'c-1'],
    ['freeze', '--reason', 'why'],
    ['unfreeze'],
    ['uninstall', 'shop', '-e', 'dev'],
  ])('the configuration that is named before %s is read', async (...words) => {
    await using folder = await newFolder();
    await writeFile(join(folder.path, 'helm-gitops.config.yaml'), 'not: this one\n');
    const { code, stderr } = await run(folder.path, ['--config', 'none.yaml', ...words]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: .*none\.yaml/)]);
  });

  test('no command at all shows the help on stderr', async () => {
    const { code, stdout, stderr } = await run('/', []);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: helm-gitops');
  });

  test('an embedded cluster that does not run is no mistake of the input, and is never started', async () => {
    await using fleet = await copyFleet();
    const { code, stderr } = await run(fleet.path, ['status']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the embedded cluster "local" does not run\n {2}start the daemon/);
  });
});

describe('validate', () => {
  test('finds nothing wrong with the example fleet', async () => {
    await using fleet = await copyFleet();
    expect(await run(fleet.path, ['validate'])).toEqual({ code: 0, stdout: '8 releases, 0 problems\n', stderr: '' });
  });

  test('renders where that is asked for, or where a Project limits what is rendered', async () => {
    const definition = (kind: string, name: string, spec: string) =>
      `apiVersion: helm-gitops.io/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
    await using folder = await newFolder({
      'helm-gitops.config.yaml': 'repositories: [{name: fleet, url: ., path: apps}]\nclusters: [{embedded: {}}]\n',
      'apps/projects.yaml': `${definition('Project', 'open', '{}')}---\n${definition('Project', 'web', '{kinds: {deny: [ClusterRole]}, destinations: [{namespace: web}]}')}`,
      'apps/held.yaml': definition('Application', 'held', '{project: web, namespace: web, chart: {path: charts/x}}'),
      'apps/away.yaml': definition(
        'Application',
        'away',
        '{project: web, namespace: web, releaseName: away, chart: {path: charts/x}, values: [{inline: {role: false, at: kube-system}}]}',
      ),
      'apps/free.yaml': definition(
        'Application',
        'free',
        '{project: open, chart: {path: charts/x}, values: [{inline: {fail: true}}]}',
      ),
      'apps/waits.yaml': definition(
        'Application',
        'waits',
        '{project: open, chart: {path: charts/x}, values: [{inline: {fail: true}}, {secret: {name: x}}]}',
      ),
      'charts/x/Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0\n',
      'charts/x/values.yaml': 'role: true\n',
      'charts/x/templates/x.yaml': `{{ if .Values.fail }}{{ fail "as it was told" }}{{ end }}
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: {{ .Values.at | default .Release.Namespace }}}
{{- if .Values.role }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
{{- end }}
`,
    });
    const limited = await run(folder.path, ['validate']);
    expect([limited.code, limited.stdout]).toEqual([2, '4 releases, 2 problems\n']);
    expect(limited.stderr.split('\n').filter((line) => line.startsWith('error:'))).toEqual([
      'error: apps/away.yaml:3:18: away/default: project web does not allow what away renders: ConfigMap/x in namespace kube-system',
      'error: apps/held.yaml:3:18: held/default: project web does not allow what held renders: ClusterRole/x',
    ]);
    const all = await run(folder.path, ['validate', '--render']);
    expect([all.code, all.stdout]).toEqual([2, '4 releases, 3 problems, 1 not checked\n']);
    expect(all.stderr).toContain('free/default: execution error at (x/templates/x.yaml:1:24): as it was told');
    expect(all.stderr).toContain('not checked: waits/default: ');
  });

  test('takes global options before and behind the command', async () => {
    await using fleet = await copyFleet();
    const before = await run('/', ['--config', join(fleet.path, 'helm-gitops.config.yaml'), 'validate']);
    const behind = await run('/', ['validate', '--config', join(fleet.path, 'helm-gitops.config.yaml')]);
    expect([before.code, behind.code]).toEqual([0, 0]);
    const wrong = await run(fleet.path, ['--set', 'log.format=json', 'validate', '--set', 'log.level=loud']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('expected one of error, warn, info, debug, found "loud"');
  });

  test('says at which field of the configuration a name is misspelt, with the line and a guess', async () => {
    await using folder = await newFolder({ 'helm-gitops.config.yaml': 'repositories:\n  - url: .\n    pth: apps\n' });
    const { code, stdout, stderr } = await run(folder.path, ['validate']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replace(folder.path, '')).toBe(
      'error: /helm-gitops.config.yaml:3:5: unknown field "pth" in repositories[0]\n  3 |     pth: apps\n    |     ^\n  did you mean "path"?\n',
    );
  });

  test.each([
    [
      'a misspelt field of a definition',
      {
        'apps/root.yaml':
          'apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: root}\nspec:\n  aps: {path: apps/teams}\n',
      },
      'error: apps/root.yaml:5:3: unknown field "aps" in spec\n  5 |   aps: {path: apps/teams}\n    |   ^\n',
    ],
    ['a values file that is no YAML', { 'values/shop/dev.yaml': 'a: [1,\n' }, 'values/shop/dev.yaml'],
    [
      'a chart without a version',
      { 'charts/mailer-1/Chart.yaml': 'apiVersion: v2\nname: mailer\n' },
      'charts/mailer-1/Chart.yaml',
    ],
  ])('tells %s and ends with 2', async (_, change, text) => {
    await using fleet = await copyFleet(change);
    const { code, stdout, stderr } = await run(fleet.path, ['validate']);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
    expect(stdout).toMatch(/^\d+ releases, [1-9]\d* problems?\n$/);
  });
});

const elsewhere = (repository: string) => ({
  'helm-gitops.config.yaml': 'repositories: [{name: fleet, url: .}]\nclusters: [{name: local, embedded: {}}]\n',
  'app.yaml': `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: web}\nspec:\n  chart: {repository: "${repository}", name: web}\n`,
});

describe('validate, of a chart that lies elsewhere', () => {
  test('says with --offline what it did not look at', async () => {
    await using folder = await newFolder(elsewhere('https://charts.example.com'));
    expect(await run(folder.path, ['validate', '--offline'])).toEqual({
      code: 0,
      stdout: '0 releases, 0 problems, 1 not checked\n',
      stderr: 'not checked: web/default: the chart web of https://charts.example.com lies elsewhere\n',
    });
  });

  test('ends with 1 when nobody answers there, for that may pass', async () => {
    await using folder = await newFolder(elsewhere('http://127.0.0.1:1'));
    const { code, stdout, stderr } = await run(folder.path, ['validate']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '0 releases, 1 problem\n' });
    expect(stderr).toMatch(/^error: app\.yaml:.*the chart web of http:\/\/127\.0\.0\.1:1/);
  });
});

describe('schema', () => {
  test.each(['definition', 'config'])('prints that of %s as it is shipped', async (name) => {
    const shipped = join(import.meta.dirname, '../../../examples/schema', `${name}.json`);
    const { code, stdout } = await run('/', ['schema', name]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: await readFile(shipped, 'utf8') });
  });

  test('names the schemas there are', async () => {
    const { code, stderr } = await run('/', ['schema', 'aplication']);
    expect(code).toBe(2);
    expect(stderr).toContain('definition, application, environment, defaults, project, config');
  });
});

describe('completion', () => {
  test.each([
    ['vali', ['validate']],
    ['status --envi', ['--environment']],
    ['status -e|', ['dev', 'prod', 'staging']],
    ['status --environment p', ['prod']],
    ['status --environment=p', ['--environment=prod']],
    ['status --environment = p', ['prod']],
    ['status --environment =', ['dev', 'prod', 'staging']],
    ['promote shop --from|', ['dev', 'prod', 'staging']],
    ['plan --exit-code sh', ['shop']],
    ['plan shop ma', ['mailer']],
    ['render shop -o j', []],
    ['status -o|', ['table', 'json', 'yaml']],
    ['cluster|', ['start']],
    ['dep u', ['update']],
    ['template --include', ['--include-crds']],
    ['init --shape|', ['single', 'namespaces', 'clusters']],
    ['completion|', ['bash', 'zsh', 'fish']],
    ['schema pro', ['project']],
    ['--config nowhere.yaml status sh', []],
    ['none such', []],
    ['__', []],
  ])('%s', async (typed, expected) => {
    await using fleet = await copyFleet();
    const words = typed.replace('|', ' ').split(' ');
    const { code, stdout, stderr } = await run(fleet.path, ['__complete', ...words]);
    const found = stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
    expect({ code, stderr, found }).toEqual({ code: 0, stderr: '', found: expected });
  });

  test('is asked by the script for bash', async () => {
    await using folder = await newFolder({
      'helm-gitops': '#!/bin/sh\nshift\nfor word; do printf \'%s\\tsummary of it\\n\' "$word-done"; done\n',
    });
    const { stdout: script } = await run('/', ['completion', 'bash']);
    const ask = `${script}COMP_WORDS=(./helm-gitops status "" tail); COMP_CWORD=2; _helm_gitops; printf '<%s>' "\${COMPREPLY[@]}"`;
    await chmod(join(folder.path, 'helm-gitops'), 0o755);
    const { stdout } = await promisify(execFile)('bash', ['-c', ask], { cwd: folder.path });
    expect(stdout).toBe('<status-done><-done>');
  });
});

describe('render', () => {
  test("prints the manifests with the fleet's values", async () => {
    await using fleet = await copyFleet();
    const { code, stdout, stderr } = await run(fleet.path, ['render', 'shop', '-e', 'dev']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^---\n# Source: shop\/templates\//);
    expect(stdout).toContain('dev.example.com');
  });

  test.each([
    [['render', 'shp', '-e', 'dev'], 'error: there is no application "shp"\n'],
    [['render', 'shop', '-e', 'moon'], 'error: shop is not in environment moon\n  it is in dev, prod, staging\n'],
  ])('%j ends with 2', async (args, text) => {
    await using fleet = await copyFleet();
    const { code, stdout, stderr } = await run(fleet.path, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
  });
});

describe('values', () => {
  const shop = ['values', 'shop', '-e', 'prod'];

  test('tells for each key its line and what it overrode', async () => {
    await using folder = await copyFleet();
    const { code, stdout } = await run(folder.path, [...shop, '--key', 'greeting']);
    expect(stdout).toMatch(
      /^KEY +VALUE +SET BY +OVERRODE\ngreeting +Welcome to the shop +values\/shop\/common\.yaml:4:1 +Hello \(charts\/shop\/values\.yaml:5:1\)\n$/,
    );
    expect(code).toBe(0);
  });

  test('of a release that cannot be read fails with what is wrong with it, not with that it is unknown', async () => {
    await using folder = await copyFleet();
    await writeFile(join(folder.path, 'values/shop/prod.yaml'), 'replicaCount: [3\n');
    const broken = await run(folder.path, shop);
    expect([broken.code, broken.stdout]).toEqual([2, '']);
    expect(broken.stderr).toMatch(/^error: values\/shop\/prod\.yaml:1: /);
    expect(broken.stderr).not.toContain('is not in environment');
    await writeFile(
      join(folder.path, 'apps/teams/shop/shop.yaml'),
      'apiVersion: helm-gitops.io/v1\nkind: Aplication\n',
    );
    const unread = await run(folder.path, shop);
    expect(unread.stderr).toMatch(/^error: apps\/teams\/shop\/shop\.yaml:2:7: .*there is no application "shop"/s);
  });

  test('as YAML is a values file, as JSON a list of keys', async () => {
    await using folder = await copyFleet();
    const yaml = await run(folder.path, [...shop, '--key', 'service', '-o', 'yaml']);
    expect(yaml.stdout).toBe(
      'service:\n  name: http # charts/shop/values.yaml:10:3\n  port: 8080 # charts/shop/values.yaml:11:3\n',
    );
    const json = await run(folder.path, [...shop, '--key=replicaCount', '-o', 'json']);
    const place = { file: 'charts/shop/values.yaml', line: 1, column: 1 };
    expect(JSON.parse(json.stdout)).toEqual([
      {
        key: 'replicaCount',
        value: 3,
        file: 'values/shop/prod.yaml',
        line: 1,
        column: 1,
        overrode: [{ key: 'replicaCount', value: 1, ...place }],
      },
    ]);
  });

  test('a key that is misspelt is an error with a guess', async () => {
    await using folder = await copyFleet();
    const { code, stderr } = await run(folder.path, [...shop, '--key', 'replicaCont']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean "replicaCount"?')]);
  });
});

describe('init', () => {
  test('writes a fleet that validates and renders', async () => {
    await using folder = await newFolder();
    const written = await run(folder.path, ['init', 'fleet']);
    expect(written.code).toBe(0);
    expect(written.stdout).toContain('fleet/helm-gitops.config.yaml\n');
    expect(written.stdout).toMatch(/\nNext: cd fleet && helm-gitops run\n$/);
    const fleet = join(folder.path, 'fleet');
    expect(await run(fleet, ['validate'])).toEqual({ code: 0, stdout: '2 releases, 0 problems\n', stderr: '' });
    const { code, stdout } = await run(fleet, ['render', 'hello', '-e', 'prod']);
    expect(code).toBe(0);
    expect(stdout).toContain('# Source: hello/templates/deployment.yaml');
  });

  test('overwrites nothing', async () => {
    await using folder = await newFolder({ 'fleet/README.md': 'mine\n' });
    const { code, stderr } = await run(folder.path, ['init', 'fleet']);
    expect(code).toBe(2);
    expect(stderr).toBe('error: fleet/README.md exists already\n  name a new or empty folder\n');
    expect(await readFile(join(folder.path, 'fleet/README.md'), 'utf8')).toBe('mine\n');
    await expect(readFile(join(folder.path, 'fleet/helm-gitops.config.yaml'))).rejects.toThrow('ENOENT');
  });
});

describe('listings', () => {
  const rows = [
    { app: 'shop', version: 12 },
    { app: 'database', version: undefined },
  ];
  const columns = [
    ['app', (row: (typeof rows)[number]) => row.app],
    ['revision', (row: (typeof rows)[number]) => row.version],
  ] as const;
  test.each([
    ['table', 'APP        REVISION\nshop       12\ndatabase\n'],
    ['json', '[\n  {\n    "app": "shop",\n    "version": 12\n  },\n  {\n    "app": "database"\n  }\n]\n'],
    ['yaml', '- app: shop\n  version: 12\n- app: database\n'],
  ] as const)('as %s', (format, text) => {
    expect(formatListing(format, { rows, columns, empty: 'none' })).toBe(text);
  });
  test.each([
    ['table', 'none\n'],
    ['json', '[]\n'],
    ['yaml', '[]\n'],
  ] as const)('an empty one as %s', (format, text) => {
    expect(formatListing(format, { rows: [], columns, empty: 'none' })).toBe(text);
  });
});
