import { describe, expect, test } from 'vitest';
import type { GoMap, GoValue } from '../../../src/foundation/template/value.ts';
import { mergeMaps, readValues } from '../../../src/foundation/values/read-values.ts';
import { chooseEdits } from '../../../src/pipeline/values/choose-edits.ts';
import { matchKeys } from '../../../src/pipeline/values/match-keys.ts';
import type { ValueLayer } from '../../../src/pipeline/values/merge-values.ts';

const values = (text: string): GoMap => readValues(text, 'helm4');
const file = (path: string, text: string, more: object = {}): ValueLayer => ({ type: 'file', path, text, ...more });
const inline = (text: string): ValueLayer => ({
  type: 'values',
  values: values(text),
  place: { file: 'apps/a.yaml', line: 9 },
});
const merged = (layers: readonly ValueLayer[]): GoMap =>
  layers.reduce<GoMap>(
    (below, one) => mergeMaps(below, one.type === 'file' ? values(one.text) : one.values),
    new Map(),
  );

interface Case {
  readonly from: string | readonly ValueLayer[];
  readonly layers: readonly ValueLayer[];
  readonly keys?: readonly string[];
}

function choose({ from, layers, keys = ['image.tag'] }: Case) {
  const own = new Set(
    layers.flatMap((layer) => (layer.type === 'file' && layer.path.startsWith('own') ? [layer.path] : [])),
  );
  const target = { values: merged(layers), layers };
  const sources = typeof from === 'string' ? [file('source', from)] : from;
  const source = { values: merged(sources), layers: sources };
  const { files, held, unset, edits } = chooseEdits({ from: source, target, keys, own, compat: 'helm4' });
  return {
    files: Object.fromEntries(files),
    held: held.map(({ key, obstacle }) => `${key}: ${obstacle}`),
    unset,
    edits,
  };
}

describe('a key that moves is written', () => {
  const v2 = 'image: {tag: v2}';
  test.each<[what: string, given: Case, files: Record<string, string>]>([
    [
      'where the target sets it',
      { from: v2, layers: [file('shared', 'image: {tag: v0}'), file('own', 'image:\n  tag: v1 # by hand\n')] },
      { own: 'image:\n  tag: v2 # by hand\n' },
    ],
    [
      'into its own file where it is inherited, beside its neighbours',
      {
        from: v2,
        layers: [file('shared', 'image: {tag: v0}'), file('own-a', 'image:\n  name: x\n'), file('own-b', 'b: 1\n')],
      },
      { 'own-a': 'image:\n  name: x\n  tag: v2\n' },
    ],
    [
      'into the most specific own file where it has no neighbours',
      { from: v2, layers: [file('shared', 'image: {tag: v0}'), file('own-a', 'a: 1\n'), file('own-b', 'b: 1\n')] },
      { 'own-b': 'b: 1\nimage:\n  tag: v2\n' },
    ],
    [
      'where nothing sets it but the chart',
      { from: v2, layers: [file('own', 'a: 1\n')] },
      { own: 'a: 1\nimage:\n  tag: v2\n' },
    ],
    ['not at all where it is the same', { from: v2, layers: [file('own', 'image: {tag: v2}')] }, {}],
    [
      'with others of the same file',
      { from: 'a: 2\nb: {c: 2, d: 2}', layers: [file('own', 'a: 1\nb: {c: 1, d: 1}\n')], keys: ['a', 'b.*'] },
      { own: 'a: 2\nb: {c: 2, d: 2}\n' },
    ],
    [
      'item by item in a list of the same length',
      { from: 'tags: [a, b]', layers: [file('own', 'tags: [a, c]\n')], keys: ['tags'] },
      { own: 'tags: [a, b]\n' },
    ],
  ])('%s', (_, given, files) => {
    expect(choose(given)).toMatchObject({ files, held: [], unset: [] });
  });
});

describe('a key is held', () => {
  const from = 'image: {tag: v2}';
  test.each<[what: string, given: Case, held: string]>([
    ['where others read the file', { from, layers: [file('shared', 'image: {tag: v1}')] }, 'image.tag: shared-file'],
    [
      'where a shared file lies above the own one',
      { from, layers: [file('own', 'image: {tag: v1}'), file('shared', 'image: {tag: v1}')] },
      'image.tag: shared-file',
    ],
    [
      'where the definition sets it',
      { from, layers: [file('own', 'a: 1'), inline('image: {tag: v1}')] },
      'image.tag: inline',
    ],
    [
      'where the file is a template',
      { from, layers: [file('own', 'image: {tag: v1}', { lines: [1] })] },
      'image.tag: template',
    ],
    [
      'where the file is encrypted',
      { from, layers: [file('own', 'image: {tag: v1}', { secret: true })] },
      'image.tag: encrypted',
    ],
    [
      'where the file is encrypted, though a plain one lies above it',
      { from, layers: [file('secrets', 'image: {tag: v1}', { secret: true }), file('own', 'a: 1')] },
      'image.tag: encrypted',
    ],
    [
      'where its value is a secret of the source',
      { from: [file('secrets', from, { secret: true })], layers: [file('own', 'a: 1')] },
      'image.tag: secret',
    ],
    ['where there is no file', { from, layers: [] }, 'image.tag: no-file'],
    [
      'where it is a list of another length',
      { from: 'a: [1]', layers: [file('own', 'a: [1, 2]')], keys: ['a'] },
      'a: collection',
    ],
    ['where an alias repeats it', { from, layers: [file('own', 'x: &t v1\nimage: {tag: *t}\ny: {image: {}}')] }, ''],
    ['where its anchor is used', { from, layers: [file('own', 'image: {tag: &t v1}\nx: *t')] }, 'image.tag: alias'],
  ])('%s', (_, given, held) => {
    expect(choose(given).held).toEqual(held === '' ? [] : [held]);
  });

  test('and a key that the source does not set is named', () => {
    expect(choose({ from: 'a: 1', layers: [file('own', '')] }).unset).toEqual(['image.tag']);
  });
});

test('the lines of each edit are told, and where it stands afterwards', () => {
  const layers = [file('own', '# top\nimage:\n  tag: v1\nb: 1\n')];
  const [edit] = choose({ from: 'image: {tag: v2}', layers }).edits;
  expect(edit).toMatchObject({
    file: 'own',
    line: 3,
    removed: ['  tag: v1'],
    added: ['  tag: v2'],
    before: 'v1',
    after: 'v2',
  });
});

test.each<[pattern: string, matched: string[]]>([
  ['image.tag', ['image.tag']],
  ['image', ['image.tag', 'image.deep.tag']],
  ['*.tag', ['image.tag', 'web.tag']],
  ['**.tag', ['image.tag', 'image.deep.tag', 'web.tag']],
  ['web.*', ['web.tag', 'web.a/b']],
  ['we*.t*', ['web.tag']],
  ['tag', []],
  ['web."a/b"', ['web.a/b']],
  ['list', ['list']],
])('%s', (pattern, matched) => {
  const given: GoValue = values('image: {tag: a, deep: {tag: b}}\nweb: {tag: c, a/b: d}\nlist: [1]');
  const { paths, unset } = matchKeys(given as GoMap, [pattern]);
  expect(paths.map((path) => path.join('.'))).toEqual(matched);
  expect(unset).toEqual(matched.length === 0 ? [pattern] : []);
});
