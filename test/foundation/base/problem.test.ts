import { describe, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { formatProblem, invalidInput, problemOf, problemsOf } from '../../../src/foundation/base/problem.ts';

describe('formatProblem', () => {
  test('prints the place, the line with a caret under the column, and the hint', () => {
    const place = { file: 'apps/shop.yaml', line: 7, column: 3, excerpt: '  replcas: 3' };
    expect(
      formatProblem({ code: 'x.y', message: 'unknown field "replcas"', place, hint: 'did you mean "replicas"?' }),
    ).toBe(
      [
        'apps/shop.yaml:7:3: unknown field "replcas"',
        '  7 |   replcas: 3',
        '    |   ^',
        '  did you mean "replicas"?',
      ].join('\n'),
    );
  });

  test('keeps tabs under the caret, so that it stays in its column', () => {
    const place = { file: 'a', line: 1, column: 3, excerpt: '\t\tx' };
    expect(formatProblem({ code: 'x.y', message: 'm', place }).split('\n')[2]).toBe('    | \t\t^');
  });

  test('never prints control characters of the file', () => {
    const place = { file: 'a', line: 1, column: 1, excerpt: 'a\u001b[31mred' };
    expect(formatProblem({ code: 'x.y', message: 'm', place })).not.toContain('\u001b');
  });

  test('cuts a very long line around the column', () => {
    const place = { file: 'a', line: 1, column: 5001, excerpt: `${'x'.repeat(5000)}HERE${'y'.repeat(5000)}` };
    const [, line = '', caret = ''] = formatProblem({ code: 'x.y', message: 'm', place }).split('\n');
    expect(line.length).toBeLessThan(200);
    expect(line.slice(caret.indexOf('^'), caret.indexOf('^') + 4)).toBe('HERE');
  });

  test('is the message alone where no place is known', () => {
    expect(formatProblem({ code: 'x.y', message: 'm' })).toBe('m');
  });
});

describe('invalidInput', () => {
  const problems = [
    { code: 'a.b', message: 'first' },
    { code: 'a.c', message: 'second' },
  ];

  test('is a user error that says how many there are and holds them all', () => {
    const error = invalidInput('config.invalid', problems);
    expect(error).toMatchObject({ code: 'config.invalid', fault: 'user', message: 'first (and 1 more)' });
    expect(problemsOf(error)).toEqual(problems);
  });

  test('any other error is one problem', () => {
    expect(problemsOf(new HelmGitopsError('a.b', 'user', 'only', { hint: 'h' }))).toEqual([
      { code: 'a.b', message: 'only', place: undefined, hint: 'h' },
    ]);
  });

  test('an error that is no user mistake is never taken for one', () => {
    expect(() => problemOf(new TypeError('bug'))).toThrow('bug');
    expect(() => problemOf(new HelmGitopsError('a.b', 'transient', 'busy'))).toThrow('busy');
  });
});
