import { expect, test } from 'vitest';
import { expandJqPath, parseJqPath } from '../../../src/foundation/fields/jq-path.ts';

const object = {
  metadata: { labels: { 'a.b/c': '1', plain: '2' } },
  spec: {
    containers: [
      { name: 'main', image: 'a' },
      { name: 'proxy', image: 'b', port: 80 },
    ],
  },
};

test.each<[string, string[]]>([
  ['.spec.containers[0].image', ['/spec/containers/0/image']],
  ['.spec.containers[].image', ['/spec/containers/0/image', '/spec/containers/1/image']],
  ['.spec.containers[] | .image', ['/spec/containers/0/image', '/spec/containers/1/image']],
  ['.spec.containers[] | select(.name == "proxy") | .image', ['/spec/containers/1/image']],
  ['.spec.containers[] | select(.port == 80)', ['/spec/containers/1']],
  ['.spec.containers[] | select(.name=="nobody") | .image', []],
  ['.metadata.labels["a.b/c"]', ['/metadata/labels/a.b~1c']],
  ['.metadata.labels[]', ['/metadata/labels/a.b~1c', '/metadata/labels/plain']],
  ['.metadata.annotations', ['/metadata/annotations']],
  ['.spec.nothing.below', []],
])('%s names %j', (text, pointers) => {
  const path = parseJqPath(text);
  expect(path && expandJqPath(path, object)).toEqual(pointers);
});

test.each([
  '',
  'spec',
  '.spec | length',
  '.a + .b',
  '.spec.containers[] | select(.name)',
  '..',
  '.a[',
  `.${'a'.repeat(2000)}`,
])('%j is no path', (text) => {
  expect(parseJqPath(text)).toBeUndefined();
});

test('the prototype is no place', () => {
  const path = parseJqPath('.constructor.name');
  expect(path && expandJqPath(path, object)).toEqual([]);
});
