import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Folder, newFolder, run } from './run-in-process.ts';

const chart: Readonly<Record<string, string>> = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.2.3\n',
  'shop/values.yaml': 'replicas: 1\nimage: {tag: v1}\n',
  'shop/crds/widget.yaml': 'kind: CustomResourceDefinition\n',
  'shop/templates/NOTES.txt': 'Hello {{ .Release.Name }}\n',
  'shop/templates/a.yaml': `kind: ConfigMap
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
data:
  values: {{ toJson .Values }}
  upgrade: {{ .Release.IsUpgrade }}
  install: {{ .Release.IsInstall }}
  kube: {{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.Minor }}
  has: {{ .Capabilities.APIVersions.Has "x/v1" }} {{ .Capabilities.APIVersions.Has "y/v1" }}
  helm: {{ .Capabilities.HelmVersion.Version }}
---
kind: Service
`,
  'shop/templates/job.yaml': 'kind: Job\nmetadata: {annotations: {helm.sh/hook: pre-install}}\n',
  'shop/templates/test.yaml': 'kind: Pod\nmetadata: {annotations: {helm.sh/hook: test}}\n',
  'library/Chart.yaml': 'apiVersion: v2\nname: library\nversion: 1.0.0\ntype: library\n',
  'parent/Chart.yaml':
    'apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:\n  - {name: shop, version: 1.x.x, repository: "file://../shop"}\n',
  'broken/Chart.yaml': 'apiVersion: v2\nname: broken\nversion: 1.0.0\n',
  'broken/templates/a.yaml': 'kind: ConfigMap\ndata: {{ required "say who" .Values.who }}\n',
  'picky/Chart.yaml': 'apiVersion: v2\nname: picky\nversion: 1.0.0\nkubeVersion: ">=1.40.0"\n',
  'a.yaml': 'image: {tag: v2}\nfrom: a\n',
  'b.yaml': 'from: b\n',
  'text.txt': 'line 1\n',
};

const rendered: readonly string[][] = [
  ['rel', 'shop'],
  ['shop'],
  ['rel', './shop/', '-n', 'prod'],
  ['-nprod', 'rel', 'shop', '--is-upgrade'],
  ['rel', 'shop', '-f', 'a.yaml', '--values=b.yaml'],
  ['rel', 'shop', '-f', 'b.yaml,a.yaml'],
  ['rel', 'shop', '--set', 'a=1,b.c={x,y}', '--set-string', 'n=1', '--set-json', 'j={"k":[1]}'],
  ['rel', 'shop', '--set-literal', 'l=a,b={c}', '--set-file', 'f=text.txt', '--set', 'l=first'],
  ['rel', 'shop', '--kube-version', '1.30.2-gke.1', '-a', 'x/v1,y/v1'],
  ['rel', 'shop', '--api-versions', 'x/v1', '--api-versions=z/v1', '--kube-version=v1.29'],
  ['rel', 'shop', '--include-crds', '--no-hooks'],
  ['rel', 'shop', '--skip-tests', '--include-crds=false'],
  ['rel', 'shop', '-s', 'templates/job.yaml', '-s', 'templates/a*'],
  ['shop', '--name-template', '{{ "Big" | lower }}-{{ add 1 2 }}'],
  ['rel', 'shop', '--timeout', '3s', '--wait', '--create-namespace', '--debug=false', '--dry-run=client'],
  ['--', 'rel', 'shop'],
];

const wrong: readonly string[][] = [
  ['a', 'shop', 'c'],
  ['rel', 'shop', '-y'],
  ['rel', 'shop', '--nope'],
  ['rel', 'shop', '-f'],
  ['rel', 'shop', '--set'],
  ['rel', 'shop', '--include-crds=2'],
  ['rel', 'shop', '-a', 'a"b'],
  ['rel', 'shop', '-f', 'none.yaml'],
  ['rel', 'shop', '-f', 'shop'],
  ['rel', 'shop', '--set-file', 'a=none.txt'],
  ['rel', 'shop', '--set', 'a'],
  ['rel', 'shop', '--set-json', 'a={'],
  ['rel', 'shop', '--kube-version', '1'],
  ['rel', 'shop', '--kube-version', 'one'],
  ['rel', './none'],
  ['rel', 'none'],
  ['rel', 'none/shop'],
  ['Rel', 'shop'],
  ['rel', 'shop', '-s', 'templates/none.yaml'],
  ['rel', 'shop', '--name-template', 'x'],
  ['rel', 'shop', '-g'],
  ['shop', '--name-template', '{{'],
  ['shop', '--name-template', '{{ .a.b }}_'],
  ['rel', 'library'],
  ['rel', 'parent'],
  ['Rel', 'parent'],
  ['rel', 'broken'],
  ['rel', 'picky'],
];

/** Helm 3 knows no whole objects. */
const rendered4: readonly string[][] = [['rel', 'shop', '--set-json', '{"o":{"p":1}}', '--set', 'o.q=2']];

const judges = [
  ['helm4', process.env['HELM_BIN']],
  ['helm3', process.env['HELM3_BIN']],
] as const;

for (const [compat, bin] of judges) {
  describe.skipIf(!bin)(`as ${compat} does (needs ${compat === 'helm4' ? 'HELM_BIN' : 'HELM3_BIN'})`, () => {
    test.each([...rendered, ...(compat === 'helm4' ? rendered4 : [])])(
      'prints the same for %s %s %s %s %s %s',
      async (...args) => {
        await using folder = await newFolder(chart);
        const theirs = await ask(bin ?? '', folder, args);
        expect(theirs.code).toBe(0);
        const { code, stdout, stderr } = await run(folder.path, ['template', `--compat=${compat}`, ...args]);
        expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: theirs.stdout });
      },
    );

    test.each(wrong)('says the same of %s %s %s %s', async (...args) => {
      await using folder = await newFolder(chart);
      const theirs = await ask(bin ?? '', folder, args);
      expect(theirs.code).not.toBe(0);
      const { code, stdout, stderr } = await run(folder.path, ['template', `--compat=${compat}`, ...args]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      // With what Helm logs before it.
      const sentence = theirs.stderr.replace('\n\nUse --debug flag to render out invalid YAML', '').trimEnd();
      expect(stderr.slice(0, sentence.length + 1)).toBe(`${sentence}\n`);
    });

    test.each([[[]], [['--release-name']], [['--no-hooks', '--include-crds']]])(
      'writes the same files with --output-dir %j',
      async (flags) => {
        await using ours = await newFolder(chart);
        await using theirs = await newFolder(chart);
        const args = ['template', 'rel', 'shop', '--output-dir', 'out', ...flags];
        const asked = await ask(bin ?? '', theirs, args.slice(1));
        expect(await run(ours.path, [...args, '--compat', compat])).toEqual({
          code: 0,
          stdout: asked.stdout,
          stderr: '',
        });
        const files = asked.stdout.match(/(?<=^wrote ).+/gm) ?? [];
        expect(files.length).toBeGreaterThan(1);
        for (const file of files) {
          expect(await readFile(join(ours.path, file), 'utf8')).toBe(await readFile(join(theirs.path, file), 'utf8'));
        }
      },
    );
  });
}

describe('template', () => {
  test('needs neither a configuration nor a name, and prints documents in the order of kinds', async () => {
    await using folder = await newFolder(chart);
    const { code, stdout } = await run(folder.path, ['template', 'shop']);
    expect(code).toBe(0);
    expect(stdout.match(/^kind: .*$/gm)).toEqual(['kind: ConfigMap', 'kind: Service', 'kind: Pod', 'kind: Job']);
    expect(stdout).toContain('{name: release-name, namespace: default}');
  });

  test('takes the namespace from HELM_NAMESPACE, as Helm does', async () => {
    await using folder = await newFolder(chart);
    const { stdout } = await run(folder.path, ['template', 'shop'], { HELM_NAMESPACE: 'blue' });
    expect(stdout).toContain('namespace: blue}');
  });

  test('shows what it has of a broken release, as asked by flag or environment', async () => {
    await using folder = await newFolder({ ...chart, 'broken/templates/a.yaml': 'kind: [\n' });
    const shown = '---\n# Source: broken/templates/a.yaml\nkind: [\n';
    for (const [args, environment, out] of [
      [['--debug'], {}, shown],
      [[], { HELM_DEBUG: 'true' }, shown],
      [['--debug=false'], { HELM_DEBUG: 'true' }, ''],
      [[], {}, ''],
    ] as const) {
      const { stdout, stderr } = await run(folder.path, ['template', 'rel', 'broken', ...args], environment);
      expect(stdout).toBe(out);
      expect(stderr.includes('Use --debug flag')).toBe(out === '');
    }
  });

  test('tells the line of a template that failed, below what Helm says', async () => {
    await using folder = await newFolder(chart);
    const { code, stderr } = await run(folder.path, ['template', 'rel', 'broken']);
    expect(code).toBe(2);
    const [first, ...below] = stderr.split('\n');
    expect(first).toBe('Error: execution error at (broken/templates/a.yaml:2:9): say who');
    expect(below.slice(0, 4)).toEqual([
      '',
      'Use --debug flag to render out invalid YAML',
      '  at templates/a.yaml:2:10',
      '  2 | data: {{ required "say who" .Values.who }}',
    ]);
  });

  test.each([
    [['--validate'], '--validate is not supported yet'],
    [['--dry-run=server'], '--dry-run=server is not supported yet'],
    [['--repo', 'https://charts.example.com'], '--repo is not supported yet'],
    [['-f', 'https://example.com/values.yaml'], 'values from https://example.com/values.yaml are not downloaded yet'],
    [['--compat', 'helm2'], 'unknown --compat "helm2"'],
  ])('refuses %j rather than printing something else', async (flags, text) => {
    await using folder = await newFolder(chart);
    const { code, stdout, stderr } = await run(folder.path, ['template', 'rel', 'shop', ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`Error: ${text}\n  `);
  });

  test('keeps --set for itself behind global options too', async () => {
    await using folder = await newFolder(chart);
    const { code, stdout } = await run(folder.path, ['--config', 'none', 'template', 'rel', 'shop', '--set', 'a=7']);
    expect(code).toBe(0);
    expect(stdout).toContain('"a":7');
  });

  test.each([
    ['a few lines', '# short\n', 0],
    ['two thousand lines', '# a line of a long template\n'.repeat(2000), 1],
  ])('of %s tells whether it takes long', async (_, text, times) => {
    await using folder = await newFolder({ ...chart, 'shop/templates/comments.yaml': text });
    let told = 0;
    const { code } = await run(folder.path, ['template', 'rel', 'shop'], {}, () => told++);
    expect({ code, told }).toEqual({ code: 0, told: times });
  });

  test('--help lists the flags', async () => {
    const { code, stdout } = await run('/', ['template', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('-f, --values <files>');
  });
});

function ask(bin: string, folder: Folder, args: readonly string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: folder.path, TZ: 'UTC' };
    execFile(bin, ['template', ...args], { cwd: folder.path, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
