import { describe, expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { ANSWERS } from './paths.table.ts';

describe('path functions', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });
});
