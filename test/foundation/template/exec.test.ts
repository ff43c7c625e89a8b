import { describe, expect, test } from 'vitest';
import { fromBytes, toBytes } from '../../../src/foundation/base/byte-string.ts';
import { ExecError, execFrames, LimitError } from '../../../src/foundation/template/errors.ts';
import { execute } from '../../../src/foundation/template/exec.ts';
import { parseInto } from '../../../src/foundation/template/template-set.ts';
import { GoError } from '../../../src/foundation/template/value.ts';
import { DATA, failureOf, newSet, render } from './fixtures.ts';
import { GO_ROWS } from './go-rows.table.ts';

/** Bytes printed side by side may form a character only once they are bytes. */
const joined = (text: string): string => fromBytes(toBytes(text));

for (const [group, rows] of Object.entries(GO_ROWS)) {
  describe(`as in Go: ${group}`, () => {
    test.each(rows)('$template', ({ template, output, error }) => {
      if (error !== undefined) expect(joined(failureOf(() => render(template)).message)).toBe(error);
      else expect(joined(render(template))).toBe(output);
    });
  });
}

describe('a missing key', () => {
  test.each([
    ['default', '{{.nope}}', '<no value>'],
    ['default', '{{.nope.deeper.still}}', '<no value>'],
    ['zero', '{{.nope}}', '<no value>'],
    ['zero', '[{{(strmap "a" "b").c}}]', '[]'],
    ['default', '[{{(strmap "a" "b").c}}]', '[<no value>]'],
  ] as const)('under missingkey=%s, %s prints %s', (missingKey, template, output) => {
    expect(render(template, { missingKey })).toBe(output);
  });

  test.each([
    ['{{.nope}}', '1:2: executing "x.yaml" at <.nope>: map has no entry for key "nope"'],
    ['{{(index .m "q").x}}', '1:12: executing "x.yaml" at <"q">: nil data; no entry for key "x"'],
  ])('under missingkey=error, %s fails', (template, message) => {
    expect(failureOf(() => render(template, { missingKey: 'error' })).message).toBe(`template: x.yaml:${message}`);
  });
});

describe('an error', () => {
  test('tells where it is, part by part', () => {
    const error = failureOf(() => render('a\n  é{{ include "t2" .m }}')) as ExecError;
    expect(error).toBeInstanceOf(ExecError);
    expect(execFrames(error)).toEqual([
      {
        template: 'x.yaml',
        file: 'x.yaml',
        line: 2,
        column: 7,
        node: 'include "t2" .m',
        reason: `error calling include: ${(error.cause as Error).message}`,
      },
      {
        template: 't2',
        file: '_a',
        line: 1,
        column: 49,
        node: '.a.b',
        reason: "can't evaluate field b in type interface {}",
      },
    ]);
  });

  test('keeps the frames behind errors that a function wraps', () => {
    const frames = execFrames(failureOf(() => render('{{tpl "{{include `t2` .}}" .m}}')));
    expect(frames.map((frame) => frame.template)).toEqual(['x.yaml', 'gotpl', 't2']);
  });

  test('of a function has that as its cause', () => {
    const error = failureOf(() => render('{{bad "x"}}'));
    expect(error.cause).toBeInstanceOf(GoError);
    expect(error.cause).toHaveProperty('message', 'bad: x');
  });

  test('names an unknown template and the set', () => {
    const error = failureOf(() => execute(newSet(), 'no"pe', null));
    expect(error.message).toBe('template: no template "no\\"pe" associated with template "gotpl"');
  });

  test('that is a bug of a function passes through unchanged', () => {
    const bug = new TypeError('boom');
    const set = newSet({
      limits: {
        onStep: () => {
          throw bug;
        },
      },
    });
    parseInto(set, 'x.yaml', '{{1}}');
    expect(failureOf(() => execute(set, 'x.yaml', null))).toBe(bug);
  });
});

describe('a limit', () => {
  test('ends a template that calls itself, in the words of Go', () => {
    const error = failureOf(() =>
      render('{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}', { limits: { depth: 50 } }),
    );
    expect(error.message).toBe(
      'template: x.yaml:1:25: executing "a" at <{{template "a" .}}>: exceeded maximum template depth (100000)',
    );
  });

  test.each([
    '{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}',
    '{{define "a"}}{{include "a" .}}{{end}}{{include "a" .}}',
    '{{define "a"}}{{tpl "{{include `a` .}}" .}}{{end}}{{include "a" .}}',
    '{{define "a"}}{{range list 1}}{{with $}}{{print (include "a" .)}}{{end}}{{end}}{{end}}{{include "a" .}}',
  ])('of the stack never shows: %s', (template) => {
    const error = failureOf(() => render(template));
    expect(error).toBeInstanceOf(ExecError);
    expect(error.message).toMatch(/exceeded maximum template depth \(100000\)$/);
  });

  test('of steps ends an endless loop', () => {
    expect(failureOf(() => render('{{range 1000000000}}{{end}}', { limits: { steps: 5000 } }))).toBeInstanceOf(
      LimitError,
    );
  });

  test('of output ends a flood', () => {
    const template = '{{range 1000000000}}0123456789{{end}}';
    expect(failureOf(() => render(template, { limits: { output: 1000 } }))).toBeInstanceOf(LimitError);
  });

  test('may be a deadline of the caller', () => {
    let calls = 0;
    const onStep = (): void => {
      if (++calls === 3) throw new LimitError('too late');
    };
    expect(failureOf(() => render('{{range 1000000000}}{{end}}', { limits: { onStep } }))).toHaveProperty(
      'message',
      'too late',
    );
  });
});

test('a template may be executed again and on other data', () => {
  const set = newSet();
  parseInto(set, 'x.yaml', '{{$x := .}}{{range 2}}{{$x}}{{$x = 0}}{{end}}');
  expect(execute(set, 'x.yaml', 'a')).toBe('a0');
  expect(execute(set, 'x.yaml', 'b')).toBe('b0');
  expect(execute(set, 'x.yaml', DATA)).toMatch(/^map\[.*\]0$/);
});
