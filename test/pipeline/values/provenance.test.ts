import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/foundation/manifest/object.ts';
import type { GoMap } from '../../../src/foundation/template/value.ts';
import type { ValuePath } from '../../../src/foundation/values/value-places.ts';
import { fromJson } from '../../../src/foundation/yaml/plain-json.ts';
import type { ValueLayer } from '../../../src/pipeline/values/merge-values.ts';
import {
  changedValues,
  formatValuePath,
  locateValue,
  parseValuePath,
  withValue,
} from '../../../src/pipeline/values/provenance.ts';

const map = (json: Json): GoMap => fromJson(json) as GoMap;
const definition = { file: 'apps/shop.yaml', line: 20 };
const layers: ValueLayer[] = [
  {
    type: 'file',
    path: 'common.yaml',
    text: 'image:\n  repository: shop\n  tag: v1 # first\nhosts:\n  - a\n  - name: b\n',
  },
  { type: 'file', path: 'prod.yaml', text: '# prod\nimage: {tag: v2}\nempty: {}\n---\nreplicas: 3\nreplicas: 4\n' },
  { type: 'values', values: map({ extra: { x: 1 } }), place: definition },
];

const places: readonly (readonly [ValuePath, unknown])[] = [
  [['image', 'tag'], { file: 'prod.yaml', line: 2, column: 9, excerpt: 'image: {tag: v2}' }],
  [['image', 'repository'], { file: 'common.yaml', line: 2, column: 3, excerpt: '  repository: shop' }],
  [['hosts', 1, 'name'], { file: 'common.yaml', line: 6, column: 5, excerpt: '  - name: b' }],
  [['hosts', 0], { file: 'common.yaml', line: 5, column: 5, excerpt: '  - a' }],
  [['replicas'], { file: 'prod.yaml', line: 6, column: 1, excerpt: 'replicas: 4' }],
  [['extra', 'x'], definition],
  [['none'], undefined],
  [['hosts', 7], undefined],
];

describe('the place that set a value', () => {
  test.each(places)('%j', (path, expected) => {
    expect(locateValue(layers, path)).toEqual(expected);
  });
});

describe('changed values', () => {
  test('are told leaf by leaf', () => {
    const before = map({
      image: { tag: 'v1', repository: 'x' },
      list: [1, { a: 1 }],
      gone: { a: 1, b: {} },
      same: [1],
      t: { a: 1 },
    });
    const after = map({ image: { tag: 'v2', repository: 'x' }, list: [1, { a: 2 }], fresh: null, same: [1], t: 5 });
    const told = changedValues(before, after).map(({ path, ...change }) => [
      formatValuePath(path),
      change.before,
      change.after,
    ]);
    expect(told).toEqual([
      ['fresh', undefined, null],
      ['gone.a', 1, undefined],
      ['gone.b', new Map(), undefined],
      ['image.tag', 'v1', 'v2'],
      ['list[1].a', 1, 2],
      ['t', new Map([['a', 1]]), 5],
    ]);
  });

  test('there are none between equal values, and some between different ones', () => {
    const values = fc.dictionary(fc.string(), fc.jsonValue()).map((json) => json as Json);
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(changedValues(map(a), map(structuredClone(a)))).toEqual([]);
        const differ = JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b));
        expect(changedValues(map(a), map(b)).length > 0).toBe(differ);
      }),
    );
  });

  test('paths with dots of their own are quoted', () => {
    expect(formatValuePath(['a.b', 'c', 0, ''])).toBe('"a.b".c[0].""');
  });

  test('what was told of a path can be typed again', () => {
    const steps = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(steps, (path) => {
        expect(parseValuePath(formatValuePath(path))).toEqual(path);
      }),
    );
    expect(parseValuePath('a\\.b.c[0].d')).toEqual(['a.b', 'c']);
  });

  test('undone one after the other they lead back', () => {
    const values = fc.dictionary(fc.string(), fc.jsonValue()).map((json) => json as Json);
    fc.assert(
      fc.property(values, values, (a, b) => {
        const changes = changedValues(map(a), map(b));
        const undone = changes.reduce((now, { path, before }) => withValue(now, path, before), map(b));
        expect(changedValues(map(a), undone).filter(({ before }) => before !== undefined)).toEqual([]);
      }),
    );
  });
});

function sorted(json: Json): Json {
  if (Array.isArray(json)) return json.map(sorted);
  if (typeof json === 'number') return json === 0 ? 0 : json;
  if (typeof json !== 'object' || json === null) return json;
  const keys = Object.keys(json).sort();
  return keys.map((key) => [key, sorted(json[key] as Json)]) as Json;
}
