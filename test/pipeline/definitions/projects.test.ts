import { describe, expect, test } from 'vitest';
import { formatPlace } from '../../../src/foundation/base/errors.ts';
import { definitionId } from '../../../src/pipeline/definitions/release-definition.ts';
import { application, environment, readFleetOf } from './memory-files.ts';

const project = (name: string, spec = '{}') =>
  `apiVersion: helm-gitops.io/v1\nkind: Project\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const shop = (spec: string) => application('shop', `{chart: {path: charts/x}, ${spec}}`);

async function told(files: Record<string, string>) {
  const { definitions, problems } = await readFleetOf(files);
  const texts = problems.map(({ place, message, hint }) => `${place ? formatPlace(place) : ''} ${message} (${hint})`);
  return { ids: definitions.map(definitionId), definitions, texts };
}

describe('which project', () => {
  test('is no question while the fleet has none', async () => {
    expect(await told({ 'apps/shop.yaml': application('shop') })).toMatchObject({ ids: ['shop/default'], texts: [] });
  });

  test('is the one that the application names', async () => {
    const { definitions, texts } = await told({
      'apps/web.yaml': project('web', '{serviceAccount: deployer, kinds: {deny: [ClusterRole]}}'),
      'apps/shop.yaml': shop('project: web, releaseName: "{{project}}-{{app}}"'),
    });
    expect(texts).toEqual([]);
    expect(definitions[0]).toMatchObject({
      releaseName: 'web-shop',
      project: { name: 'web', serviceAccount: 'deployer', kinds: { deny: ['ClusterRole'] } },
    });
  });

  test.each([
    [
      'none, and the fleet has projects',
      { 'apps/web.yaml': project('web'), 'apps/shop.yaml': application('shop') },
      'apps/shop.yaml:3:18 application shop is of no project, and the fleet has projects (give spec.project: web)',
    ],
    [
      'one that there is not',
      { 'apps/web.yaml': project('web'), 'apps/shop.yaml': shop('project: wep') },
      'apps/shop.yaml:4:42 there is no Project "wep" (did you mean "web"?)',
    ],
    [
      'one, though the fleet has no Project at all',
      { 'apps/shop.yaml': shop('project: web') },
      'apps/shop.yaml:4:42 there is no Project "web" (add a Project document of that name)',
    ],
  ])('is an error of an application that names %s', async (_name, files, expected) => {
    expect(await told(files)).toMatchObject({ ids: [], texts: [expected] });
  });

  test('a Project that is not understood holds up its applications only', async () => {
    const { ids, texts } = await told({
      'apps/web.yaml': project('web', '{serviceAcount: deployer}'),
      'apps/infra.yaml': project('infra'),
      'apps/shop.yaml': shop('project: web'),
      'apps/dns.yaml': application('dns', '{chart: {path: charts/x}, project: infra}'),
    });
    expect(ids).toEqual(['dns/default']);
    expect(texts).toEqual(['apps/web.yaml:4:8 unknown field "serviceAcount" in spec (did you mean "serviceAccount"?)']);
  });

  test('two of one name limit nobody: both are refused, and what they were for waits', async () => {
    const { ids, texts } = await told({
      'apps/a.yaml': project('web'),
      'apps/b.yaml': project('web'),
      'apps/shop.yaml': shop('project: web'),
    });
    expect(ids).toEqual([]);
    expect(texts).toHaveLength(2);
  });
});

describe('applications of applications', () => {
  const files = (own: string) => ({
    'apps/web.yaml': project('web'),
    'apps/infra.yaml': project('infra'),
    'apps/all.yaml': application('all', '{project: web, apps: {path: teams/shop}}'),
    'teams/shop/shop.yaml': application('shop', `{chart: {path: charts/x}${own}}`),
  });

  test('hand their project down', async () => {
    const { definitions, texts } = await told(files(''));
    expect(texts).toEqual([]);
    expect(definitions[0]).toMatchObject({ app: 'shop', project: { name: 'web' } });
  });

  test('are not left by their children', async () => {
    expect((await told(files(', project: infra'))).texts).toEqual([
      'teams/shop/shop.yaml:4:42 application shop cannot be of project infra: all, which leads to it, is of project web (leave spec.project out, or write web)',
    ]);
  });

  test('are not left by what lies between either', async () => {
    const { ids, texts } = await told({
      ...files(''),
      'teams/shop/more.yaml': application('more', '{project: infra, apps: {path: deep}}'),
      'deep/cart.yaml': application('cart', '{chart: {path: charts/x}, project: infra}'),
    });
    expect(ids).toEqual(['shop/default']);
    expect(texts.map((text) => text.slice(0, text.indexOf(' ')))).toEqual([
      'deep/cart.yaml:4:42',
      'teams/shop/more.yaml:4:17',
    ]);
  });
});

describe('limits', () => {
  const within = (limits: string, spec: string) =>
    told({
      'apps/web.yaml': project('web', limits),
      'apps/shop.yaml': application('shop', `{project: web, ${spec}}`),
      'apps/prod.yaml': environment('prod'),
    });

  test.each([
    ['{destinations: [{namespace: "shop-*"}]}', 'prod', 'namespace shop-* of any cluster'],
    ['{destinations: [{cluster: other, namespace: prod}]}', 'prod', 'namespace prod of other'],
    ['{destinations: []}', 'prod', 'no destination'],
  ])('a namespace outside of %s is refused', async (limits, namespace, allowed) => {
    const { ids, texts } = await within(limits, 'chart: {path: charts/x}, environments: {prod: {}}');
    expect(ids).toEqual([]);
    expect(texts).toEqual([
      `apps/shop.yaml:3:18 namespace ${namespace} of cluster local is no destination of project web (project web (apps/web.yaml:3:18) allows ${allowed})`,
    ]);
  });

  test('a namespace that is written is refused where it is written', async () => {
    const { texts } = await within(
      '{destinations: [{cluster: "loc*", namespace: prod}]}',
      'chart: {path: charts/x}, environments: {prod: {namespace: kube-system}}',
    );
    expect(texts[0]).toContain('apps/shop.yaml:4:80 namespace kube-system of cluster local is no destination');
  });

  test.each([
    ['{path: charts/x}', '["."]', true],
    ['{path: charts/x}', '["https://**"]', false],
    ['{path: charts/x}', '[]', false],
    ['{repository: "https://charts.example.com", name: shop}', '["https://charts.example.com/*"]', true],
    ['{repository: "https://charts.example.com/", name: shop}', '["https://charts.example.com"]', true],
    ['{repository: "https://CHARTS.example.com:443", name: shop}', '["https://charts.example.com/shop"]', true],
    ['{repository: "https://charts.example.com", name: cart}', '["https://charts.example.com/shop"]', false],
    ['{repository: "https://charts.example.com/web/../infra", name: x}', '["https://charts.example.com/web/*"]', false],
    [
      '{repository: "https://charts.example.com/web/%2e%2E/infra", name: x}',
      '["https://charts.example.com/web/*"]',
      false,
    ],
    ['{repository: "https://charts.example.com/web", name: ../infra/x}', '["https://charts.example.com/web/x"]', false],
    ['{repository: "https://evil.org/charts.example.com/", name: x}', '["https://*.example.com/*"]', false],
    ['{repository: "http://charts.example.com", name: shop}', '["https://charts.example.com/*"]', false],
    ['{oci: "oci://registry.example.com/charts/shop:1.4.2"}', '["oci://registry.example.com/charts/*"]', true],
    ['{oci: "oci://registry.example.com/other/shop"}', '["oci://registry.example.com/charts/*"]', false],
    [
      '{git: "git@github.com:org/charts.git", path: shop}',
      '["https://github.com/org/*", "ssh://github.com/org/*"]',
      true,
    ],
    ['{git: "https://github.com/org/charts.git", path: shop}', '["https://github.com/org/charts"]', true],
    ['{git: "https://github.com/evil/charts.git", path: shop}', '["https://github.com/org/*"]', false],
  ])('the chart %s of %s: %s', async (chart, repositories, allowed) => {
    const { ids, texts } = await within(`{repositories: ${repositories}}`, `chart: ${chart}, environments: {prod: {}}`);
    expect([ids, texts.length]).toEqual(allowed ? [['shop/prod'], 0] : [[], 1]);
    if (!allowed) expect(texts[0]).toMatch(/^apps\/shop.yaml:4:\d+ project web does not allow a chart/);
  });

  test.each([
    ['{serviceAccount: "system:admin"}', 'expected the name of a ServiceAccount, or NAMESPACE/NAME'],
    ['{serviceAccount: a/b/c}', 'expected the name of a ServiceAccount, or NAMESPACE/NAME'],
    ['{kinds: {deny: ["a b"]}}', 'expected a kind such as ClusterRole or apps/Deployment'],
    ['{destinations: [{namespaces: x}]}', 'unknown field "namespaces"'],
  ])('%s is no Project', async (limits, message) => {
    expect((await within(limits, 'chart: {path: charts/x}')).texts.join()).toContain(message);
  });
});
