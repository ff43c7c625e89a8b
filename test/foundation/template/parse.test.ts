import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../src/foundation/template/errors.ts';
import { nodeText } from '../../../src/foundation/template/node.ts';
import { parse } from '../../../src/foundation/template/parse.ts';
import { failureOf } from './fixtures.ts';

const anyFunction = (name: string): boolean => name !== 'break' && name !== 'continue' && name !== 'undefined';
const printed = (text: string): string => nodeText(parse('x', text, anyFunction).get('x')!.root);

describe('a tree is written back as Go does', () => {
  test.each([
    ['a {{- /* c */ -}} b', 'ab'],
    ['{{ .a.b  |  print  1 "x" `r` }}', '{{.a.b | print 1 "x" `r`}}'],
    ['{{ (print .a).b.c }}', '{{(print .a).b.c}}'],
    ['{{ $x:=1 }}{{ $x =( 2 ) }}{{ $x.a }}', '{{$x := 1}}{{$x = (2)}}{{$x.a}}'],
    ['{{range $i,$e := .l}}{{continue}}{{else}}{{end}}', '{{range $i, $e := .l}}{{continue}}{{else}}{{end}}'],
    ['{{if .a}}1{{else if .b}}2{{end}}', '{{if .a}}1{{else}}{{if .b}}2{{end}}{{end}}'],
    ['{{with .a}}1{{else with .b}}2{{end}}', '{{with .a}}1{{else}}{{with .b}}2{{end}}{{end}}'],
    ['{{template `a"b` .}}{{template "c"}}', '{{template "a\\"b" .}}{{template "c"}}'],
    ["{{ 0x1F 'a' 1_0 nil true $ . }}", "{{0x1F 'a' 1_0 nil true $ .}}"],
  ])('%s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });
});

describe('a parse error', () => {
  test('tells file, line and reason apart', () => {
    const error = failureOf(() => parse('dir/x.yaml', 'a\n{{ undefined 1 }}', anyFunction)) as ParseError;
    expect(error).toBeInstanceOf(ParseError);
    expect([error.file, error.line, error.reason]).toEqual(['dir/x.yaml', 2, 'function "undefined" not defined']);
    expect(error.message).toBe('template: dir/x.yaml:2: function "undefined" not defined');
  });

  test.each([
    ['parentheses', `{{${'('.repeat(20_000)}1${')'.repeat(20_000)}}}`, 'max expression depth exceeded'],
    ['blocks', '{{if 1}}'.repeat(20_000), 'max block depth exceeded'],
    ['else ifs', `{{if 1}}${'{{else if 1}}'.repeat(20_000)}`, 'max block depth exceeded'],
  ])('ends too deep a nest of %s', (_, text, reason) => {
    expect(failureOf(() => parse('x', text, anyFunction))).toHaveProperty('reason', reason);
  });
});

test('definitions are returned by name, the file among them', () => {
  const trees = parse('x', '{{define "a"}}1{{end}}{{block "b" .}}2{{end}}', anyFunction);
  expect([...trees.keys()].sort()).toEqual(['a', 'b', 'x']);
});

const pieces = fc.constantFrom(
  '{{',
  '}}',
  '{{- ',
  ' -}}',
  ' ',
  '.',
  '.a',
  '$',
  '$x',
  ' := ',
  ' = ',
  ' | ',
  '(',
  ')',
  ', ',
  '1',
  '"s"',
  'print',
  'if ',
  'else',
  'end',
  'range ',
  'with ',
  'define "d"',
  'template "d"',
  'break',
  'nil',
  '{{end}}',
  '{{else}}',
  '{{if 1}}',
  '{{range .}}',
  '\n',
  'é',
);
const soup = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(''));

test('whatever the text, parsing yields a tree that reads back as itself, or a ParseError', () => {
  fc.assert(
    fc.property(soup, (text) => {
      let first: string;
      try {
        first = printed(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
        return;
      }
      expect(printed(first)).toBe(first);
    }),
    { numRuns: 500 },
  );
});
