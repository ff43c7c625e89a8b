import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../src/foundation/template/errors.ts';
import { parse } from '../../../src/foundation/template/parse.ts';
import { parsePlain } from '../../../src/foundation/template/parse-plain.ts';

const known = (name: string): boolean => name !== 'break' && name !== 'continue' && name !== 'undefined';

function carefully(text: string) {
  try {
    return [...parse('x', text, known)];
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

const quickly = (text: string) => {
  const trees = parsePlain('x', text, known);
  return trees && [...trees];
};

describe('what charts are written in is read in one pass, to the same trees', () => {
  test.each([
    ['text {{- /* c */ -}} text {{/* d */}}\n'],
    ['{{ .a.b  |  print  1 "x" `r` -2.5 }} {{.}} {{ $ }} {{ $.a.b }}'],
    ['{{ (print .a).b.c }}{{ not (and (eq .a "b") (gt 1 0)) | quote }}'],
    ['{{ $x:=1 -}}\n {{- $x = 2 }}{{ $x.a }}'],
    ['{{range $i, $e := .l}}{{continue}}{{$i}}{{break}}{{else}}none{{end}}'],
    ['{{if .a}}1{{else if .b}}2{{else}}3{{end}}{{with .a}}1{{else with .b}}2{{ end -}} z'],
    ['{{define "a"}}{{ include "b" (dict "x" $) | nindent 4 }}{{end}}{{block "b" .}}2{{end}}{{template "a" . }}'],
    ['{{if(.a)}}{{end}}{{ "a\\"b\\\\" }}{{ true }}{{ nil | print }}{{\n\tprint\n\t.a\n-}}\n'],
    ['{{ print.a }} ü {{ "ü\u{1f600}" }} {{ print (print .a).b -}}'],
  ])('%j', (text) => {
    expect(quickly(text)).toBeDefined();
    expect(quickly(text)).toEqual(carefully(text));
  });
});

test.each([
  '{{if"x"}}{{end}}',
  '{{$x=1}}',
  '{{"a".b}}',
  '{{1.x}}',
  '{{ /* c */ }}',
  '{{- 3-}}',
  '{{ undefined }}',
  '{{ $unknown }}',
  '{{ .a | "b" }}',
  '{{ (.a }}',
  '{{end}}',
  '{{if .a}}',
  '{{break}}',
  '{{range .l}}{{define "x"}}{{end}}{{end}}',
  '{{define "a"}}1{{end}}{{define "a"}}2{{end}}',
  '{{ "a\nb" }}',
  '{{range $a := .l}}{{else if .b}}{{end}}',
])('a mistake is left to the careful parser: %j', (text) => {
  expect(carefully(text)).toBeUndefined();
  expect(quickly(text)).toBeUndefined();
});

const pieces = fc.constantFrom(
  ...[
    '{{',
    '}}',
    '{{- ',
    ' -}}',
    '-}}',
    ' ',
    '\n',
    '.',
    '.a',
    '$',
    '$x',
    ':=',
    '=',
    ',',
    '|',
    '(',
    ')',
    '"s"',
    '`r`',
    '"',
  ],
  ...[
    '1',
    '-2',
    '0x1',
    '1.5',
    'print',
    'nil',
    'true',
    '/* c */',
    'text',
    'é',
    '\\',
    'undefined',
    '{{end}}',
    '{{else}}',
  ],
  ...[
    '{{if .a}}',
    '{{range $i, $e := .l}}',
    '{{with $y := .b}}',
    '{{define "d"}}',
    '{{block "e" .}}',
    '{{template "d"}}',
  ],
  ...['{{else if .b}}', '{{ $x := 1 }}', '{{ print $x }}', '{{continue}}', 'if', 'end', 'else', 'range'],
);

test('whatever it reads, the careful parser reads so too', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
      const text = parts.join('');
      const quick = quickly(text);
      if (quick !== undefined) expect(quick).toEqual(carefully(text));
    }),
    { numRuns: 3000 },
  );
});
