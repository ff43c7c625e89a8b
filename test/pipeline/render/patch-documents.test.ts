import { describe, expect, test } from 'vitest';
import type { ObjectPatch } from '../../../src/pipeline/definitions/release-definition.ts';
import { patchDocuments } from '../../../src/pipeline/render/patch-documents.ts';

const place = { file: 'apps/shop.yaml', line: 7, column: 5 };

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web   # of the chart
  labels: {app: web, tier: front}
spec:
  replicas: 1
  template:
    spec:
      containers:
        - {name: web, image: "web:1", env: [{name: A, value: "1"}]}
        - {name: side, image: "side:1"}
`;
const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n';
const widget = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {parts: [{name: a}], size: 010}\n';

const files = new Map([
  ['c/templates/a.yaml', `${deployment}---\n${service}`],
  ['c/templates/w.yaml', widget],
  ['c/templates/_x.tpl', 'kind: Deployment'],
]);

const patch = (patchOf: ObjectPatch['patch'], target: ObjectPatch['target'] = {}): ObjectPatch => ({
  patch: patchOf,
  target,
  place,
});
const run = (...patches: ObjectPatch[]) => patchDocuments(files, patches, 'helm4');
const failure = (...patches: ObjectPatch[]): unknown => {
  try {
    run(...patches);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('patches of a definition', () => {
  test('a text block at the end of a document keeps its line break', () => {
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  a: |\n    one\n';
    const labels = patch({ metadata: { labels: { a: 'b' } } }, { kind: 'ConfigMap' });
    const result = patchDocuments(new Map([['c/templates/m.yaml', `${map}---\n${map}`]]), [labels], 'helm4');
    expect(result.get('c/templates/m.yaml')?.match(/a: \|\n {4}one/g)).toHaveLength(2);
  });

  test('a strategic merge goes by the merge keys of the kind, and leaves other documents as they were', () => {
    const containers = [{ name: 'web', env: [{ name: 'B', value: '2' }] }];
    const result = run(patch({ spec: { template: { spec: { containers } } } }, { kind: 'Deployment' }));
    expect(result.get('c/templates/a.yaml')).toBe(`---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
    tier: front
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - env:
        - name: B
          value: "2"
        - name: A
          value: "1"
        image: web:1
        name: web
      - image: side:1
        name: side
---
${service}`);
    expect(result.get('c/templates/w.yaml')).toBe(widget);
    expect(result.get('c/templates/_x.tpl')).toBe('kind: Deployment');
  });

  test('JSON 6902, as a list or as its text', () => {
    const operations = [{ op: 'replace', path: '/spec/replicas', value: 3 }];
    for (const form of [operations, JSON.stringify(operations), '- {op: replace, path: /spec/replicas, value: 3}'])
      expect(run(patch(form, { name: 'web', kind: 'Deployment' })).get('c/templates/a.yaml')).toContain('replicas: 3');
  });

  test('a custom kind is merged as JSON: lists are replaced', () => {
    const result = run(
      patch({ spec: { parts: [{ name: 'b' }], more: null } }, { kind: 'Widget', group: 'example.com' }),
    );
    expect(result.get('c/templates/w.yaml')).toBe(
      '---\napiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\nspec:\n  parts:\n  - name: b\n  size: 8',
    );
  });

  test('a patch may name its object itself, and take it away', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n$patch: delete\n';
    expect(run(patch(text)).get('c/templates/a.yaml')).toBe(`---\n${deployment}`);
  });

  test.each([
    [{ name: 'w*' }, ['Deployment', 'Service', 'Widget']],
    [{ kind: 'Service' }, ['Service']],
    [{ group: '' }, ['Service']],
    [{ labels: 'app=web' }, ['Deployment']],
    [{ labels: 'tier!=front' }, ['Service', 'Widget']],
    [{ labels: 'app==web, tier != back', name: 'web' }, ['Deployment']],
  ])('target %j', (target, kinds) => {
    const result = [...run(patch({ metadata: { annotations: { patched: 'yes' } } }, target)).values()].join('---\n');
    const patched = result.split('---\n').filter((text) => text.includes('patched'));
    expect(patched.map((text) => /kind: (\w+)/.exec(text)?.[1])).toEqual(kinds);
  });

  test('later patches see what earlier ones did', () => {
    const add = patch([{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }], { kind: 'Service' });
    const test6902 = patch([{ op: 'test', path: '/metadata/labels/a', value: 'b' }], { labels: 'a=b' });
    // Which objects a patch fits is decided by what the chart rendered.
    expect(failure(add, test6902)).toMatchObject({ code: 'render.patch' });
    const also = patch([{ op: 'test', path: '/metadata/labels/a', value: 'b' }], { kind: 'Service' });
    expect(failure(add, also)).toBeUndefined();
  });

  test.each([
    [patch({ a: 1 }), 'the patch names no object'],
    [patch('just text', { kind: 'Service' }), 'a patch is a map (strategic merge) or a list of operations (JSON 6902)'],
    [patch('a: [', { kind: 'Service' }), 'the patch is not YAML: '],
    [patch({ a: 1 }, { kind: 'Ingress' }), 'the patch fits no object of the release (kind: Ingress)'],
    [patch({ a: 1 }, { labels: 'app in (a)' }), '"app in (a)" is not a label selector'],
    [patch([{ op: 'remove', path: '/spec/none' }], { kind: 'Service' }), 'Service/web cannot be patched: '],
  ])('%# is told with its place', (given, message) => {
    expect(failure(given)).toMatchObject({ code: 'render.patch', place, message: expect.stringContaining(message) });
  });
});
