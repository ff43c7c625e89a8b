import { describe, expect, test } from 'vitest';
import { evaluate, evaluationError } from './evaluate.ts';
import { ANSWERS, ERRORS } from './lists.table.ts';

describe('list functions', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });

  test.each(ERRORS)('%s ends in the error that Helm shows', (expression, expected) => {
    expect(evaluationError(expression)).toBe(expected);
  });
});
