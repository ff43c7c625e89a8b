import { describe, expect, test } from 'vitest';
import { parseManifestHead } from '../../../src/foundation/manifest/manifest-head.ts';

const PREFIX = 'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal';

describe('parseManifestHead', () => {
  test.each<[string, Partial<{ apiVersion: string; kind: string; name: string; annotations: Record<string, string> }>]>(
    [
      ['', {}],
      ['# only a comment', {}],
      ['apiVersion: v1\nkind: Pod\nmetadata: {name: a}', { apiVersion: 'v1', kind: 'Pod', name: 'a' }],
      ['kind: 5', { kind: '5' }],
      ['kind: 1.50', { kind: '1.5' }],
      ['apiVersion: 0777', { apiVersion: '511' }],
      ['KIND: A\nApiVersion: b', { kind: 'A', apiVersion: 'b' }],
      ['kind: B\nKind: A', { kind: 'B' }],
      ['Kind: A\nkind: B', { kind: 'B' }],
      ['kind: A\nkind: B', { kind: 'B' }],
      ['kind: null\nmetadata: null', {}],
      [
        'metadata: {annotations: {a: 5, b: true, c: 1.50, d: null, e: 16777217, f: 16777217.0, g: 2001-01-01, h: yes}}',
        {
          annotations: {
            a: '5',
            b: 'true',
            c: '1.5',
            d: '',
            e: '16777217',
            f: '1.6777216e+07',
            g: '2001-01-01',
            h: 'true',
          },
        },
      ],
      ['metadata: {name: a}\nMetadata: {NAME: b, annotations: {x: z}}', { name: 'a', annotations: { x: 'z' } }],
    ],
  )('reads the head of %j', (text, wanted) => {
    const { annotations, ...head } = parseManifestHead(text);
    expect({ ...head, annotations: Object.fromEntries(annotations) }).toEqual({
      apiVersion: '',
      kind: '',
      name: '',
      annotations: {},
      ...wanted,
    });
  });

  test.each([
    ['- a', 'array into Go value of type util.SimpleHead'],
    ['hello', 'string into Go value of type util.SimpleHead'],
    ['kind: [a]', 'array into Go struct field SimpleHead.kind of type string'],
    ['metadata: {name: [1]}', 'array into Go struct field .metadata.name of type string'],
    ['metadata: {annotations: x}', 'string into Go struct field .metadata.annotations of type map[string]string'],
    ['metadata: {annotations: {a: {}}}', 'object into Go struct field .metadata.annotations of type string'],
    [
      'metadata: 5',
      'number into Go struct field SimpleHead.metadata of type struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }',
    ],
  ])('refuses %j in the words of Go', (text, problem) => {
    expect(() => parseManifestHead(text)).toThrow(`${PREFIX} ${problem}`);
  });

  test('names the type as each Helm does', () => {
    expect(() => parseManifestHead('- a', 'helm3')).toThrow('of type releaseutil.SimpleHead');
  });

  test('refuses broken YAML with its line', () => {
    expect(() => parseManifestHead('a: 1\nb: c: d')).toThrow(
      'error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context',
    );
  });

  test('keeps hostile annotation names', () => {
    expect(parseManifestHead('metadata: {annotations: {__proto__: x}}').annotations.get('__proto__')).toBe('x');
  });
});
