import { describe, expect, test } from 'vitest';
import { ANSWERS, ERRORS } from './dicts.table.ts';
import { evaluate, evaluationError } from './evaluate.ts';

describe('dict functions', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });

  test.each(ERRORS)('%s ends in the error that Helm shows', (expression, expected) => {
    expect(evaluationError(expression)).toBe(expected);
  });
});

test('merge shares nested maps of its source by reference', () => {
  const template = '{{ $s := dict "n" (dict "x" 1) }}{{ $_ := set (merge (dict) $s).n "y" 2 }}{{ toJson $s }}';
  expect(evaluate(template)).toBe('{"n":{"x":1,"y":2}}');
});

test('names of prototypes are keys like any other', () => {
  expect(evaluate('{{ $d := dict "__proto__" 1 "constructor" 2 }}{{ hasKey $d "toString" }} {{ toJson $d }}')).toBe(
    'false {"__proto__":1,"constructor":2}',
  );
});
