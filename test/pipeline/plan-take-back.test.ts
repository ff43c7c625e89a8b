import { expect, test } from 'vitest';
import { planTakeBack, promotionLine } from '../../src/pipeline/plan-take-back.ts';
import { type RevertScene, revertedRelease } from './revert-scene.ts';

const file = 'values/prod.yaml';
const commit = 'c'.repeat(40);
const app = (prod: string) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec:
  environments:
    prod: {promote: {from: dev}${prod}} # the last
`;

async function plan(scene: RevertScene) {
  const planned = await planTakeBack({ ...revertedRelease(scene), commit, by: 'ann' });
  if (planned.plan !== 'ready') return planned;
  const files = Object.fromEntries([...planned.files].map(([path, { after }]) => [path, after]));
  return { files, values: planned.values, dropped: planned.dropped };
}

const rows: [what: string, scene: RevertScene, expected: unknown][] = [
  [
    'puts back the values of before, and leaves what others did since',
    {
      good: { [file]: 'image:\n  tag: v1 # by hand\nb: 1\n' },
      bad: { [file]: 'image:\n  tag: v2 # by hand\nb: 1\n' },
      head: { [file]: 'image:\n  tag: v2 # by hand\nb: 2\n' },
    },
    { files: { [file]: 'image:\n  tag: v1 # by hand\nb: 2\n' }, values: { 'image.tag': '"v1"' }, dropped: [] },
  ],
  [
    'takes away what was inherited before',
    { good: { [file]: 'a: 1\n' }, bad: { [file]: 'a: 1\ntag: v2\n' } },
    { files: { [file]: 'a: 1\n' }, values: { tag: '' }, dropped: [] },
  ],
  [
    'puts back the pin and the chart’s version of the definition',
    {
      good: { 'apps/shop.yaml': app(', chart: {version: 1.0.0}, revision: aaa') },
      bad: { 'apps/shop.yaml': app(', chart: {version: 1.1.0}, revision: bbb') },
    },
    {
      files: { 'apps/shop.yaml': app(', chart: {version: 1.0.0}, revision: aaa') },
      ...{ values: { revision: '"aaa"' }, dropped: [] },
    },
  ],
  [
    'puts back whole files',
    {
      good: { 'dashboards/prod.json': '[1]\n', 'dashboards/dev.json': '[2]\n' },
      bad: { 'dashboards/prod.json': '[2]\n', 'dashboards/dev.json': '[3]\n' },
    },
    {
      files: { 'dashboards/prod.json': '[1]\n' },
      ...{ values: { 'files."dashboards/prod.json"': expect.stringMatching(/^"sha256:/) }, dropped: [] },
    },
  ],
  [
    'leaves a whole file that somebody has changed since',
    {
      good: { 'dashboards/prod.json': '[1]\n' },
      bad: { 'dashboards/prod.json': '[2]\n' },
      head: { 'dashboards/prod.json': '[4]\n' },
    },
    { plan: 'none', dropped: ['files."dashboards/prod.json"'] },
  ],
  [
    'leaves what somebody has changed since',
    {
      good: { [file]: 'a: 1\nb: 1\n' },
      bad: { [file]: 'a: 2\nb: 2\n' },
      head: { [file]: 'a: 3\nb: 2\n' },
    },
    { files: { [file]: 'a: 3\nb: 1\n' }, values: { b: '1' }, dropped: ['a'] },
  ],
  [
    'does nothing where all of it was changed since',
    { good: { [file]: 'a: 1\n' }, bad: { [file]: 'a: 2\n' }, head: { [file]: 'a: 3\n' } },
    { plan: 'none', dropped: ['a'] },
  ],
  [
    'does nothing a second time',
    { good: { [file]: 'a: 1\n' }, bad: { [file]: 'a: 2\n' }, head: { [file]: 'a: 1\n' } },
    { plan: 'none', dropped: [] },
  ],
];
test.each(rows)('a promotion that is taken back %s', async (_, scene, expected) => {
  expect(await plan(scene)).toEqual(expected);
});

test('who asked for it stands in the message, on one line, and is no trailer', async () => {
  const scene = { good: { [file]: 'a: 1\n' }, bad: { [file]: 'a: 2\n' } };
  const planned = await planTakeBack({ ...revertedRelease(scene), commit, by: 'ann\n\nReviewed-by: bob' });
  expect(planned.plan === 'ready' && planned.message).toBe(`take back shop/prod: a 2→1

Asked by ann Reviewed-by: bob.

values/prod.yaml:1 a 2→1

Helm-Gitops-Promotion-Back: shop/prod
Helm-Gitops-Source: ${commit}
`);
});

test.each([
  ['Helm-Gitops-Promotion: shop dev→prod', true],
  ['Helm-Gitops-Promotion: shop dev→prod-eu', false],
  ['Helm-Gitops-Promotion: other-shop dev→prod', false],
  ['Helm-Gitops-Promotion-Back: shop/prod', false],
])('%s is its promotion: %s', (line, expected) => {
  expect(promotionLine({ app: 'shop', environment: 'prod' }).test(line)).toBe(expected);
});

test('a dot in a name is a dot', () => {
  const line = promotionLine({ app: 'shop.web', environment: 'prod' });
  expect(line.test('Helm-Gitops-Promotion: shop.web dev→prod')).toBe(true);
  expect(line.test('Helm-Gitops-Promotion: shop-web dev→prod')).toBe(false);
});
