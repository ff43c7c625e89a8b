import { describe, expect, test } from 'vitest';
import { execute, executeTree } from '../../../src/foundation/template/exec.ts';
import { addParsed, cloneSet, lookup, parseFile, parseInto } from '../../../src/foundation/template/template-set.ts';
import { newSet } from './fixtures.ts';

describe('a later definition', () => {
  test('replaces an earlier one', () => {
    const set = newSet();
    parseInto(set, 'one', '{{define "d"}}1{{end}}');
    parseInto(set, 'two', '{{define "d"}}2{{end}}');
    parseInto(set, 'x', '{{template "d"}}');
    expect(execute(set, 'x', null)).toBe('2');
  });

  test.each(['{{define "d"}}{{end}}', '{{define "d"}} \n\t{{/* why */}}{{end}}'])(
    'that is empty does not: %j',
    (text) => {
      const set = newSet();
      parseInto(set, 'one', '{{define "d"}}1{{end}}');
      parseInto(set, 'two', text);
      parseInto(set, 'x', '{{template "d"}}');
      expect(execute(set, 'x', null)).toBe('1');
    },
  );

  test('that is empty still defines what was not', () => {
    const set = newSet();
    parseInto(set, 'x', '{{define "d"}} {{end}}[{{template "d"}}]');
    expect(execute(set, 'x', null)).toBe('[ ]');
  });
});

describe('a clone', () => {
  test('sees what was defined, and what either defines afterwards stays with it', () => {
    const set = newSet();
    parseInto(set, 'base', '{{define "d"}}base{{end}}');
    const clone = cloneSet(set);
    parseInto(set, 'late', '{{define "d"}}set{{end}}');
    parseInto(clone, 'late', '{{define "d"}}clone{{end}}{{define "own"}}{{end}}');
    for (const each of [set, clone]) parseInto(each, 'x', '{{template "d"}}');
    expect(execute(set, 'x', null)).toBe('set');
    expect(execute(clone, 'x', null)).toBe('clone');
    expect(lookup(set, 'own')).toBeUndefined();
  });

  test('may rebind functions', () => {
    const set = newSet();
    parseInto(set, 'x', '{{str "a"}}');
    const clone = cloneSet(set, new Map([['str', { name: 'str', signature: '(string) string', call: () => 'other' }]]));
    expect(execute(clone, 'x', null)).toBe('other');
    expect(execute(set, 'x', null)).toBe('a');
  });

  test('of a clone sees both', () => {
    const set = newSet();
    parseInto(set, 'one', '{{define "one"}}1{{end}}');
    const first = cloneSet(set);
    parseInto(first, 'two', '{{define "two"}}2{{end}}');
    const second = cloneSet(first);
    parseInto(second, 'x', '{{template "one"}}{{template "two"}}');
    expect(execute(second, 'x', null)).toBe('12');
  });
});

test('the tree that parseInto returns is the text given, even where an older one of that name counts', () => {
  const set = newSet();
  parseInto(set, 'gotpl', 'old');
  const tree = parseInto(set, 'gotpl', ' ');
  expect(executeTree(set, tree, null)).toBe(' ');
  expect(execute(set, 'gotpl', null)).toBe('old');
});

test('a parsed file serves several sets', () => {
  const file = parseFile(newSet(), 'x', '{{str .}}');
  for (const data of ['a', 'b']) {
    const set = newSet();
    addParsed(set, file);
    expect(execute(set, 'x', data)).toBe(data);
  }
});
