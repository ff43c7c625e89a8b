/**
 * Templates that would run, nest or grow without end: each ends soon, in an error that names the template and the line.
 * (What only the clock or the memory stops ends with the thread that renders: render-pool.test.ts.)
 */
import { describe, expect, test } from 'vitest';
import type { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { chartYaml, makeChart } from '../../support/make-chart.ts';
import { renderRelease } from '../../support/render-here.ts';

async function render(template: string): Promise<HelmGitopsError | string> {
  using chart = makeChart({ 'Chart.yaml': chartYaml('shop'), 'templates/NOTES.txt': `\n${template}` });
  try {
    return (await renderRelease(chart.path, { input: { limits: { steps: 1_000_000 } } })).notes;
  } catch (error) {
    return error as HelmGitopsError;
  }
}

const doubling = (call: string): string => `{{ $x := "x" }}{{ range until 64 }}{{ $x = ${call} }}{{ end }}{{ len $x }}`;
const defined = (name: string, body: string): string => `{{ define "${name}" }}${body}{{ end }}`;
const cycle = '{{ $d := dict }}{{ $_ := set $d "a" $d }}';

const DEEP = /nested reference name|exceeded maximum template depth/;
const GROWN = /makeslice: len out of range|output length overflow|grows too long|prints too much/;

describe('a hostile template', () => {
  test.each([
    ['includes itself', `${defined('a', '{{ include "a" . }}')}{{ include "a" . }}`, DEEP],
    ['calls itself by template', `${defined('a', '{{ template "a" . }}')}{{ template "a" . }}`, DEEP],
    ['passes itself to tpl', '{{ $t := "{{ tpl .t . }}" }}{{ tpl $t (dict "t" $t) }}', DEEP],
    [
      'goes round by two others',
      `${defined('a', '{{ include "b" . }}')}${defined('b', '{{ tpl "{{ include \\"a\\" . }}" . }}')}{{ include "a" . }}`,
      DEEP,
    ],
    ['ranges over a billion of until', '{{ range until 1000000000 }}x{{ end }}', GROWN],
    ['ranges over a billion of untilStep', '{{ range untilStep 0 1000000000 1 }}x{{ end }}', GROWN],
    ['ranges over a number', '{{ range 1000000000000 }}{{ end }}', /too many steps/],
    ['nests ranges', '{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}', /too many steps/],
    ['asks for a billion of seq', '{{ seq 1 1000000000 }}', GROWN],
    ['repeats a billion times', '{{ repeat 1000000000 "x" }}', GROWN],
    ['repeats what it repeated', '{{ repeat 100000 (repeat 100000 "x") }}', GROWN],
    ['indents by a billion', '{{ indent 1000000000 "x" }}', GROWN],
    ['indents many lines far', '{{ nindent 1000000 (repeat 1000 "x\\n") }}', GROWN],
    ['pads wide and often', '{{ range until 2000 }}{{ printf "%1000000d" 1 }}{{ end }}', GROWN],
    ['doubles a text by print', doubling('print $x $x'), GROWN],
    ['doubles a list by concat', '{{ $l := list 1 }}{{ range until 64 }}{{ $l = concat $l $l }}{{ end }}', GROWN],
    ['replaces by much', '{{ replace "" (repeat 10000 "y") (repeat 100000 "x") }}', GROWN],
    ['joins by much', '{{ join (repeat 100000 "x") (until 100000) }}', GROWN],
    ['asks for a billion random letters', '{{ randAlphaNum 1000000000 }}', GROWN],
    ['asks for a billion random bytes', '{{ randBytes 1000000000 }}', GROWN],
    ['prints a cycle', `${cycle}{{ $d }}`, DEEP],
    ['copies a cycle', `${cycle}{{ deepCopy $d }}`, DEEP],
    ['compares cycles', `${cycle}{{ $e := dict }}{{ $_ := set $e "a" $e }}{{ deepEqual $d $e }}`, DEEP],
    ['merges cycles', `${cycle}{{ $e := dict }}{{ $_ := set $e "a" $e }}{{ merge $d $e }}`, DEEP],
    ['writes a cycle as TOML', `${cycle}{{ toToml $d }}`, DEEP],
    ['nests parentheses', `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`, /max expression depth exceeded/],
    ['nests blocks', '{{ if 1 }}'.repeat(20_000) + '{{ end }}'.repeat(20_000), /max block depth exceeded/],
    ['gives a constraint without end', '{{ semverCompare (repeat 50000 ">=1 ") "1.2.3" }}', /too long/],
  ])('that %s ends in an error with its place', async (_, template, message) => {
    const error = await render(template);
    expect(error).toMatchObject({
      fault: 'user',
      message: expect.stringMatching(message) as string,
      place: { file: 'templates/NOTES.txt', line: 2 },
    });
    expect((error as Error).message).toContain('shop/templates/NOTES.txt:2');
  });

  test.each([
    ['a pattern that would go back and forth', '{{ regexMatch "(a+)+$" (print (repeat 100000 "a") "b") }}', 'false'],
    ['a pattern of patterns', '{{ regexMatch "^(([a-z])+.)+[A-Z]([a-z])+$" (repeat 50000 "a") }}', 'false'],
    ['repetitions of repetitions', '{{ regexMatch "((a{1,100}){1,100}){1,100}" "a" }}', 'false'],
    ['deep YAML', '{{ fromYaml (repeat 100000 "[") }}', /exceeded max depth of 10000/],
    ['deep block YAML', '{{ fromYamlArray (repeat 20000 "- ") }}', /exceeded max depth of 10000/],
    ['deep JSON', '{{ fromJsonArray (print (repeat 100000 "[") (repeat 100000 "]")) }}', /exceeded max depth/],
    ['deep TOML', '{{ fromToml (print "a = " (repeat 100000 "[")) }}', /nested too deeply/],
    ['a cycle as JSON', `${cycle}<{{ toJson $d }}>`, '<>'],
    ['a cycle as YAML', `${cycle}<{{ toYaml $d }}>`, '<>'],
    ['an absurd width', '{{ printf "%1000000000d" 1 }}', '%!(NOVERB)%!(EXTRA int=1)'],
  ])('gets the answer Helm gives, or an error in its place, to %s', async (_, template, expected) => {
    expect(await render(template)).toEqual(
      typeof expected === 'string' ? `\n${expected}` : expect.stringMatching(expected),
    );
  });

  test('gets YAML aliases refused that stand for more than the text has', async () => {
    const level = (name: string, of: string): string => `${name}: &${name} [${Array(9).fill(of).join(',')}]`;
    const names = [...'abcdefgh'];
    const yaml = names.map((name, i) => level(name, i === 0 ? 'x' : `*${names[i - 1]}`)).join('\\n');
    expect(await render(`{{ fromYaml "${yaml}" }}`)).toMatch(/excessive aliasing/);
  });
});
