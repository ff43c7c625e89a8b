import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GoValue } from '../../../src/foundation/template/value.ts';
import { editValue } from '../../../src/foundation/values/edit-value.ts';
import { arbitraryEdit, judgeEdit } from './judge-edit.ts';

const edit = (text: string, path: (string | number)[], value: GoValue): string => {
  const edited = editValue({ text, path, value, compat: 'helm4' });
  return 'refused' in edited ? `refused: ${edited.refused}` : edited.text;
};

describe('a scalar is changed where it stands', () => {
  const rows: [what: string, before: string, path: (string | number)[], value: GoValue, after: string][] = [
    [
      'keeps its comment',
      'image:\n  tag: v1  # set by hand\n',
      ['image', 'tag'],
      'v2',
      'image:\n  tag: v2  # set by hand\n',
    ],
    ['keeps double quotes', 'tag: "v1"\n', ['tag'], 'v2', 'tag: "v2"\n'],
    ['keeps single quotes', "tag: 'v1'\n", ['tag'], "it's", "tag: 'it''s'\n"],
    ['gets quotes where plain would read as a number', 'tag: v1\n', ['tag'], '1.10', 'tag: "1.10"\n'],
    ['gets quotes where plain would be a word of YAML 1.1', 'tag: v1\n', ['tag'], 'no', 'tag: "no"\n'],
    ['loses them where it becomes a number', 'port: "80"\n', ['port'], 8080, 'port: 8080\n'],
    ['keeps its anchor', 'tag: &t v1\n', ['tag'], 'v2', 'tag: &t v2\n'],
    ['loses a tag that would change it', 'tag: !!int "1"\n', ['tag'], 'v2', 'tag: "v2"\n'],
    [
      'stays in its flow table',
      'image: {name: a, tag: v1} # x\n',
      ['image', 'tag'],
      'v,2',
      'image: {name: a, tag: "v,2"} # x\n',
    ],
    ['is an item of a list', 'args:\n- a\n- b\n', ['args', 1], 'c', 'args:\n- a\n- c\n'],
    ['keeps Windows line ends', 'a: 1\r\ntag: v1\r\n', ['tag'], 'v2', 'a: 1\r\ntag: v2\r\n'],
    ['was empty', 'tag: # later\nb: 1\n', ['tag'], 'v2', 'tag: v2 # later\nb: 1\n'],
    ['was a block and is one', 'a: |  # text\n  x\nb: 1\n', ['a'], 'y\nz\n', 'a: |  # text\n  y\n  z\nb: 1\n'],
    ['was a block and is a line', 'a: |  # text\n  x\nb: 1\n', ['a'], 'z', 'a: z  # text\nb: 1\n'],
    ['is the last of duplicate keys', 'tag: a\ntag: b\n', ['tag'], 'c', 'tag: a\ntag: c\n'],
    ['stands in the last document that has it', 'tag: a\n---\nb: 1\n', ['tag'], 'c', 'tag: c\n---\nb: 1\n'],
    ['stands behind a byte order mark', '\uFEFFtag: v1\n', ['tag'], 'v2', '\uFEFFtag: v2\n'],
    ['replaces an alias', 'a: &x v1\nb: *x\n', ['b'], 'v2', 'a: &x v1\nb: v2\n'],
  ];
  test.each(rows)('%s', (_, before, path, value, after) => {
    expect(edit(before, path, value)).toBe(after);
  });
});

describe('a key that is not there is added where its neighbours are', () => {
  const rows: [what: string, before: string, path: string[], after: string][] = [
    [
      'behind the last of its table',
      'image:\n    name: a # n\nb: 1\n',
      ['image', 'tag'],
      'image:\n    name: a # n\n    tag: v2\nb: 1\n',
    ],
    ['with the tables above it', 'b:\n    c: 1', ['image', 'tag'], 'b:\n    c: 1\nimage:\n    tag: v2'],
    ['in a flow table', 'image: {name: a}\n', ['image', 'tag'], 'image: {name: a, tag: v2}\n'],
    ['in an empty one', 'image: {}\n', ['image', 'tag'], 'image: {tag: v2}\n'],
    ['in a file of comments', '# nothing yet\n', ['image', 'tag'], '# nothing yet\nimage:\n  tag: v2\n'],
    ['behind a byte order mark', '\uFEFFa: 1\n', ['tag'], '\uFEFFa: 1\ntag: v2\n'],
    ['in an empty file', '', ['tag'], 'tag: v2\n'],
    [
      'before a comment that stands further out',
      'a:\n  b:\n    c:\n  # about d\n  d: 1\n',
      ['a', 'b', 'x'],
      'a:\n  b:\n    c:\n    x: v2\n  # about d\n  d: 1\n',
    ],
    [
      'over what a merge brings',
      'b: &b {tag: v1}\nprod:\n  <<: *b\n',
      ['prod', 'tag'],
      'b: &b {tag: v1}\nprod:\n  <<: *b\n  tag: v2\n',
    ],
  ];
  test.each(rows)('%s', (_, before, path, after) => {
    expect(edit(before, path, 'v2')).toBe(after);
  });
});

describe('what cannot be changed alone is refused', () => {
  const rows: [what: string, before: string, path: (string | number)[], value: GoValue, reason: string][] = [
    ['others repeat the scalar', 'a: &x v1\nb: *x\n', ['a'], 'v2', 'alias'],
    ['others repeat the table', 'a: &x {tag: v1}\nb: *x\n', ['a', 'tag'], 'v2', 'alias'],
    ['the table is written elsewhere', 'a: &x {tag: v1}\nb: *x\n', ['b', 'tag'], 'v2', 'alias'],
    ['a table stands there', 'image:\n  tag: v1\n', ['image'], 'v2', 'collection'],
    ['a list is to be written', 'args: x\n', ['args'], ['a'], 'collection'],
    ['null takes the table away', 'image:\nb: 1\n', ['image', 'tag'], 'v2', 'no-table'],
    ['a scalar stands above', 'image: a\n', ['image', 'tag'], 'v2', 'no-table'],
    ['a list has no such item', 'args: [a]\n', ['args', 3], 'v2', 'no-table'],
    ['the file is no values file', 'a: [\n', ['a'], 'v2', 'unreadable'],
  ];
  test.each(rows)('%s', (_, before, path, value, reason) => {
    expect(edit(before, path, value)).toBe(`refused: ${reason}`);
  });
});

test('the line of the change is told', () => {
  const edited = editValue({ text: 'a: 1\nimage:\n  tag: v1\n', path: ['image', 'tag'], value: 'v2', compat: 'helm4' });
  expect(edited).toMatchObject({ line: 3, added: false });
});

test('of any file and value only that scalar changes, and it reads as wanted', () => {
  fc.assert(
    fc.property(arbitraryEdit, (made) => {
      expect(judgeEdit(made)).toBeUndefined();
    }),
    { numRuns: 400 },
  );
});
