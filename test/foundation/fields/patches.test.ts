import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonPatch } from '../../../src/foundation/fields/json-patch.ts';
import { jsonMergePatch } from '../../../src/foundation/fields/merge-patch.ts';

describe('a JSON merge patch', () => {
  // The table of RFC 7386, appendix A.
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j becomes %j', (target, patch, expected) => {
    expect(jsonMergePatch(target, patch)).toEqual(expected);
  });

  test('applied again it changes nothing more, and its input stays as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        const before = structuredClone(target);
        const once = jsonMergePatch(target, patch);
        expect(jsonMergePatch(once, patch)).toEqual(once);
        expect(target).toEqual(before);
      }),
    );
  });
});

describe('a JSON patch', () => {
  test.each([
    ['adds a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['adds into a list', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    ['appends to a list', { a: [1] }, [{ op: 'add', path: '/a/-', value: [2] }], { a: [1, [2]] }],
    [
      'removes',
      { a: [1, 2], b: 3 },
      [
        { op: 'remove', path: '/a/0' },
        { op: 'remove', path: '/b' },
      ],
      { a: [2] },
    ],
    ['replaces', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: null }], { a: { b: null } }],
    ['moves', { a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
    ['moves within a list', { a: [1, 2, 3] }, [{ op: 'move', from: '/a/0', path: '/a/2' }], { a: [2, 3, 1] }],
    [
      'copies',
      { a: { b: 1 } },
      [
        { op: 'copy', from: '/a', path: '/c' },
        { op: 'add', path: '/c/d', value: 2 },
      ],
      { a: { b: 1 }, c: { b: 1, d: 2 } },
    ],
    [
      'tests what is there, in any order of keys',
      { a: { b: 1, c: 2 } },
      [{ op: 'test', path: '/a', value: { c: 2, b: 1 } }],
      { a: { b: 1, c: 2 } },
    ],
    [
      'reads escaped names',
      { 'a/b': 1, 'c~d': 2 },
      [
        { op: 'remove', path: '/a~1b' },
        { op: 'replace', path: '/c~0d', value: 3 },
      ],
      { 'c~d': 3 },
    ],
    ['replaces the whole document', { a: 1 }, [{ op: 'replace', path: '', value: [1] }], [1]],
  ])('%s', (_name, document, operations, expected) => {
    expect(jsonPatch(document as unknown, operations)).toEqual(expected);
  });

  test.each([
    ['a path that is not there', [{ op: 'remove', path: '/x' }], 'fields.patch'],
    ['a parent that is not there', [{ op: 'add', path: '/x/y', value: 1 }], 'fields.patch'],
    ['a place beyond the list', [{ op: 'add', path: '/list/3', value: 1 }], 'fields.patch'],
    ['a place with a leading zero', [{ op: 'add', path: '/list/01', value: 1 }], 'fields.patch'],
    ['a failed test', [{ op: 'test', path: '/a', value: 2 }], 'fields.patch-test'],
    ['an unknown operation', [{ op: 'merge', path: '/a' }], 'fields.patch'],
    ['a move into itself', [{ op: 'move', from: '/map', path: '/map/b' }], 'fields.patch'],
    ['inherited names', [{ op: 'replace', path: '/constructor', value: 1 }], 'fields.patch'],
  ])('%s is refused', (_name, operations, code) => {
    const document = { a: 1, list: [1, 2], map: { b: {} } };
    expect(() => jsonPatch(document, operations)).toThrow(expect.objectContaining({ code }));
    expect(document).toEqual({ a: 1, list: [1, 2], map: { b: {} } });
  });
});
