import { describe, expect, test } from 'vitest';
import { outlineOf, similarity } from '../../../src/foundation/document/outline.ts';
import type { ReleaseDefinition } from '../../../src/pipeline/definitions/release-definition.ts';
import { findRename } from '../../../src/pipeline/remediate/find-rename.ts';
import { chartName } from '../../../src/pipeline/remember-release.ts';
import { definition, releaseState } from '../release-scene.ts';

const text = (name: string, lines: readonly string[] = []) =>
  ['kind: Application', `metadata: {name: ${name}}`, 'spec:', `  values: [values/${name}.yaml]`, ...lines].join('\n');

function defined(app: string, file: string, more: Partial<ReleaseDefinition> & { lines?: readonly string[] } = {}) {
  const { lines, ...rest } = more;
  const origin = { ...definition.origin, place: { file }, outline: outlineOf(text(app, lines), app) };
  return { ...definition, app, origin, ...rest };
}

/** `shop` of shop.yaml, as it was deployed. */
const before = {
  ...releaseState(),
  definition: { file: 'shop.yaml', chart: 'path charts/shop', outline: outlineOf(text('shop'), 'shop') },
};
const otherChart = { chart: { ...definition.chart, type: 'path', path: 'charts/other' } } as const;
const long = Array.from({ length: 20 }, (_, number) => `  line${number}: 1`);
const files: Readonly<Record<string, string>> = { shop: 'shop.yaml', known: 'known.yaml', beside: 'shop.yaml' };
const fileBefore = (app: string) => files[app];

describe('what a release goes on as', () => {
  test.each<[string, readonly ReleaseDefinition[], string | undefined]>([
    ['another name in the same file', [defined('store', 'shop.yaml')], 'store'],
    ['another name in a file that says the same', [defined('store', 'store.yaml')], 'store'],
    ['whatever else its file has got', [defined('a', 'shop.yaml', otherChart), defined('b', 'shop.yaml')], 'b'],
    ['not one that names it', [defined('store', 'shop.yaml', { formerly: ['shop'] })], undefined],
    ['not one of another chart', [defined('store', 'shop.yaml', otherChart)], undefined],
    ['not one of another environment', [defined('store', 'shop.yaml', { environment: 'prod' })], undefined],
    ['not one that says something else', [defined('store', 'store.yaml', { lines: long })], undefined],
    ['not one that ran before', [defined('known', 'known.yaml')], undefined],
    ['not one that stood beside it in its file', [defined('beside', 'shop.yaml')], undefined],
    ['nor when it moved', [defined('shop', 'new.yaml', otherChart), defined('beside', 'shop.yaml')], undefined],
    ['not a copy beside it', [defined('shop', 'shop.yaml'), defined('copy', 'copy.yaml')], undefined],
    [
      'not what took its place when its file moved',
      [defined('shop', 'new.yaml'), defined('b', 'shop.yaml')],
      undefined,
    ],
    [
      'two that changed their names with each other',
      [defined('shop', 'known.yaml', otherChart), defined('known', 'shop.yaml')],
      'known',
    ],
    ['the likest of several', [defined('b', 'b.yaml', { lines: ['  a: 1'] }), defined('c', 'c.yaml')], 'c'],
  ])('%s', (_sentence, all, expected) => {
    expect(findRename({ state: before, defined: all, chartOf: chartName, fileBefore })?.app).toBe(expected);
  });

  test('a release of which nobody remembers what defined it is never taken for another', () => {
    const state = releaseState();
    expect(
      findRename({ state, defined: [defined('store', 'shop.yaml')], chartOf: chartName, fileBefore }),
    ).toBeUndefined();
  });
});

describe('outlines', () => {
  test('do not count the own name, comments and empty lines', () => {
    expect(outlineOf(`# why\n\n${text('shop')}`, 'shop')).toBe(outlineOf(text('web-store'), 'web-store'));
  });

  test('a name within other words is not its own', () => {
    expect(outlineOf('a: shopping', 'shop')).not.toBe(outlineOf('a: storeping', 'store'));
  });

  test.each([
    ['a\nb\nc', 'a\nb\nc', 1],
    ['a\nb\nc\nd', 'd\na', 0.5],
    ['a', 'b', 0],
    ['a\na', 'a', 0.5],
    ['', '', 1],
  ])('%j and %j are alike by %d', (one, other, expected) => {
    expect(similarity(outlineOf(one, 'x'), outlineOf(other, 'x'))).toBe(expected);
  });
});

test.each([
  [{ type: 'oci', reference: 'oci://h:5000/a/shop:1.0' }, 'oci oci://h:5000/a/shop'],
  [{ type: 'oci', reference: 'oci://h:5000/a/shop@sha256:1' }, 'oci oci://h:5000/a/shop'],
  [{ type: 'repository', repository: 'https://h', name: 'shop', version: '1' }, 'repository https://h shop'],
  [{ type: 'git', url: 'https://h/r.git', path: 'shop', revision: 'v1' }, 'git https://h/r.git shop'],
])('a chart is the same in another version: %j', (chart, expected) => {
  expect(chartName({ chart: chart as unknown as ReleaseDefinition['chart'] })).toBe(expected);
});
