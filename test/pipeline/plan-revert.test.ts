import { expect, test } from 'vitest';
import type { Incident } from '../../src/foundation/state/incident.ts';
import { mergeMaps, readValues } from '../../src/foundation/values/read-values.ts';
import type { ReleaseDefinition } from '../../src/pipeline/definitions/release-definition.ts';
import { planRevert } from '../../src/pipeline/plan-revert.ts';
import { type Files, type RevertScene, revertedRelease, valueFilesOf } from './revert-scene.ts';

interface Scene extends RevertScene {
  readonly charts?: { good: string; bad: string };
}

const place = { file: 'apps/shop.yaml', line: 1 };
const incident = {
  ...{ at: '2026-11-21T12:00:00Z', digest: 'd', revision: '2'.repeat(40), from: 2, to: 1, version: 3 },
  ...{
    outcome: 'healthy',
    reason: 'ImagePullBackOff',
    message: 'no image',
    changed: [],
    objects: [],
    hooks: [],
    timeline: [],
  },
} as const satisfies Incident;

async function plan(scene: Scene) {
  const { good, bad, charts = { good: 'shop-1', bad: 'shop-1' } } = scene;
  const merged = (files: Files) =>
    valueFilesOf(scene).reduce((below, path) => mergeMaps(below, readValues(files[path] ?? '', 'helm4')), new Map());
  const planned = await planRevert({
    ...{ incident, charts, secretKeys: undefined, ...revertedRelease(scene) },
    values: { good: merged(good), bad: merged(bad) },
  });
  if (planned.revert === 'impossible') return `${planned.reason}: ${planned.message}`;
  if (planned.revert === 'none') return 'none';
  return {
    ...Object.fromEntries([...planned.files].map(([path, { after }]) => [path, after])),
    dropped: planned.dropped,
  };
}

const file = 'values/prod.yaml';
const app = (version: string, further = '') => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec:
  chart: {repository: "https://charts.example.com", name: shop, version: ${version}} # pinned
  environments: {prod: {}}
${further}`;
const remote = {
  type: 'repository',
  repository: 'https://charts.example.com',
  name: 'shop',
  version: '*',
  place,
} as unknown as ReleaseDefinition['chart'];

const rows: [what: string, scene: Scene, expected: unknown][] = [
  [
    'takes back what the change did and leaves what others did beside it',
    {
      good: { [file]: 'a: 1 # one\nb: 2\n' },
      bad: { [file]: 'a: 5 # one\nb: 2\nnew: x\n' },
      head: { [file]: '# more\na: 5 # one\nb: 3\nnew: x\n' },
    },
    { [file]: '# more\na: 1 # one\nb: 3\n', dropped: [] },
  ],
  [
    'drops what somebody has changed since, and takes back the rest',
    { good: { [file]: 'a: 1\nb: 2\n' }, bad: { [file]: 'a: 5\nb: 6\n' }, head: { [file]: 'a: 5\nb: 7\n' } },
    { [file]: 'a: 1\nb: 7\n', dropped: ['b'] },
  ],
  [
    'has nothing to do where all was changed since',
    { good: { [file]: 'a: 1\n' }, bad: { [file]: 'a: 5\n' }, head: { [file]: 'a: 6\n' } },
    'none',
  ],
  [
    'leaves lines alone that made no difference',
    {
      good: { 'values/common.yaml': 'a: 1\n', [file]: 'a: 1\nb: 1\n' },
      bad: { 'values/common.yaml': 'a: 2\n', [file]: 'a: 1\nb: 2\n' },
    },
    { [file]: 'a: 1\nb: 1\n', dropped: [] },
  ],
  [
    'takes an override away instead of writing what it overrode',
    {
      good: { 'values/common.yaml': 'a: 1\n', [file]: 'b: 1\n' },
      bad: { 'values/common.yaml': 'a: 1\n', [file]: 'a: 2\nb: 1\n' },
    },
    { [file]: 'b: 1\n', dropped: [] },
  ],
  [
    'edits no file that others read',
    { good: { [file]: 'a: 1\n' }, bad: { [file]: 'a: 2\n' }, beside: { app: 'other' } },
    'shared-file: shop/prod: a: it is set in a file that others read too (values/prod.yaml:1)',
  ],
  [
    'edits nothing where a part of the change cannot be taken back',
    {
      good: { [file]: 'a: 1\n', 'charts/shop/templates/x.yaml': '1' },
      bad: { [file]: 'a: 2\n', 'charts/shop/templates/x.yaml': '2' },
    },
    "chart: shop/prod: the chart's own files are not edited: charts/shop/templates/x.yaml",
  ],
  [
    "puts the chart's version back in the definition",
    {
      good: { 'apps/shop.yaml': app('1.0.0') },
      bad: { 'apps/shop.yaml': app('2.0.0') },
      head: { 'apps/shop.yaml': app('2.0.0', '---\n# the end\n') },
      ...{ chart: remote, charts: { good: 'shop-1.0.0', bad: 'shop-2.0.0' } },
    },
    { 'apps/shop.yaml': app('1.0.0', '---\n# the end\n'), dropped: [] },
  ],
  [
    "leaves a chart's version to people that several environments have",
    {
      good: { 'apps/shop.yaml': app('1.0.0') },
      bad: { 'apps/shop.yaml': app('2.0.0') },
      ...{ chart: remote, charts: { good: 'shop-1.0.0', bad: 'shop-2.0.0' }, beside: { environment: 'dev' } },
    },
    expect.stringMatching(/^shared-file: shop\/prod: apps\/shop.yaml spec.chart: /),
  ],
  [
    'says where a range led to another version',
    {
      good: { [file]: 'a: 1\n' },
      bad: { [file]: 'a: 1\n' },
      chart: remote,
      charts: { good: 'shop-1.0.0', bad: 'shop-1.0.1' },
    },
    'chart: shop/prod: the chart is shop-1.0.1 instead of shop-1.0.0 without a change of the definition',
  ],
  [
    'says where nothing of it is in values or the chart',
    { good: { [file]: 'a: 1\n' }, bad: { [file]: 'a: 1\n' } },
    expect.stringMatching(/^definition: shop\/prod: neither its values nor its chart/),
  ],
];
test.each(rows)('a revert %s', async (_, scene, expected) => {
  expect(await plan(scene)).toEqual(expected);
});
