import { describe, expect, test } from 'vitest';
import { allowsKind } from '../../../../src/pipeline/definitions/project-limits.ts';
import { application, environment, readFleetOf } from '../memory-files.ts';

const own = { urls: ['https://git.example.com/team/fleet.git'], revision: undefined };
const clusterAliases = new Map([['https://10.0.0.1', 'prod']]);
const project = (spec: string, name = 'web') =>
  `apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const app = (source: string, { of = 'web', to = '{name: in-cluster, namespace: shop}' } = {}) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n  project: ${of}\n  destination: ${to}\n  source: ${source}\n`;
const beside = '{repoURL: https://git.example.com/team/fleet.git, path: charts/shop}';
const all = '{sourceRepos: ["*"], destinations: [{server: "*", namespace: "*"}]}';

const read = (files: Record<string, string>, clusters = ['local']) =>
  readFleetOf(files, { own, clusters, clusterAliases });
const messages = async (spec: string, source = beside, to?: string, clusters?: string[]) => {
  const files = { 'apps/project.yaml': project(spec), 'apps/shop.yaml': app(source, to ? { to } : {}) };
  const { definitions, problems } = await read(files, clusters);
  return definitions.length === 1 ? 'runs' : problems.map(({ message }) => message).join();
};

describe('an AppProject', () => {
  test.each([
    ['["*"]', 'runs'],
    ['[]', 'project web does not allow'],
    ['["https://git.example.com/team/*"]', 'runs'],
    ['["https://git.example.com/*"]', 'project web does not allow'],
    ['["https://git.example.com/**"]', 'runs'],
    ['["https://GIT.example.com/team/fleet"]', 'runs'],
    ['["!https://git.example.com/**", "*"]', 'project web does not allow'],
    ['["!https://other.example.com/*"]', 'runs'],
  ])('with sourceRepos %s: %s', async (repos, expected) => {
    expect(await messages(`{sourceRepos: ${repos}, destinations: [{server: "*", namespace: "*"}]}`)).toContain(
      expected,
    );
  });

  test.each([
    ['[]', 'is no destination of project web'],
    ['[{server: https://kubernetes.default.svc, namespace: "sh*"}]', 'runs'],
    ['[{name: in-cluster, namespace: shop}]', 'runs'],
    ['[{server: "https://*", namespace: shop}]', 'runs'],
    ['[{server: https://kubernetes.default.svc, namespace: other}]', 'is no destination of project web'],
    ['[{name: elsewhere, namespace: "*"}]', 'is no destination of project web'],
    ['[{server: "*", namespace: "!kube-system"}]', 'a destination with ! ? [ or { is not supported'],
  ])('with destinations %s: %s', async (destinations, expected) => {
    expect(await messages(`{sourceRepos: ["*"], destinations: ${destinations}}`)).toContain(expected);
  });

  test('knows a cluster by its aliases', async () => {
    const to = '{name: prod, namespace: shop}';
    const spec = (server: string) => `{sourceRepos: ["*"], destinations: [{server: "${server}", namespace: "*"}]}`;
    expect(await messages(spec('https://10.0.0.1'), beside, to, ['prod', 'dev'])).toBe('runs');
    expect(await messages(spec('https://10.0.0.2'), beside, to, ['prod', 'dev'])).toContain('is no destination');
  });

  test.each([
    ['{}', ['Deployment'], ['ClusterRole']],
    ['{clusterResourceWhitelist: [{group: "*", kind: "*"}]}', ['Deployment', 'ClusterRole'], []],
    ['{namespaceResourceWhitelist: []}', [], ['Deployment', 'ClusterRole']],
    [
      '{namespaceResourceBlacklist: [{group: apps, kind: Deployment}], clusterResourceWhitelist: [{group: rbac.authorization.k8s.io, kind: ClusterRole}]}',
      ['ClusterRole'],
      ['Deployment'],
    ],
  ])('%s allows %j and not %j', async (lists, allowed, refused) => {
    const files = {
      'apps/project.yaml': project(`${all.slice(0, -1)}, ${lists.slice(1, -1)}}`),
      'apps/shop.yaml': app(beside),
    };
    const { definitions, problems } = await read(files);
    expect(problems).toEqual([]);
    const limits = definitions[0]?.project;
    const kinds = {
      Deployment: { group: 'apps', namespaced: true },
      ClusterRole: { group: 'rbac.authorization.k8s.io', namespaced: false },
    };
    const answers = Object.entries(kinds).filter(([kind, more]) => limits && allowsKind(limits, { kind, ...more }));
    expect(answers.map(([kind]) => kind)).toEqual(allowed);
    expect(refused).not.toContain(answers[0]?.[0]);
  });

  test.each([
    [
      '{syncWindows: [{kind: deny, schedule: "* * * * *", duration: 1h}]}',
      'project web: spec.syncWindows is not supported',
    ],
    ['{signatureKeys: [{keyID: A}]}', 'project web: spec.signatureKeys is not supported'],
    ['{sourceRepos: x}', 'spec.sourceRepos: expected a list, found text'],
  ])('%s is refused, and its applications wait; others do not', async (spec, message) => {
    const free = app(beside, { of: 'default', to: '{name: in-cluster, namespace: cart}' }).replace(
      'name: shop',
      'name: cart',
    );
    const { definitions, problems } = await read({
      'apps/p.yaml': project(spec),
      'apps/a.yaml': app(beside),
      'apps/b.yaml': free,
    });
    expect(definitions.map((one) => one.app)).toEqual(['cart']);
    expect(problems.map((one) => one.message)).toEqual([expect.stringContaining(message)]);
  });

  test('is wanted by name where there are some, and forces none of ours into one', async () => {
    const files = {
      'apps/p.yaml': project(all),
      'apps/a.yaml': app(beside, { of: 'wbe' }),
      'apps/b.yaml': application('own'),
      'apps/e.yaml': environment('default'),
    };
    const { definitions, problems } = await read(files);
    expect(definitions.map((one) => one.app)).toEqual(['own']);
    expect(problems).toMatchObject([{ message: 'there is no Project "wbe"', hint: 'did you mean "web"?' }]);
  });
});
