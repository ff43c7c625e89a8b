import { describe, expect, test } from 'vitest';
import { formatPlace } from '../../../../src/foundation/base/errors.ts';
import {
  newDefinitionCache,
  type ReadDefinitionsInput,
} from '../../../../src/pipeline/definitions/read-definitions.ts';
import type { ReleaseDefinition } from '../../../../src/pipeline/definitions/release-definition.ts';
import { openCheckoutFiles } from '../../../../src/pipeline/source/checkout-files.ts';
import { memoryFiles, readFleetOf } from '../memory-files.ts';

const own = { urls: ['https://git.example.com/team/fleet.git'], revision: undefined };
const repo = 'https://git.example.com/team/fleet';

interface Parts {
  readonly name?: string;
  readonly generators: string;
  readonly more?: string;
  readonly template?: string;
}

const source = `source: {repoURL: "${repo}", path: charts/x}`;
const app = (name: string, spec = source, metadata = '') =>
  `{metadata: {name: '${name}'${metadata}}, spec: {project: default, destination: {name: in-cluster, namespace: web}, ${spec}}}`;

/** `generators` and the rest are YAML in one line each. */
const set = ({ name = 'shops', generators, more = '', template = app('{{.name}}') }: Parts) =>
  `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: ${name}}
spec:
${more.includes('goTemplate:') ? '' : '  goTemplate: true\n'}${more ? `  ${more}\n` : ''}  generators: ${generators}
  template: ${template}
`;

const read = (parts: Parts, input: Partial<ReadDefinitionsInput> = {}, files: Readonly<Record<string, string>> = {}) =>
  readFleetOf({ 'apps/set.yaml': set(parts), ...files }, { own, ...input });

const apps = async (...given: Parameters<typeof read>): Promise<ReleaseDefinition[]> => {
  const { definitions, problems } = await read(...given);
  expect(problems).toEqual([]);
  return [...definitions];
};
const names = async (...given: Parameters<typeof read>) => (await apps(...given)).map((one) => one.app);
const told = async (...given: Parameters<typeof read>) => {
  const { definitions, problems, notices } = await read(...given);
  const say = ({ message, place, hint }: (typeof problems)[number]) =>
    `${place ? formatPlace(place) : ''} ${message}${hint ? ` (${hint})` : ''}`;
  return { apps: definitions.map((one) => one.app), problems: problems.map(say), notices: notices.map(say) };
};

const two = '[{list: {elements: [{name: a, rank: 1}, {name: b, rank: 2}]}}]';
const plain = 'goTemplate: false';

describe('an ApplicationSet', () => {
  test('makes an application of each element, as if it stood there by itself', async () => {
    const [one] = await apps({ generators: two });
    expect(one).toMatchObject({
      app: 'a',
      cluster: 'local',
      namespace: 'web',
      releaseName: 'a',
      chart: { type: 'path', path: 'charts/x' },
      foreign: { kind: 'Application', namespace: 'argocd', name: 'a' },
      origin: { place: { file: 'apps/set.yaml', line: 7 } },
      settings: { onRemove: 'uninstall', sync: { automatic: false } },
    });
  });

  test.each([
    [
      'elements, and a list in YAML behind them',
      `[{list: {elements: [{name: a}], elementsYaml: "[{name: b}]"}}]`,
      ['a', 'b'],
    ],
    ['several generators', '[{list: {elements: [{name: a}]}}, {list: {elements: [{name: b}]}}]', ['a', 'b']],
    [
      'a selector of parameters',
      '[{list: {elements: [{name: a, x: {z: 1}}, {name: b, x: {z: 2}}]}, selector: {matchLabels: {x.z: "2"}}}]',
      ['b'],
    ],
    [
      'expressions',
      '[{list: {elements: [{name: a, t: x}, {name: b}, {name: c, t: z}]}, selector: {matchExpressions: [{key: t, operator: NotIn, values: [x]}, {key: t, operator: Exists}]}}]',
      ['c'],
    ],
    [
      'a matrix',
      '[{matrix: {generators: [{list: {elements: [{k: a}, {k: b}]}}, {list: {elements: [{name: "{{.k}}-x"}, {name: "{{.k}}-y"}]}}]}}]',
      ['a-x', 'a-y', 'b-x', 'b-y'],
    ],
    [
      'a merge: the first says which there are',
      '[{merge: {mergeKeys: [k], generators: [{list: {elements: [{k: "1", name: a}, {k: "2", name: b}]}}, {list: {elements: [{k: "2", name: c}, {k: "3", name: d}]}}]}}]',
      ['a', 'c'],
    ],
    [
      'a merge within a matrix',
      '[{matrix: {generators: [{merge: {mergeKeys: [k], generators: [{list: {elements: [{k: "1", v: a}]}}, {list: {elements: [{k: "1", v: b}]}}]}}, {list: {elements: [{name: "{{.v}}-1"}]}}]}}]',
      ['b-1'],
    ],
    [
      'a template of the generator over that of the set',
      `[{list: {elements: [{name: a}], template: {metadata: {name: "own-{{.name}}"}}}}]`,
      ['own-a'],
    ],
  ])('%s', async (_what, generators, expected) => {
    expect(await names({ generators })).toEqual(expected);
  });

  test('without goTemplate names in braces are replaced, and unknown ones stay', async () => {
    const generators = '[{list: {elements: [{cluster: a, values: {tier: x}}]}}]';
    const helm = `source: {repoURL: "${repo}", path: charts/x, helm: {valuesObject: {x: ~, b: '{{unknown}}', '{{ cluster }}': 1}}}`;
    const [one] = await apps({ generators, more: plain, template: app('{{cluster}}-{{values.tier}}', helm) });
    expect(one?.app).toBe('a-x');
    expect(one?.values).toEqual([expect.objectContaining({ values: { a: 1, b: '{{unknown}}' } })]);
  });

  test('parameters of folders and of files', async () => {
    const files = {
      'envs/dev/b.yaml': 'x',
      'envs/prod/values.yaml': 'x',
      'envs/prod/.hidden/x.yaml': 'x',
      'envs/old/x.yaml': 'x',
      'conf/a/c.json': '{"app": {"name": "one", "port": 80, "on": true}}',
      'conf/deep/er/c.json': '[{"app": {"name": "two"}}, {"app": {"name": "three"}}]',
      'conf/skip/c.json': '{"app": {"name": "four"}}',
    };
    const folders = `[{git: {repoURL: "${repo}", revision: HEAD, directories: [{path: envs/*}, {path: envs/old, exclude: true}]}}]`;
    expect(
      await names({ generators: folders, template: app('{{.path.basename}}-{{index .path.segments 0}}') }, {}, files),
    ).toEqual(['dev-envs', 'prod-envs']);
    expect(
      await names({ generators: folders, more: plain, template: app('{{path.basename}}-{{path[0]}}') }, {}, files),
    ).toEqual(['dev-envs', 'prod-envs']);
    const of = `[{git: {repoURL: "${repo}", files: [{path: conf/*.json}, {path: conf/skip/c.json, exclude: true}], values: {called: "{{.app.name}}"}}}]`;
    expect(
      await names({ generators: of, template: app('{{.values.called}}-{{.path.basenameNormalized}}') }, {}, files),
    ).toEqual(['one-a', 'three-er', 'two-er']);
    const flat = `[{git: {repoURL: "${repo}", files: [{path: "conf/a/*"}]}}]`;
    expect(
      await names(
        { generators: flat, more: plain, template: app('{{app.name}}-{{app.port}}-{{app.on}}-{{path.filename}}') },
        {},
        files,
      ),
    ).toEqual(['one-80-true-c.json']);
    const prefixed = `[{git: {repoURL: "${repo}", directories: [{path: envs/d*}], pathParamPrefix: my}}]`;
    expect(await names({ generators: prefixed, template: app('{{.my.path.basename}}') }, {}, files)).toEqual(['dev']);
  });

  test('clusters by their labels; the one that Argo CD runs in has none', async () => {
    const input = {
      clusters: ['home', 'dev', 'Prod_1'],
      clusterAliases: new Map([
        ['in-cluster', 'home'],
        ['https://1.2.3.4', 'dev'],
      ]),
      clusterLabels: new Map([['Prod_1', { env: 'prod' }]]),
    };
    const template = `{metadata: {name: '{{.nameNormalized}}'}, spec: {destination: {server: '{{.server}}', namespace: x}, ${source}}}`;
    const chosen = async (clusters: string) =>
      (await apps({ generators: `[{clusters: ${clusters}}]`, template }, input)).map(
        (one) => `${one.app} ${one.cluster}`,
      );
    expect(await chosen('{}')).toEqual(['dev dev', 'in-cluster home', 'prod-1 Prod_1']);
    expect(await chosen('{selector: {matchLabels: {env: prod}}}')).toEqual(['prod-1 Prod_1']);
    expect(await chosen('{selector: {matchLabels: {argocd.argoproj.io/secret-type: cluster}}}')).toEqual([
      'dev dev',
      'prod-1 Prod_1',
    ]);
    const flat = {
      generators: '[{clusters: {flatList: true}}]',
      template: app('{{range .clusters}}{{.nameNormalized}}.{{end}}z'),
    };
    expect(await names(flat, input)).toEqual(['dev.prod-1.in-cluster.z']);
  });

  test('a patch is merged over the application, and changes no project', async () => {
    const patch = `templatePatch: '{metadata: {finalizers: [x]}, spec: {project: other, syncPolicy: {{ if eq .rank 2.0 }}{automated: {}}{{ else }}null{{ end }}}}'`;
    const [a, b] = await apps({ generators: two, more: patch });
    expect([a?.settings.sync.automatic, b?.settings.sync.automatic]).toEqual([false, true]);
    expect(a?.settings.onRemove).toBe('uninstall');
  });

  test.each([
    ['preserveResourcesOnDeletion: true', 'keep'],
    ['applicationsSync: create-update', 'keep'],
    ['applicationsSync: sync', 'uninstall'],
  ])('%s: onRemove is %s', async (policy, onRemove) => {
    const [one] = await apps({ generators: two, more: `syncPolicy: {${policy}}` });
    expect(one?.settings.onRemove).toBe(onRemove);
  });

  test('with RollingSync a step waits for the one before, and who is in none for a person', async () => {
    const step = (env: string) => `{matchExpressions: [{key: env, operator: In, values: [${env}]}]}`;
    const more = `strategy: {type: RollingSync, rollingSync: {steps: [${step('dev')}, ${step('none')}, ${step('prod')}]}}`;
    const generators = '[{list: {elements: [{name: a, env: dev}, {name: b, env: prod}, {name: c, env: x}]}}]';
    const template = app('{{.name}}', source, ", labels: {env: '{{.env}}'}");
    const found = (await apps({ generators, more, template })).map(({ app: name, settings }) => ({
      name,
      automatic: settings.sync.automatic,
      after: settings.dependsOn.map((one) => one.app),
    }));
    expect(found).toEqual([
      { name: 'a', automatic: true, after: [] },
      { name: 'b', automatic: true, after: ['a'] },
      { name: 'c', automatic: false, after: [] },
    ]);
  });

  test('functions: Sprig, and those of Argo CD', async () => {
    const name = `{{ .name | upper | lower }}-{{ normalize "A_b" }}-{{ slugify 10 true "feat/a_long-name" }}-{{ dig "x" "y" "z" . }}`;
    expect(
      await names({ generators: '[{list: {elements: [{name: a}]}}]', template: app(name.replaceAll('"', '"')) }),
    ).toEqual(['a-a-b-feat-a-z']);
  });
});

describe('what is wrong with an ApplicationSet is told once, with its place, and what runs of it stays', () => {
  test.each([
    [
      'a missing key',
      { generators: two, more: 'goTemplateOptions: ["missingkey=error"]', template: app('{{.nome}}') },
      'map has no entry for key "nome"',
    ],
    ['a broken template', { generators: two, template: app('{{.name') }, 'unclosed action'],
    ['an unknown function', { generators: two, template: app('{{ env "HOME" }}') }, 'function "env" not defined'],
    ['the clock', { generators: two, template: app('{{ date "2006" "x" }}') }, 'date asks for the clock'],
    ['too much', { generators: two, template: app('{{ repeat 100000 "x" }}') }, 'repeat takes numbers up to 10000'],
    [
      'no end',
      { generators: two, template: app('{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}') },
      'template',
    ],
    [
      'a number without goTemplate',
      { generators: two, more: plain },
      "the element's rank is no text (quote it, or say goTemplate: true)",
    ],
    [
      'one generator of a matrix',
      { generators: '[{matrix: {generators: [{list: {elements: []}}]}}]' },
      'it has 1 generators, and takes two',
    ],
    ['elements that are no list', { generators: '[{list: {elementsYaml: "{a: b}"}}]' }, 'the generator list: '],
    ['no keys', { generators: '[{merge: {generators: [{list: {}}, {list: {}}]}}]' }, '"mergeKeys" is missing'],
    [
      'two of the same keys',
      { generators: '[{merge: {mergeKeys: [k], generators: [{list: {elements: [{k: a}, {k: a}]}}, {list: {}}]}}]' },
      'have the same merge keys: {"k":"a"}',
    ],
    [
      'a clash of a matrix',
      {
        generators: '[{matrix: {generators: [{list: {elements: [{k: a}]}}, {list: {elements: [{k: b}]}}]}}]',
        more: plain,
      },
      'both generators make k: "a" and "b"',
    ],
    [
      'pull requests',
      { generators: '[{pullRequest: {github: {}}}]' },
      'spec.generators[0].pullRequest is not supported',
    ],
    [
      'a plugin within a matrix',
      { generators: '[{matrix: {generators: [{plugin: {}}, {list: {}}]}}]' },
      'spec.generators[0].matrix.generators[0].plugin is not supported',
    ],
    ['nothing', { generators: '[{}]' }, 'it is no generator that is known'],
    [
      'another repository that is not read',
      { generators: '[{git: {repoURL: "https://elsewhere.example.com/x.git", directories: [{path: "*"}]}}]' },
      'other repositories are not read here',
    ],
    ['a bad application', { generators: two, template: app('{{.name}}_') }, 'a name is made of'],
  ])('%s', async (_what, parts, message) => {
    const found = await told(parts as Parts);
    expect(found.apps).toEqual([]);
    expect([...new Set(found.problems)]).toEqual([expect.stringContaining(message)]);
    expect(found.problems[0]).toMatch(/^apps\/set\.yaml:\d+:\d+ /);
    expect((await read(parts as Parts)).unreadFiles).toEqual(['apps/set.yaml']);
  });

  test('a file of parameters that is none is named', async () => {
    const generators = `[{git: {repoURL: "${repo}", files: [{path: conf/*}]}}]`;
    const found = await told({ generators }, {}, { 'conf/a.json': '{"name": "a"}', 'conf/b.json': '[1]' });
    expect(found).toMatchObject({
      apps: [],
      problems: ['conf/b.json application set shops: conf/b.json holds no parameters: a map, or a list of maps'],
    });
    const { unreadFiles } = await read({ generators }, {}, { 'conf/b.json': '{{{' });
    expect(unreadFiles).toEqual(['apps/set.yaml', 'conf/b.json']);
  });

  test('two applications of one name are neither read, others are', async () => {
    const generators = '[{list: {elements: [{name: a, rank: 1}, {name: a, rank: 2}, {name: b}]}}]';
    const found = await told({ generators });
    expect(found.apps).toEqual(['b']);
    expect(found.problems).toEqual([
      expect.stringContaining('application set shops makes 2 applications of the name "a"'),
    ]);
  });

  test('one of its applications that is refused keeps no other from running', async () => {
    const generators = '[{list: {elements: [{name: a}, {name: B}]}}]';
    const found = await told({ generators });
    expect(found.apps).toEqual(['a']);
    expect(found.problems).toHaveLength(1);
  });

  test('what is not honoured is told once for all applications', async () => {
    const found = await told({ generators: two, template: app('{{.name}}', `info: [{name: a, value: b}], ${source}`) });
    expect(found.notices).toEqual([
      expect.stringContaining('the applications of the set shops: spec.info is not honoured'),
    ]);
  });
});

test('an application stays the same object while nothing of it changes', async () => {
  const cache = newDefinitionCache();
  const files = { 'apps/set.yaml': set({ generators: `[{git: {repoURL: "${repo}", files: [{path: conf/*}]}}]` }) };
  const look = async (conf: Record<string, string>) =>
    (await readFleetOf({}, { own, cache, files: memoryFiles({ ...files, ...conf }) })).definitions;
  const [before] = await look({ 'conf/a.yaml': 'name: a' });
  const after = await look({ 'conf/a.yaml': 'name: a', 'conf/b.yaml': 'name: b' });
  expect(after.map((one) => one.app)).toEqual(['a', 'b']);
  expect(after[0]).toBe(before);
});

test('other repositories are read where they are followed, and named so', async () => {
  const other = await openCheckoutFiles(new URL('../../../fixtures/fleets/charts', import.meta.url).pathname);
  const checkout = { repository: 'x', revision: 'r', commit: undefined, root: '/', path: '' };
  const others = {
    nameOf: ({ git }: { git: string }) => `${git}@HEAD`,
    open: async ({ git }: { git: string }) => ({
      url: git,
      revision: undefined,
      checkout,
      files: other,
      problem: undefined,
    }),
  };
  const generators = '[{git: {repoURL: "https://elsewhere.example.com/x", directories: [{path: "*"}]}}]';
  const { definitions, others: opened } = await read(
    { generators, template: app('{{.path.basenameNormalized}}') },
    { others },
  );
  expect(definitions.length).toBeGreaterThan(0);
  expect([...opened.keys()]).toEqual(['https://elsewhere.example.com/x@HEAD']);
});
