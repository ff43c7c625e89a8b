import { expect, test } from 'vitest';
import { executeTree } from '../../../src/foundation/template/exec.ts';
import { parseTwin } from '../../../src/foundation/template/parse-twin.ts';
import { addParsed, lookup, newTemplateSet, parseFile } from '../../../src/foundation/template/template-set.ts';

const newSet = () => newTemplateSet({ name: 'gotpl', functions: new Map() });
const text = '{{/* a library */}}\n{{define "x"}}{{index "a" 5}}{{end}}\n{{define "empty"}} {{end}}\n';

test('names its own file where a definition fails', () => {
  const set = newSet();
  addParsed(set, parseFile(set, 'a/x.tpl', text));
  addParsed(set, parseTwin({ name: 'b/x.tpl', text }, parseFile(set, 'a/x.tpl', text), 'a/x.tpl')!);
  expect(() => executeTree(set, lookup(set, 'x')!, null)).toThrow('b/x.tpl:2:');
});

test('is parsed to what its text is parsed to, and from a twin of a twin as well', () => {
  const set = newSet();
  const parsed = parseFile(set, 'c/x.tpl', text);
  const second = parseTwin({ name: 'b/x.tpl', text }, parseFile(set, 'a/x.tpl', text), 'a/x.tpl')!;
  const third = parseTwin({ name: 'c/x.tpl', text }, second, 'b/x.tpl')!;
  expect([...third.keys()]).toEqual([...parsed.keys()]);
  expect(third.get('x')!.root).toEqual(parsed.get('x')!.root);
});

test('replaces what stood before, unless it is empty', () => {
  const set = newSet();
  const first = parseFile(set, 'a/x.tpl', text);
  addParsed(set, first);
  addParsed(set, parseFile(set, 'y.tpl', '{{define "x"}}y{{end}}{{define "empty"}}kept{{end}}'));
  addParsed(set, parseTwin({ name: 'b/x.tpl', text }, first, 'a/x.tpl')!);
  expect(lookup(set, 'x')!.isLate).toBe(true);
  expect(executeTree(set, lookup(set, 'empty')!, null)).toBe('kept');
});

test.each([
  ['the name of the file', 'b/x.tpl'],
  ['the name of the other', 'a/x.tpl'],
])('is left to the parser where a definition has %s', (_, name) => {
  const set = newSet();
  const own = `{{define "${name}"}}own{{end}}`;
  const first = parseFile(set, 'a/x.tpl', own);
  expect(parseTwin({ name: 'b/x.tpl', text: own }, first, 'a/x.tpl')).toBeUndefined();
});
