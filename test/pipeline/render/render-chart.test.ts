import { describe, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import type { GoMap } from '../../../src/foundation/template/value.ts';
import { loadChart } from '../../../src/pipeline/chart/load-chart.ts';
import { newTemplateCache } from '../../../src/pipeline/render/template-cache.ts';
import { chartYaml, makeChart } from '../../support/make-chart.ts';
import { type RenderHereOptions, renderRelease } from '../../support/render-here.ts';

const x = 'templates/x.yaml';

async function failure(files: Record<string, string>, options: RenderHereOptions = {}): Promise<HelmGitopsError> {
  using made = makeChart(files);
  const error = await renderRelease(made.path, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof HelmGitopsError)) throw error ?? new Error('it renders');
  return error;
}

async function render(files: Record<string, string>, options: RenderHereOptions = {}) {
  using made = makeChart(files);
  return await renderRelease(made.path, options);
}

describe('a rendered release', () => {
  test('holds the manifest, hooks, notes and crds apart', async () => {
    const release = await render({
      [x]: 'kind: Deployment\n---\nkind: Service\n',
      'templates/h.yaml':
        'kind: Job\nmetadata: {name: h, annotations: {helm.sh/hook: "pre-install, Test", helm.sh/hook-weight: "+7", helm.sh/hook-delete-policy: "Hook-Failed, before-hook-creation", helm.sh/hook-output-log-policy: hook-failed}}\n',
      'templates/NOTES.txt': 'hello {{ .Release.Name }}\n',
      'crds/c.yaml': 'kind: CustomResourceDefinition\n',
      'charts/sub/Chart.yaml': chartYaml('sub'),
      'charts/sub/crds/d.yml': 'kind: CustomResourceDefinition # d\n',
      'charts/sub/templates/NOTES.txt': 'sub',
    });
    expect(release.manifest).toBe(
      '---\n# Source: shop/templates/x.yaml\nkind: Service\n\n---\n# Source: shop/templates/x.yaml\nkind: Deployment\n\n',
    );
    expect(release.hooks).toEqual([
      {
        name: 'h',
        kind: 'Job',
        path: 'shop/templates/h.yaml',
        manifest: expect.stringMatching(/^kind: Job\n/),
        events: ['pre-install', 'test'],
        weight: 7,
        deletePolicies: ['hook-failed', 'before-hook-creation'],
        outputLogPolicies: ['hook-failed'],
      },
    ]);
    expect(release.notes).toBe('hello rel\n');
    expect(release.crds.map(({ name }) => name)).toEqual(['shop/crds/c.yaml', 'shop/charts/sub/crds/d.yml']);
    expect(release.unstable).toBe(false);
  });

  test('takes the notes of subcharts on demand', async () => {
    const files = {
      'templates/NOTES.txt': 'own',
      'charts/sub/Chart.yaml': chartYaml('sub'),
      'charts/sub/templates/NOTES.txt': 'sub',
    };
    expect((await render(files, { input: { subchartNotes: true } })).notes).toBe('sub\nown');
  });

  test('notes what it asked of the cluster', async () => {
    expect((await render({ [x]: 'a: 1\n' })).answers).toEqual({ kubeVersion: undefined, apiVersions: {} });
    const asked = await render({
      [x]: '{{ if .Capabilities.APIVersions.Has "apps/v1" }}a: 1{{ end }}{{ .Capabilities.APIVersions.Has "x/v1" | ternary "" "" }}\n',
    });
    expect(asked.answers).toEqual({ kubeVersion: undefined, apiVersions: { 'apps/v1': true, 'x/v1': false } });
    expect((await render({ [x]: 'a: {{ .Capabilities.KubeVersion.Minor }}\n' })).answers.kubeVersion).toBe('v1.36.0');
    expect(
      (await render({ 'Chart.yaml': chartYaml('shop', 'kubeVersion: ">=1.20"\n'), [x]: 'a: 1\n' })).answers.kubeVersion,
    ).toBe('v1.36.0');
  });

  test.each(['randAlphaNum 5', 'now', 'uuidv4', 'genPrivateKey "ed25519"'])(
    'is unstable where a template calls %s',
    async (call) => {
      expect((await render({ [x]: `a: {{ ${call} | toString | quote }}\n` })).unstable).toBe(true);
    },
  );

  test('asks the given lookup', async () => {
    const asked: string[][] = [];
    const lookup = (...question: string[]): GoMap => {
      asked.push(question);
      return new Map([['found', true]]);
    };
    const release = await render({ [x]: 'a: {{ (lookup "v1" "Secret" "ns" "name").found }}\n' }, { input: { lookup } });
    expect(release.manifest).toContain('a: true');
    expect(asked).toEqual([['v1', 'Secret', 'ns', 'name']]);
  });

  test('leaves its inputs as they were', async () => {
    using made = makeChart({
      'values.yaml': 'n: 1\nt: {a: 1}\nsub: {m: 1}\n',
      [x]: '{{ $_ := set .Values "n" 2 }}{{ $_ := set .Values.t "a" 2 }}{{ $_ := unset .Values "sub" }}n: {{ .Values.n }}\n',
      'charts/sub/Chart.yaml': chartYaml('sub'),
      'charts/sub/values.yaml': 'm: 0\nd: {e: 1}\n',
      'charts/sub/templates/y.yaml': '{{ $_ := set .Values.d "e" 5 }}{{ $_ := set .Values "m" 5 }}m: {{ .Values.m }}\n',
    });
    const cache = newTemplateCache();
    const first = await renderRelease(made.path, { input: { cache } });
    const chart = await loadChart(made.path);
    const digest = JSON.stringify([...chart.values]);
    const second = await renderRelease(made.path, { input: { cache, chart } });
    const third = await renderRelease(made.path, { input: { cache, chart } });
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(JSON.stringify([...chart.values])).toBe(digest);
  });

  test('renders the same with parsed templates from the cache, for each Helm its own', async () => {
    using made = makeChart({
      'templates/_h.tpl': '{{ define "h" }}h{{ end }}',
      [x]: 'a: {{ include "h" . }} {{ tpl "{{ .Values.x }}" . }}\n{{ .Chart | toYaml }}\n',
    });
    const cache = newTemplateCache();
    for (const compat of ['helm4', 'helm3', 'helm4', 'helm3'] as const) {
      const cached = await renderRelease(made.path, { compat, input: { cache } });
      expect(cached).toEqual(await renderRelease(made.path, { compat }));
    }
    expect(cache.size).toBe(2);
  });
});

describe('a failed render', () => {
  test('tells the place in the chart beside the text of helm', async () => {
    const error = await failure({
      'templates/_h.tpl': '{{ define "h" }}\n  {{ required "need x" .Values.x }}{{ end }}',
      [x]: 'a: 1\nb: {{ include "h" . }}\n',
    });
    expect(error).toMatchObject({
      code: 'chart.template',
      fault: 'user',
      message: 'execution error at (shop/templates/x.yaml:2:6): need x',
      place: { file: 'templates/_h.tpl', line: 2, column: 6, excerpt: '  {{ required "need x" .Values.x }}{{ end }}' },
    });
  });

  test('tells where a template does not parse', async () => {
    expect(await failure({ [x]: 'a: 1\nb: {{ nope }}\n' })).toMatchObject({
      message: 'parse error at (shop/templates/x.yaml:2): function "nope" not defined',
      place: { file: 'templates/x.yaml', line: 2, excerpt: 'b: {{ nope }}' },
    });
  });

  test('tells the template whose output is no YAML', async () => {
    expect(await failure({ [x]: 'a: b: c\n' })).toMatchObject({
      code: 'chart.template',
      place: { file: 'templates/x.yaml' },
    });
  });

  test('ends a template that never would', async () => {
    const error = await failure(
      { [x]: '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}' },
      { input: { limits: { steps: 10_000 } } },
    );
    expect(error).toMatchObject({
      code: 'chart.template',
      message: 'shop/templates/x.yaml:1: the template takes too many steps',
      place: { file: 'templates/x.yaml', line: 1 },
    });
  });

  test('ends a template that prints without end', async () => {
    const error = await failure(
      { [x]: '{{ range until 1000 }}{{ repeat 1000 "x" }}{{ end }}' },
      { input: { limits: { output: 5000 } } },
    );
    expect(error).toMatchObject({
      code: 'chart.template',
      message: 'shop/templates/x.yaml:1: the template prints too much',
      place: { file: 'templates/x.yaml', line: 1 },
    });
  });

  test('has a code for each kind of mistake', async () => {
    expect(await failure({ 'Chart.yaml': chartYaml('shop', 'type: library\n') })).toMatchObject({
      code: 'chart.not-installable',
    });
    expect(await failure({ 'Chart.yaml': chartYaml('shop', 'kubeVersion: "<1"\n') })).toMatchObject({
      code: 'chart.incompatible',
      place: { file: 'Chart.yaml' },
    });
    expect(await failure({ 'values.schema.json': '{"required": ["a"]}' })).toMatchObject({
      code: 'chart.schema',
      message: expect.stringContaining("- at '': missing property 'a'"),
    });
    expect(await failure({ 'values.yaml': 'sub: 1\n', 'charts/sub/Chart.yaml': chartYaml('sub') })).toMatchObject({
      code: 'chart.values',
      message: 'type mismatch on sub: %!t(float64=1)',
    });
  });
});
